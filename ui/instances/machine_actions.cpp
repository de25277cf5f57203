// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_actions.h"

#include "models/action_commands.h"
#include "models/machine_text.h"
#include "ui/common/prompts.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/command_dialog.h"
#include "ui/instances/command_offer.h"
#include "ui/instances/delete_question.h"
#include "workspace/machine_container.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QWidget>

namespace nimbook::ui {

using workspace::PowerAction;

MachineActions::MachineActions(workspace::Workspace &workspace, Prompts &prompts, QWidget *window)
    : QObject(window), m_workspace(workspace), m_prompts(prompts), m_window(window)
{
    // Ctrl+Return, Shift+Return and their like belong to the cells of the notebook.
    m_openNotebook = make(tr("&Open notebook"), QStringLiteral("notebook"), QStringLiteral("openNotebookAction"),
                          {QKeySequence(Qt::CTRL | Qt::Key_O)}, &MachineActions::onOpenNotebook);
    m_start = make(tr("&Start"), QStringLiteral("play"), QStringLiteral("startAction"), {QKeySequence(Qt::Key_F7)}, &MachineActions::onStart);
    m_stop = make(tr("S&top"), QStringLiteral("stop"), QStringLiteral("stopAction"), {QKeySequence(Qt::Key_F8)}, &MachineActions::onStop);
    m_reset = make(tr("&Reset"), QStringLiteral("reset"), QStringLiteral("resetAction"), {QKeySequence(Qt::SHIFT | Qt::Key_F8)},
                   &MachineActions::onReset);
    m_remove = make(tr("&Delete machine…"), QStringLiteral("trash"), QStringLiteral("deleteAction"),
                    {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Delete)}, &MachineActions::onRemove);
    m_copyAddress = make(tr("&Copy address"), QStringLiteral("copy"), QStringLiteral("copyAddressAction"),
                         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)}, &MachineActions::onCopyAddress);
    m_showCommand = make(tr("Show the co&mmand…"), QStringLiteral("console"), QStringLiteral("showCommandAction"),
                         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K)}, &MachineActions::onShowCommand);
    m_showCommand->setToolTip(tr("What the window does, as commands and requests; on a button: its context menu"));
    m_disconnect = make(tr("Disco&nnect"), QStringLiteral("close"), QStringLiteral("disconnectAction"),
                        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D)}, &MachineActions::onDisconnect);
    m_disconnect->setToolTip(tr("Close tunnel and connections; the machine and the notebook server go on"));
    m_restartContainer = make(tr("R&estart the container…"), QStringLiteral("refresh"), QStringLiteral("restartContainerAction"),
                              {QKeySequence(Qt::Key_F9)}, &MachineActions::onRestartContainer);
    m_stopContainer = make(tr("Stop the cont&ainer"), QStringLiteral("stop"), QStringLiteral("stopContainerAction"),
                           {QKeySequence(Qt::SHIFT | Qt::Key_F9)}, &MachineActions::onStopContainer);
    m_reset->setToolTip(tr("Restart the machine at once, as with its power button"));
    connect(&m_workspace, &workspace::Workspace::currentProjectChanged, this, &MachineActions::updateEnabled);
    connect(&m_workspace, &workspace::Workspace::accountChanged, this, &MachineActions::updateEnabled);
    new CommandOffer(*this, window);
    updateEnabled();
}

QAction *MachineActions::make(const QString &text, const QString &icon, const QString &objectName, const QList<QKeySequence> &shortcuts,
                              void (MachineActions::*handler)())
{
    auto *action = new QAction(symbolicIcon(icon), text, this);
    action->setObjectName(objectName);
    action->setShortcuts(shortcuts);
    connect(action, &QAction::triggered, this, handler);
    m_window->addAction(action); // its shortcut works though the menu bar may be hidden
    return action;
}

QList<QAction *> MachineActions::all() const
{
    return {m_openNotebook, m_start, m_stop, m_reset, m_restartContainer, m_stopContainer, m_disconnect, m_copyAddress, m_showCommand, m_remove};
}

void MachineActions::addTo(QMenu *menu) const
{
    menu->addAction(m_openNotebook);
    menu->addAction(m_disconnect);
    menu->addSeparator();
    menu->addActions({m_start, m_stop, m_reset});
    menu->addSeparator();
    menu->addActions({m_restartContainer, m_stopContainer});
    menu->addSeparator();
    menu->addAction(m_copyAddress);
    menu->addAction(m_showCommand);
    menu->addSeparator();
    menu->addAction(m_remove);
}

void MachineActions::setCurrent(const std::optional<cloud::InstanceRef> &ref)
{
    m_current = ref;
    updateEnabled();
}

const cloud::Instance *MachineActions::machine() const
{
    const workspace::MachineList *list = m_workspace.machines();
    return list && m_current ? list->find(*m_current) : nullptr;
}

void MachineActions::updateEnabled()
{
    const cloud::Instance *here = machine();
    const auto state = here ? here->state() : cloud::MachineState::Busy;
    const workspace::MachineSession *session = here ? m_workspace.existingSession(here->ref) : nullptr;
    m_openNotebook->setEnabled(here && state != cloud::MachineState::Deleting && state != cloud::MachineState::Suspended);
    m_start->setEnabled(here && models::canStart(state));
    m_stop->setEnabled(here && models::canStop(state));
    m_reset->setEnabled(here && models::canReset(state));
    m_remove->setEnabled(here && models::canDelete(*here));
    m_remove->setToolTip(here && here->deletionProtection ? tr("Deletion protection is on for this machine")
                                                          : tr("Delete the machine and its boot disk"));
    m_copyAddress->setEnabled(here && !(here->externalAddress.isEmpty() && here->internalAddress.isEmpty()));
    m_showCommand->setEnabled(m_workspace.account() && !m_workspace.currentProject().isEmpty());
    for (QAction *action : {m_restartContainer, m_stopContainer})
        action->setEnabled(session && session->isConnected() && !session->currentFlow());
    m_disconnect->setEnabled(session && (session->isConnected() || session->isNotebookOpen()));
}

void MachineActions::power(const cloud::InstanceRef &ref, PowerAction action)
{
    Job *job = m_workspace.power(ref, action);
    connect(job, &Job::finished, this, [this, job, ref, action] {
        if (job->state() == Job::State::Failed)
            Q_EMIT failed(ref, action, job->error());
    });
}

void MachineActions::onOpenNotebook()
{
    if (machine())
        Q_EMIT openNotebookRequested(*m_current);
}

void MachineActions::onStart()
{
    if (machine())
        power(*m_current, PowerAction::Start);
}

void MachineActions::onStop()
{
    if (machine())
        power(*m_current, PowerAction::Stop);
}

void MachineActions::onReset()
{
    if (!machine())
        return;
    Question question;
    question.title = tr("Reset machine");
    question.text = tr("Reset “%1” in zone %2 now?").arg(m_current->name, m_current->zone);
    question.consequence = tr("It restarts as if its power had been cut: what kernels hold in memory and what was not saved is lost. Files on the disk stay.");
    question.confirmText = tr("Reset");
    m_prompts.confirm(m_window, question, [this, ref = *m_current, guard = QPointer(this)](bool confirmed) {
        if (guard && confirmed)
            power(ref, PowerAction::Reset);
    });
}

void MachineActions::onRemove()
{
    const cloud::Instance *here = machine();
    if (!here)
        return;
    m_prompts.confirm(m_window, deleteQuestion(*here), [this, ref = here->ref, guard = QPointer(this)](bool confirmed) {
        if (guard && confirmed)
            power(ref, PowerAction::Delete);
    });
}

void MachineActions::onCopyAddress()
{
    if (const cloud::Instance *here = machine())
        QGuiApplication::clipboard()->setText(here->externalAddress.isEmpty() ? here->internalAddress : here->externalAddress);
}

void MachineActions::onShowCommand()
{
    const QWidget *focused = QApplication::focusWidget();
    showCommand(focused ? models::commandOfAction(focused->objectName()) : QString());
}

void MachineActions::showCommand(const QString &command)
{
    workspace::Account *account = m_workspace.account();
    if (!account || m_workspace.currentProject().isEmpty())
        return;
    models::CommandContext context;
    const cloud::Endpoints &endpoints = account->compute().endpoints();
    context.compute = endpoints.compute;
    context.resourceManager = endpoints.resourceManager;
    context.serviceUsage = endpoints.serviceUsage;
    context.sandbox = account->isSandbox();
    context.login = m_workspace.loginName();
    context.hostKeyFile = m_workspace.hostKeyFile();
    QList<models::MachineCommand> commands;
    const cloud::Instance *here = machine();
    if (here) {
        context.jupyterPort = m_workspace.settings().tunnelPort(here->id);
        if (workspace::MachineSession *session = m_workspace.existingSession(here->ref)) {
            context.connection = session->connection();
            context.containerImage = session->containerImage();
        }
        commands = models::machineCommands(*here, context);
    }
    commands += models::projectCommands(m_workspace.currentProject(), context);
    auto *dialog = new CommandDialog(here ? here->ref.name : m_workspace.currentProject(), commands, m_window);
    dialog->choose(command);
    dialog->show();
}

workspace::MachineSession *MachineActions::session() const
{
    return m_current ? m_workspace.existingSession(*m_current) : nullptr;
}

void MachineActions::onDisconnect()
{
    if (session())
        session()->disconnectFromMachine();
    updateEnabled();
}

void MachineActions::onRestartContainer()
{
    if (!session())
        return;
    Question question;
    question.title = tr("Restart the container");
    question.text = tr("Restart the container on “%1” now?").arg(m_current->name);
    question.consequence = tr("Its kernels end: what they hold in memory and what was not saved is lost. Files in /src and installed packages stay.");
    question.confirmText = tr("Restart");
    m_prompts.confirm(m_window, question, [session = QPointer(session())](bool confirmed) {
        if (session && confirmed)
            session->restartContainer();
    });
}

void MachineActions::onStopContainer()
{
    if (session())
        session()->container().stop();
}

} // namespace nimbook::ui
