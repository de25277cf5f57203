// SPDX-License-Identifier: Apache-2.0
#include "ui/terminal/terminal_pane.h"

#include "ssh/session.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/terminal/terminal_view.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace nimbook::ui {

TerminalPane::TerminalPane(workspace::MachineSession &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_choice(new QButtonGroup(this))
    , m_banner(new ErrorBanner(this))
    , m_faces(new QStackedWidget(this))
    , m_nothing(new EmptyState(this))
{
    setObjectName(QStringLiteral("terminalPane"));
    m_banner->setObjectName(QStringLiteral("terminalBanner"));
    m_nothing->setObjectName(QStringLiteral("terminalEmptyState"));
    m_nothing->setPicture(QStringLiteral("picture-machines"));
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid * 2, grid / 2, grid * 2, grid / 2);
    const auto add = [&](const QString &text, Where where, const char *name) {
        auto *button = new QToolButton(this);
        button->setText(text);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setObjectName(QLatin1String(name));
        m_choice->addButton(button, int(where));
        top->addWidget(button);
    };
    add(tr("On the machine"), Where::Machine, "machineShellButton");
    add(tr("In the notebook's container"), Where::Container, "containerShellButton");
    m_choice->button(int(m_where))->setChecked(true);
    top->addStretch();
    m_faces->addWidget(m_nothing);
    for (Place &place : m_places) {
        place.view = new TerminalView(m_faces);
        place.view->setAccessibleName(&place == m_places ? tr("Shell on the machine") : tr("Shell in the container"));
        place.view->setObjectName(&place == m_places ? QStringLiteral("machineTerminalView") : QStringLiteral("containerTerminalView"));
        m_faces->addWidget(place.view);
        connect(place.view->screen(), &TerminalScreen::output, this, [&place](const QByteArray &bytes) {
            if (place.shell)
                place.shell->write(bytes);
        });
        connect(place.view, &TerminalView::sizeChanged, this, [&place](int columns, int rows) {
            if (place.shell)
                place.shell->resize({columns, rows});
        });
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_banner);
    layout->addWidget(m_faces, 1);

    connect(m_choice, &QButtonGroup::idClicked, this, [this](int where) { choose(Where(where)); });
    connect(m_nothing, &EmptyState::actionTriggered, this, [this] {
        if (m_session.isConnected())
            openShell();
        else
            m_session.connectFiles(); // the way to the machine without a container
    });
    using workspace::MachineSession;
    connect(&session, &MachineSession::connectionChanged, this, [this](bool connected) {
        if (connected && isVisible())
            openShell();
        showSituation();
    });
    connect(&session, &MachineSession::flowStarted, this, &TerminalPane::showSituation);
    connect(&session, &MachineSession::flowFinished, this, &TerminalPane::showSituation);
    showSituation();
}

TerminalPane::~TerminalPane()
{
    for (const Place &place : m_places) {
        if (place.shell)
            place.shell->disconnect(this);
    }
}

TerminalView *TerminalPane::view() const
{
    return m_places[m_where == Where::Machine ? 0 : 1].view;
}

void TerminalPane::choose(Where where)
{
    m_where = where;
    m_choice->button(int(where))->setChecked(true);
    if (!current().shell && m_session.isConnected())
        openShell();
    showSituation();
    view()->setFocus();
}

void TerminalPane::openShell()
{
    Place &place = current();
    if (place.shell)
        return;
    ssh::RemoteTerminal *shell = m_session.openShell(m_where, {place.view->screen()->columns(), place.view->screen()->rows()}, this);
    if (!shell)
        return;
    place.shell = shell;
    place.ended.clear();
    place.view->screen()->reset();
    connect(shell, &ssh::RemoteCommand::outputReceived, place.view->screen(), &TerminalScreen::feed);
    connect(shell, &ssh::RemoteCommand::errorOutputReceived, place.view->screen(), &TerminalScreen::feed);
    connect(shell, &Job::finished, this, [this, &place, shell] { onShellEnded(place, shell); });
    shell->start();
    showSituation();
    if (isVisible() && !isAncestorOf(window()->focusWidget()))
        view()->setFocus();
}

void TerminalPane::onShellEnded(Place &place, ssh::RemoteTerminal *shell)
{
    shell->deleteLater();
    place.shell = nullptr;
    const auto result = shell->result();
    if (result)
        place.ended = result->exitStatus == 0 ? tr("The shell has ended.") : tr("The shell has ended with status %1.").arg(result->exitStatus);
    else
        place.ended = result.error().message;
    showSituation();
}

void TerminalPane::showSituation()
{
    const Place &place = current();
    const QString name = m_session.machine().ref.name;
    // What was printed last stays readable.
    m_faces->setCurrentWidget(place.shell || !place.ended.isEmpty() ? static_cast<QWidget *>(place.view) : m_nothing);
    m_banner->clear();
    if (!place.shell && !place.ended.isEmpty()) {
        const bool connected = m_session.isConnected();
        m_banner->showMessage(ErrorBanner::Kind::Information, place.ended, connected ? QString() : tr("There is no connection to %1.").arg(name));
        m_banner->setDismissable(false);
        connect(m_banner->addButton(connected ? tr("New shell") : tr("Connect"), QStringLiteral("newShellButton")), &QPushButton::clicked, this, [this] {
            if (m_session.isConnected())
                openShell();
            else
                m_session.connectFiles();
        }, Qt::QueuedConnection);
        return;
    }
    if (m_session.isConnected()) {
        m_nothing->setText(tr("A shell on %1").arg(name), tr("Over the connection that is open; no password, no keys to copy."));
        m_nothing->setAction(tr("Open a shell"), QStringLiteral("openShellButton"));
    } else if (m_session.currentFlow()) {
        m_nothing->setText(tr("Connecting to %1").arg(name), {});
        m_nothing->setAction({});
    } else {
        m_nothing->setText(tr("Not connected to %1").arg(name), tr("A shell on the machine or in the notebook's container opens here."));
        m_nothing->setAction(tr("Connect"), QStringLiteral("terminalConnectButton"));
    }
}

void TerminalPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!current().shell && current().ended.isEmpty() && m_session.isConnected())
        QMetaObject::invokeMethod(this, &TerminalPane::openShell, Qt::QueuedConnection); // once the size is known
}

} // namespace nimbook::ui
