// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/packages_pane.h"

#include "models/requirements_check.h"
#include "ui/common/accent_button.h"
#include "ui/common/error_banner.h"
#include "ui/common/flow_line.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/packages/installed_panel.h"
#include "ui/packages/log_view.h"
#include "ui/packages/requirements_edit.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace nimbook::ui {

class PackagesPane::Private {
public:
    Private(PackagesPane *pane, workspace::MachineSession &sessionToUse);

    QWidget *buildEditor();
    QWidget *buildLog();
    void read();
    void save(bool thenInstall);
    void install();
    void onInstalled(const jupyter::RemoteScript &script);
    void showFlow(Flow *started);
    void onFlowFinished(Flow *finished);
    void follow();
    bool isInstalling() const { return script && script->isRunning(); }
    bool isConnected() const { return session && session->isConnected(); }

    PackagesPane *q;
    QPointer<workspace::MachineSession> session;
    QString saved; ///< as it is on the machine
    bool loaded = false;
    QPointer<Job> reading;
    QPointer<Job> writing;
    QPointer<jupyter::RemoteScript> script;

    ErrorBanner *banner;
    FlowLine *flow;
    RequirementsEdit *edit;
    InstalledPanel *installed;
    LogView *log;
    QLabel *dirty;
    QLabel *note;
    QPushButton *openButton;
    QPushButton *saveButton;
    QPushButton *revertButton;
    AccentButton *installButton;
    QPushButton *cancelButton;
};

PackagesPane::Private::Private(PackagesPane *pane, workspace::MachineSession &sessionToUse)
    : q(pane)
    , session(&sessionToUse)
    , banner(new ErrorBanner(pane))
    , flow(new FlowLine(pane))
    , edit(new RequirementsEdit(pane))
    , installed(new InstalledPanel(sessionToUse, pane))
    , log(new LogView(pane))
    , dirty(makeMutedLabel({}, pane))
    , note(makeMutedLabel({}, pane))
    , openButton(new QPushButton(PackagesPane::tr("&Open notebook"), pane))
    , saveButton(new QPushButton(PackagesPane::tr("&Save"), pane))
    , revertButton(new QPushButton(PackagesPane::tr("Re&vert"), pane))
    , installButton(new AccentButton(PackagesPane::tr("&Install"), pane))
    , cancelButton(new QPushButton(PackagesPane::tr("Cancel"), pane))
{
    banner->setObjectName(QStringLiteral("packagesBanner"));
    flow->setObjectName(QStringLiteral("packagesFlowLine"));
    edit->setObjectName(QStringLiteral("requirementsEdit"));
    edit->setAccessibleName(PackagesPane::tr("Packages, one a line"));
    log->setObjectName(QStringLiteral("packagesLogEdit"));
    log->setAccessibleName(PackagesPane::tr("Output of pip"));
    log->setPlaceholderText(PackagesPane::tr("pip's output appears here."));
    dirty->setObjectName(QStringLiteral("dirtyLabel"));
    note->setObjectName(QStringLiteral("packagesNoteLabel"));
    note->setWordWrap(true);
    openButton->setObjectName(QStringLiteral("packagesOpenNotebookButton"));
    saveButton->setObjectName(QStringLiteral("savePackagesButton"));
    revertButton->setObjectName(QStringLiteral("revertPackagesButton"));
    installButton->setObjectName(QStringLiteral("installButton"));
    cancelButton->setObjectName(QStringLiteral("cancelInstallButton"));

    auto *splitter = new QSplitter(Qt::Horizontal, pane);
    splitter->setObjectName(QStringLiteral("packagesSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    auto *right = new QSplitter(Qt::Vertical, splitter);
    right->setObjectName(QStringLiteral("packagesRightSplitter"));
    right->setChildrenCollapsible(false);
    right->setHandleWidth(1);
    right->addWidget(installed);
    right->addWidget(buildLog());
    right->setSizes({1000, 1000});
    splitter->addWidget(buildEditor());
    splitter->addWidget(new Separator(Qt::Vertical, splitter));
    splitter->addWidget(right);
    splitter->setSizes({800, 1, 1200});
    QObject::connect(installed, &InstalledPanel::failed, pane, [this](const Error &error) { banner->showError(error); });
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(banner);
    layout->addWidget(flow);
    layout->addWidget(splitter, 1);

    QObject::connect(edit, &RequirementsEdit::checked, pane, [this] { follow(); });
    QObject::connect(openButton, &QPushButton::clicked, pane, [this] {
        if (session)
            showFlow(session->openNotebook());
    });
    QObject::connect(saveButton, &QPushButton::clicked, pane, [this] { save(false); });
    QObject::connect(revertButton, &QPushButton::clicked, pane, [this] { edit->setPlainText(saved); });
    QObject::connect(installButton, &QPushButton::clicked, pane, [this] { save(true); });
    QObject::connect(cancelButton, &QPushButton::clicked, pane, [this] {
        if (script)
            script->cancel();
    });
    auto *saveKey = new QAction(PackagesPane::tr("Save"), pane);
    saveKey->setShortcut(QKeySequence::Save);
    saveKey->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    pane->addAction(saveKey);
    QObject::connect(saveKey, &QAction::triggered, saveButton, &QPushButton::click);
    auto *installKey = new QAction(PackagesPane::tr("Install"), pane);
    installKey->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    installKey->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    pane->addAction(installKey);
    QObject::connect(installKey, &QAction::triggered, installButton, &QPushButton::click);

    QObject::connect(session, &workspace::MachineSession::transfersReady, pane, [this] { read(); });
    QObject::connect(session, &workspace::MachineSession::notebookOpened, pane, [this] { read(); });
    QObject::connect(session, &workspace::MachineSession::notebookClosed, pane, [this] { follow(); });
    QObject::connect(session, &workspace::MachineSession::flowStarted, pane, [this](Flow *started) { showFlow(started); });
    QObject::connect(session, &workspace::MachineSession::flowFinished, pane, [this](Flow *finished) { onFlowFinished(finished); });
    QObject::connect(session, &workspace::MachineSession::machineChanged, pane, [this] { follow(); });
    if (session->currentFlow())
        showFlow(session->currentFlow());
}

QWidget *PackagesPane::Private::buildEditor()
{
    auto *side = new QWidget(q);
    auto *heading = new QLabel(PackagesPane::tr("/src/requirements.txt"), side);
    QFont bold = q->font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    heading->setBuddy(edit);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid, grid, grid, 0);
    top->addWidget(heading);
    top->addWidget(dirty);
    top->addStretch(1);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(grid, 0, grid, grid);
    buttons->setSpacing(grid);
    buttons->addWidget(revertButton);
    buttons->addWidget(saveButton);
    buttons->addStretch(1);
    buttons->addWidget(installButton);
    auto *below = new QHBoxLayout;
    below->setContentsMargins(grid, 0, grid, 0);
    below->addWidget(note, 1);
    below->addWidget(openButton);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addLayout(top);
    layout->addWidget(edit, 1);
    layout->addLayout(below);
    layout->addLayout(buttons);
    return side;
}

QWidget *PackagesPane::Private::buildLog()
{
    auto *side = new QWidget(q);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid, grid, grid, 0);
    auto *heading = new QLabel(PackagesPane::tr("Output"), side);
    QFont bold = q->font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    top->addWidget(heading);
    top->addStretch(1);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(grid, 0, grid, grid);
    bottom->addStretch(1);
    bottom->addWidget(cancelButton);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid);
    column->addWidget(new Separator(Qt::Horizontal, side));
    column->addLayout(top);
    column->addWidget(log, 1);
    column->addLayout(bottom);
    return side;
}

PackagesPane::PackagesPane(workspace::MachineSession &session, QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this, session))
{
    d->read();
    d->follow();
}

PackagesPane::~PackagesPane() = default;

bool PackagesPane::hasUnsavedChanges() const
{
    return d->loaded && d->edit->toPlainText() != d->saved;
}

void PackagesPane::Private::read()
{
    follow();
    if (!isConnected() || loaded || reading)
        return;
    auto *job = session->readRequirements();
    reading = job;
    QObject::connect(job, &Job::finished, q, [this, job] {
        reading = nullptr;
        if (const auto text = job->result()) {
            // What somebody typed while it was read stays theirs.
            const bool untouched = edit->toPlainText().isEmpty();
            saved = *text;
            loaded = true;
            if (untouched)
                edit->setPlainText(saved);
        } else if (job->state() == Job::State::Failed) {
            banner->showError(text.error());
        }
        follow();
    });
    follow();
}

void PackagesPane::Private::save(bool thenInstall)
{
    if (!isConnected() || writing || isInstalling())
        return;
    banner->clear();
    const QString text = edit->toPlainText();
    if (loaded && text == saved) {
        if (thenInstall)
            install();
        return;
    }
    Job *job = session->writeRequirements(text);
    writing = job;
    QObject::connect(job, &Job::finished, q, [this, job, text, thenInstall] {
        writing = nullptr;
        if (job->state() == Job::State::Succeeded) {
            saved = text;
            loaded = true;
            if (thenInstall)
                install();
            else
                installed->refresh();
        } else if (job->state() == Job::State::Failed) {
            banner->showError(job->error());
        }
        follow();
    });
    follow();
}

void PackagesPane::Private::install()
{
    if (!session || !session->isNotebookOpen())
        return;
    log->clearLog();
    script = session->installRequirements();
    if (!script)
        return;
    QObject::connect(script, &jupyter::RemoteScript::logReceived, log, &LogView::append);
    QObject::connect(script, &Job::finished, q, [this, finished = script.data()] { onInstalled(*finished); });
    follow();
}

void PackagesPane::Private::onInstalled(const jupyter::RemoteScript &finished)
{
    if (finished.state() == Job::State::Succeeded) {
        const auto results = finished.result();
        // pip's own list, "numpy-1.26.4 pandas-2.2.0"; "none" when everything was there already.
        const QStringList installed = results ? results->value(QStringLiteral("installed")).split(u' ', Qt::SkipEmptyParts) : QStringList();
        const QString text = installed.isEmpty() || installed.first() == u"none" ? PackagesPane::tr("Everything was installed already.")
                             : installed.size() == 1                             ? PackagesPane::tr("Installed %1.").arg(installed.first())
                                                                                 : PackagesPane::tr("%1 packages installed: %2").arg(installed.size()).arg(installed.join(QStringLiteral(", ")));
        banner->showMessage(ErrorBanner::Kind::Information, text, PackagesPane::tr("Restart the kernel to use a new version of something that is imported already."));
    } else if (finished.state() == Job::State::Failed) {
        banner->showError(finished.error());
    } else {
        banner->showMessage(ErrorBanner::Kind::Information, PackagesPane::tr("Installing was cancelled."), PackagesPane::tr("Packages that were complete stay installed."));
    }
    script = nullptr;
    installed->refresh(jupyter::Record::WhenNothingIsLost);
    follow();
}

void PackagesPane::Private::showFlow(Flow *started)
{
    if (leadsToContainer(*started)) {
        banner->clear();
        flow->setFlow(started);
    }
    follow();
}

void PackagesPane::Private::onFlowFinished(Flow *finished)
{
    if (finished->state() == Job::State::Failed && leadsToContainer(*finished))
        banner->showError(finished->error());
    read();
}

void PackagesPane::Private::follow()
{
    const bool changed = edit->toPlainText() != saved;
    const bool open = session && session->isNotebookOpen();
    const bool busy = writing || isInstalling();
    const auto &problems = edit->problems();
    edit->setReadOnly(busy);
    dirty->setText(!isConnected() ? PackagesPane::tr("not connected") : reading ? PackagesPane::tr("reading…") : changed ? PackagesPane::tr("● not saved") : QString());
    saveButton->setEnabled(isConnected() && changed && !busy);
    revertButton->setEnabled(loaded && changed && !busy);
    installButton->setEnabled(open && !busy && problems.isEmpty() && models::requirementsCount(edit->toPlainText()) > 0);
    cancelButton->setVisible(isInstalling());
    if (!problems.isEmpty())
        note->setText(PackagesPane::tr("Line %1: %2").arg(problems.first().line).arg(problems.first().text));
    else if (!open)
        note->setText(PackagesPane::tr("Packages are installed where the notebook runs. Open the notebook first."));
    else if (isInstalling())
        note->setText(PackagesPane::tr("Installing…"));
    else
        note->setText(PackagesPane::tr("Save keeps the list on the machine; Install saves it and runs pip."));
    openButton->setVisible(!open && session && !(session->currentFlow() && session->currentFlow()->isRunning()));
}

} // namespace nimbook::ui
