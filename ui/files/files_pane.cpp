// SPDX-License-Identifier: Apache-2.0
#include "ui/files/files_pane.h"

#include "models/drag_staging.h"
#include "models/file_drop.h"
#include "models/opened_files.h"
#include "models/remote_path.h"
#include "transfer/local_copy_job.h"
#include "transfer/names.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/flow_panel.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/common/symbolic_icon.h"
#include "ui/files/conflict_bar.h"
#include "ui/files/folder_view.h"
#include "ui/files/local_pane.h"
#include "ui/files/mirror_bar.h"
#include "ui/files/remote_pane.h"
#include "ui/files/save_back_bar.h"
#include "ui/files/sync_pane.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QUuid>
#include <QVBoxLayout>

namespace nimbook::ui {

using transfer::Transfer;
using transfer::TransferQueue;

class FilesPane::Private {
public:
    Private(FilesPane *pane, workspace::Workspace &workspaceToUse, workspace::MachineSession &sessionToUse, models::MirrorKeeper &keeper, Prompts &promptsToUse);

    QWidget *buildButtons();
    void connectPanes();
    void connectSession();
    void attachQueue();
    void showConnection();
    void downloadTo();
    void copyRemote(bool cut);
    void offerCopies();
    void compareFolders();
    void fillMirrorMenu();
    void mirrorOutputs();
    void mirror(sync::Mirror::Direction direction, const QString &here, const QString &there);
    sync::FolderPair folderPair(const QString &here, const QString &there) const;
    void carryOut(const models::DropPlan &plan);
    void copyOnMachine(const QStringList &paths, const QString &directory);
    void copyHere(transfer::LocalCopyJob::Mode mode, const QStringList &paths, const QString &folder);
    void tell(const Error &error) { banner->showError(error); }

    FilesPane *q;
    workspace::Workspace &workspace;
    QPointer<workspace::MachineSession> session;
    Prompts &prompts;
    models::DragStaging staging;
    models::OpenedFiles opened;
    QString owner;
    QPointer<TransferQueue> queue;
    LocalPane *local;
    RemotePane *remote;
    ErrorBanner *banner;
    ConflictBar *conflicts;
    SaveBackBar *saveBack;
    models::MachineMirrors &mirrors;
    SyncPane *syncPane;
    QStackedWidget *pages;
    QMenu *mirrorMenu;
    QList<models::DragStaging::Item> copied; ///< on the clipboard, its copies still on their way
    QStringList cut;                         ///< on the clipboard, to be moved
    EmptyState *notConnected;
    FlowPanel *connecting;
};

FilesPane::Private::Private(FilesPane *pane, workspace::Workspace &workspaceToUse, workspace::MachineSession &sessionToUse, models::MirrorKeeper &keeper, Prompts &promptsToUse)
    : q(pane)
    , workspace(workspaceToUse)
    , session(&sessionToUse)
    , prompts(promptsToUse)
    , staging(workspaceToUse.directories().cache + QStringLiteral("/drag/") + QUuid::createUuid().toString(QUuid::WithoutBraces))
    , opened(workspaceToUse.directories().cache + QStringLiteral("/open/") + QUuid::createUuid().toString(QUuid::WithoutBraces))
    , owner(models::remoteOwner(sessionToUse.ref().project + u'/' + sessionToUse.ref().zone + u'/' + sessionToUse.ref().name))
    , local(new LocalPane(promptsToUse, pane))
    , remote(new RemotePane(sessionToUse.ref().name, promptsToUse, staging, pane))
    , banner(new ErrorBanner(pane))
    , conflicts(new ConflictBar(pane))
    , saveBack(new SaveBackBar(opened, sessionToUse.ref().name, pane))
    , mirrors(keeper.of(sessionToUse))
    , syncPane(new SyncPane(sessionToUse.ref().name, promptsToUse, pane))
    , pages(new QStackedWidget(pane))
    , mirrorMenu(new QMenu(pane))
    , notConnected(new EmptyState(pane))
    , connecting(new FlowPanel(pane))
{
    banner->setObjectName(QStringLiteral("filesBanner"));
    notConnected->setPicture(QStringLiteral("picture-machines"));
    notConnected->setAction(FilesPane::tr("Connect"), QStringLiteral("connectFilesButton"));
    connecting->setTitle(FilesPane::tr("Connecting to %1").arg(sessionToUse.ref().name));
    local->setOwner(owner);

    auto *splitter = new QSplitter(Qt::Horizontal, pane);
    splitter->setObjectName(QStringLiteral("filesSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    auto *left = new QWidget(splitter);
    auto *leftLayout = new QHBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(0);
    leftLayout->addWidget(local, 1);
    leftLayout->addWidget(new Separator(Qt::Vertical, left));
    leftLayout->addWidget(buildButtons());
    leftLayout->addWidget(new Separator(Qt::Vertical, left));
    splitter->addWidget(left);
    splitter->addWidget(remote);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({1000, 1000});
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(banner);
    layout->addWidget(conflicts);
    layout->addWidget(saveBack);
    layout->addWidget(new MirrorBar(mirrors, pane));
    pages->addWidget(splitter);
    pages->addWidget(syncPane);
    layout->addWidget(pages, 1);
}

QWidget *FilesPane::Private::buildButtons()
{
    auto *column = new QWidget(q);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(grid / 2, 0, grid / 2, 0);
    layout->addStretch(1);
    const auto make = [&](const QString &name, const QString &text, const QString &icon) {
        auto *button = new QToolButton(column);
        button->setObjectName(name);
        button->setAccessibleName(text);
        button->setToolTip(text);
        button->setIcon(symbolicIcon(icon));
        button->setIconSize(QSize(grid * 2, grid * 2));
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAutoRaise(true);
        layout->addWidget(button);
        return button;
    };
    auto *up = make(QStringLiteral("uploadButton"), FilesPane::tr("Upload the selection (Ctrl+Right)"), QStringLiteral("arrow-right"));
    auto *down = make(QStringLiteral("downloadButton"), FilesPane::tr("Download the selection (Ctrl+Left)"), QStringLiteral("arrow-left"));
    layout->addSpacing(grid * 2);
    auto *compare = make(QStringLiteral("compareButton"), FilesPane::tr("Compare the two folders and synchronise (Ctrl+Shift+Y)"), QStringLiteral("sync"));
    compare->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Y));
    auto *follow = make(QStringLiteral("mirrorButton"), FilesPane::tr("Follow a folder live (Ctrl+Shift+M)"), QStringLiteral("mirror"));
    follow->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M));
    follow->setPopupMode(QToolButton::InstantPopup);
    follow->setMenu(mirrorMenu);
    follow->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    mirrorMenu->setObjectName(QStringLiteral("mirrorMenu"));
    layout->addStretch(1);
    QObject::connect(compare, &QToolButton::clicked, q, [this] { compareFolders(); });
    QObject::connect(mirrorMenu, &QMenu::aboutToShow, q, [this] { fillMirrorMenu(); });
    QObject::connect(up, &QToolButton::clicked, q, [this] { q->upload(local->selectedPaths()); });
    QObject::connect(down, &QToolButton::clicked, q, [this] { q->download(remote->selectedPaths()); });
    return column;
}

FilesPane::FilesPane(workspace::Workspace &workspace, workspace::MachineSession &session, models::MirrorKeeper &mirrors, Prompts &prompts, QWidget *parent)
    : QWidget(parent), d(std::make_unique<Private>(this, workspace, session, mirrors, prompts))
{
    d->connectPanes();
    d->connectSession();
    const QString last = workspace.settings().localFolder();
    d->local->setFolder(QDir(last).exists() && !last.isEmpty() ? last : QDir::homePath());
    d->remote->model().setDirectory(RemotePane::homeFolder());
    if (!session.transfers() && session.currentFlow())
        d->connecting->setFlow(session.currentFlow());
    d->attachQueue();
}

FilesPane::~FilesPane()
{
    // The panes look at the staging, so they go first.
    delete d->remote;
    delete d->local;
}

void FilesPane::Private::connectPanes()
{
    QObject::connect(local, &LocalPane::folderChanged, q, [this](const QString &folder) { workspace.settings().setLocalFolder(folder); });
    QObject::connect(local, &LocalPane::transferRequested, q, [this] { q->upload(local->selectedPaths()); });
    QObject::connect(local, &LocalPane::problem, q, [this](const QString &message, const QString &next) { tell({ErrorKind::FileSystem, message, next, {}, {}}); });
    QObject::connect(local, &LocalPane::dropped, q, [this](const models::DropPlan &plan) { carryOut(plan); });
    QObject::connect(local, &LocalPane::pasteRequested, q, [this] {
        if (const QMimeData *data = QGuiApplication::clipboard()->mimeData())
            carryOut(models::planLocalPaste(*data, owner, local->folder()));
    });
    QObject::connect(remote, &RemotePane::transferRequested, q, [this] { q->download(remote->selectedPaths()); });
    QObject::connect(remote, &RemotePane::uploadRequested, q, [this](const QStringList &paths, const QString &directory) {
        if (queue)
            queue->upload(paths, directory);
    });
    QObject::connect(remote, &RemotePane::pasteRequested, q, [this] {
        if (const QMimeData *data = QGuiApplication::clipboard()->mimeData())
            carryOut(models::planRemotePaste(*data, owner, remote->model().directory()));
    });
    QObject::connect(remote, &RemotePane::copyRequested, q, [this] { copyRemote(false); });
    QObject::connect(remote, &RemotePane::cutRequested, q, [this] { copyRemote(true); });
    QObject::connect(remote, &RemotePane::duplicateRequested, q, [this] { copyOnMachine(remote->selectedPaths(), remote->model().directory()); });
    QObject::connect(remote, &RemotePane::openRequested, q, [this](const QString &path, const transfer::RemoteEntry &entry) { opened.open(path, entry); });
    QObject::connect(&staging, &models::DragStaging::ready, q, [this] { offerCopies(); });
    QObject::connect(remote, &RemotePane::downloadToRequested, q, [this] { downloadTo(); });
    QObject::connect(syncPane, &SyncPane::closeRequested, q, [this] {
        pages->setCurrentIndex(0);
        remote->view()->setFocus(Qt::OtherFocusReason);
    });
    QObject::connect(syncPane, &SyncPane::started, q, [this](Job *job, const QString &title) { workspace.activity().watch(job, title); });
    QObject::connect(syncPane, &SyncPane::synchronised, &remote->model(), &models::RemoteDirectoryModel::refresh);
    QObject::connect(&mirrors, &models::MachineMirrors::problem, q, [this](const Error &error) { tell(error); });
    QObject::connect(&mirrors, &models::MachineMirrors::copied, q, [this](sync::Mirror::Direction direction) {
        if (direction == sync::Mirror::Direction::Up)
            remote->model().refresh();
    });
    QObject::connect(remote, &RemotePane::problem, q, [this](const Error &error) { tell(error); });
}

void FilesPane::Private::connectSession()
{
    QObject::connect(notConnected, &EmptyState::actionTriggered, q, [this] {
        if (session)
            session->connectFiles();
    });
    QObject::connect(connecting, &FlowPanel::retryRequested, q, [this] {
        if (session)
            session->connectFiles();
    });
    QObject::connect(connecting, &FlowPanel::closed, q, [this] {
        connecting->setFlow(nullptr);
        showConnection();
    });
    QObject::connect(session, &workspace::MachineSession::transfersReady, q, [this] { attachQueue(); });
    QObject::connect(session, &workspace::MachineSession::flowStarted, q, [this](Flow *flow) {
        if (!queue)
            connecting->setFlow(flow);
        showConnection();
    });
    QObject::connect(session, &workspace::MachineSession::flowFinished, q, [this] { attachQueue(); });
    QObject::connect(session, &workspace::MachineSession::machineChanged, q, [this] { attachQueue(); });
}

void FilesPane::Private::attachQueue()
{
    TransferQueue *now = session ? session->transfers() : nullptr;
    if (now != queue) {
        queue = now;
        staging.setQueue(now);
        opened.setQueue(now);
        conflicts->setQueue(now);
        syncPane->setQueue(now);
        remote->model().setFiles(now ? now->files() : nullptr, owner);
        if (now) {
            connecting->setFlow(nullptr);
            QObject::connect(now, &TransferQueue::finished, q, [this](transfer::TransferId id) {
                const Transfer *transfer = queue ? queue->find(id) : nullptr;
                if (transfer && transfer->direction != Transfer::Direction::Download)
                    remote->model().refresh();
            });
            QObject::connect(now, &QObject::destroyed, q, [this] { showConnection(); });
        }
    }
    showConnection();
}

void FilesPane::Private::showConnection()
{
    if (queue) {
        remote->setInsteadOfFiles(nullptr);
        return;
    }
    if (connecting->flow()) {
        remote->setInsteadOfFiles(connecting);
        return;
    }
    const bool running = session && session->machine().state() == cloud::MachineState::Running;
    notConnected->setText(FilesPane::tr("Not connected"), running ? FilesPane::tr("Connect to see the files of this machine.")
                                                                  : FilesPane::tr("The machine is not running. Connecting starts it, and it costs money while it runs."));
    notConnected->setAction(running ? FilesPane::tr("Connect") : FilesPane::tr("Start and connect"), QStringLiteral("connectFilesButton"));
    remote->setInsteadOfFiles(notConnected);
}

sync::FolderPair FilesPane::Private::folderPair(const QString &here, const QString &there) const
{
    const QString machine = session->machine().id.isEmpty() ? session->ref().name : session->machine().id;
    return {here, there, sync::Baseline::fileName(workspace.directories().state, QStringLiteral("sync/") + machine, here, there)};
}

void FilesPane::Private::compareFolders()
{
    if (!queue || !session) {
        banner->showMessage(ErrorBanner::Kind::Information, FilesPane::tr("Connect to the machine to compare its folder with this one."));
        return;
    }
    pages->setCurrentWidget(syncPane);
    syncPane->setFocus(Qt::OtherFocusReason);
    syncPane->compare(folderPair(local->folder(), remote->model().directory()));
}

void FilesPane::Private::fillMirrorMenu()
{
    mirrorMenu->clear();
    const QString here = transfer::displayName(local->folder());
    const QString there = transfer::displayName(remote->model().directory());
    const auto offer = [this](const QString &text, const char *name, auto slot) {
        QAction *action = mirrorMenu->addAction(QString(text).replace(u'&', QStringLiteral("&&")));
        action->setObjectName(QString::fromLatin1(name));
        action->setEnabled(queue);
        QObject::connect(action, &QAction::triggered, q, slot);
    };
    offer(FilesPane::tr("Follow %1 into a folder here…").arg(RemotePane::outputsFolder()), "mirrorOutputsAction", [this] { mirrorOutputs(); });
    offer(FilesPane::tr("Follow %1 into %2").arg(there, here), "mirrorDownAction", [this] { mirror(sync::Mirror::Direction::Down, local->folder(), remote->model().directory()); });
    offer(FilesPane::tr("Follow %1 up into %2").arg(here, there), "mirrorUpAction", [this] { mirror(sync::Mirror::Direction::Up, local->folder(), remote->model().directory()); });
    if (!mirrors.isEmpty())
        mirrorMenu->addSeparator();
    for (const models::MachineMirrors::Line &line : mirrors.lines()) {
        QAction *stop = mirrorMenu->addAction(FilesPane::tr("Stop: %1").arg(mirrors.title(line.pair)).replace(u'&', QStringLiteral("&&")));
        QObject::connect(stop, &QAction::triggered, &mirrors, [this, pair = line.pair] { mirrors.stop(pair); });
    }
}

void FilesPane::Private::mirrorOutputs()
{
    prompts.chooseFolder(q, FilesPane::tr("Follow %1 into").arg(RemotePane::outputsFolder()), workspace.settings().downloadFolder(), [this](const QString &folder) {
        if (!folder.isEmpty())
            mirror(sync::Mirror::Direction::Down, folder, RemotePane::outputsFolder());
    });
}

void FilesPane::Private::mirror(sync::Mirror::Direction direction, const QString &here, const QString &there)
{
    if (queue) {
        mirrors.attach(queue);
        mirrors.follow({direction, here, there});
    }
}

void FilesPane::setLocalFolder(const QString &folder)
{
    d->local->setFolder(folder);
}

void FilesPane::setRemoteFolder(const QString &folder)
{
    d->remote->model().setDirectory(folder);
}

QString FilesPane::localFolder() const
{
    return d->local->folder();
}

QString FilesPane::remoteFolder() const
{
    return d->remote->model().directory();
}

void FilesPane::upload(const QStringList &localPaths)
{
    if (d->queue && !localPaths.isEmpty())
        d->queue->upload(localPaths, remoteFolder());
}

void FilesPane::download(const QStringList &remotePaths)
{
    if (d->queue && !remotePaths.isEmpty())
        d->queue->download(remotePaths, localFolder());
}

void FilesPane::Private::downloadTo()
{
    const QStringList paths = remote->selectedPaths();
    if (paths.isEmpty())
        return;
    prompts.chooseFolder(q, FilesPane::tr("Download to"), workspace.settings().downloadFolder(), [this, paths](const QString &folder) {
        if (!folder.isEmpty() && queue)
            queue->download(paths, folder);
    });
}

void FilesPane::Private::copyRemote(bool isCut)
{
    const QStringList paths = remote->selectedPaths();
    std::unique_ptr<QMimeData> data = isCut ? models::remoteMimeData({owner, paths}, {}) : remote->selectionData();
    if (paths.isEmpty() || !data)
        return;
    copied = isCut || data->hasUrls() ? QList<models::DragStaging::Item>() : remote->selectedItems();
    cut = isCut ? paths : QStringList();
    QGuiApplication::clipboard()->setMimeData(data.release());
}

/// The copies for other programs have come: they join what is on the clipboard, if that is still ours.
void FilesPane::Private::offerCopies()
{
    const QMimeData *held = QGuiApplication::clipboard()->mimeData();
    const QStringList copies = copied.isEmpty() ? QStringList() : staging.copies(copied);
    const auto selection = held ? models::remoteSelection(*held) : std::nullopt;
    if (copies.isEmpty() || !selection || selection->owner != owner || selection->paths.size() != copied.size() || selection->paths.first() != copied.first().path)
        return;
    copied.clear();
    QGuiApplication::clipboard()->setMimeData(models::remoteMimeData(*selection, copies).release());
}

void FilesPane::Private::carryOut(const models::DropPlan &plan)
{
    switch (plan.kind) {
    case models::DropPlan::Kind::Upload:
        if (queue)
            queue->upload(plan.sources, plan.destination);
        break;
    case models::DropPlan::Kind::Download:
        if (queue)
            queue->download(plan.sources, plan.destination);
        break;
    case models::DropPlan::Kind::Move: // a paste is planned as Copy
        break;
    case models::DropPlan::Kind::Copy:
        if (plan.sources != cut) {
            copyOnMachine(plan.sources, plan.destination);
        } else if (models::remoteParent(plan.sources.first()) != plan.destination) {
            remote->model().move(std::exchange(cut, {}), plan.destination);
            QGuiApplication::clipboard()->clear();
        }
        break;
    case models::DropPlan::Kind::CopyHere:
        copyHere(transfer::LocalCopyJob::Mode::Copy, plan.sources, plan.destination);
        break;
    case models::DropPlan::Kind::MoveHere:
        copyHere(transfer::LocalCopyJob::Mode::Move, plan.sources, plan.destination);
        break;
    case models::DropPlan::Kind::Refuse:
        if (!plan.reason.isEmpty())
            banner->showMessage(ErrorBanner::Kind::Information, plan.reason);
        break;
    }
}

/// What is copied within its own folder gets another name there, without a question.
void FilesPane::Private::copyOnMachine(const QStringList &paths, const QString &directory)
{
    if (!queue || paths.isEmpty())
        return;
    QSet<QString> given;
    QStringList names;
    for (const QString &path : paths) {
        const QString name = models::remoteName(path);
        if (models::remoteParent(path) != directory) {
            names.append(name);
            continue;
        }
        const QByteArray free = transfer::freeName(name.toUtf8(), [&](const QByteArray &wanted) {
            const QString text = QString::fromUtf8(wanted);
            return given.contains(text) || remote->model().find(text).isValid();
        });
        names.append(QString::fromUtf8(free));
        given.insert(names.last());
    }
    queue->copy(paths, directory, names);
}

void FilesPane::Private::copyHere(transfer::LocalCopyJob::Mode mode, const QStringList &paths, const QString &folder)
{
    const bool moves = mode == transfer::LocalCopyJob::Mode::Move;
    auto *job = new transfer::LocalCopyJob(mode, paths, folder, q);
    conflicts->watch(job);
    const QString what = paths.size() == 1 ? transfer::displayName(models::remoteName(paths.first())) : FilesPane::tr("%n items", nullptr, int(paths.size()));
    workspace.activity().watch(job, (moves ? FilesPane::tr("Moving %1 to %2") : FilesPane::tr("Copying %1 to %2")).arg(what, transfer::displayName(folder)));
    QObject::connect(job, &Job::finished, q, [this, job, moves, paths] {
        if (job->state() == Job::State::Failed)
            tell(job->error());
        const QMimeData *held = QGuiApplication::clipboard()->mimeData();
        if (moves && job->state() == Job::State::Succeeded && held && models::localSelection(*held) == models::LocalSelection{paths, true})
            QGuiApplication::clipboard()->clear(); // it lies elsewhere now
    });
    job->startAndForget();
}

} // namespace nimbook::ui
