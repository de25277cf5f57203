// SPDX-License-Identifier: Apache-2.0
#include "ui/files/remote_pane.h"

#include "models/file_drop.h"
#include "models/quantities.h"
#include "models/remote_path.h"
#include "models/remote_tally.h"
#include "ui/common/empty_state.h"
#include "ui/common/look.h"
#include "ui/files/file_delegate.h"
#include "ui/files/folder_view.h"
#include "ui/files/path_bar.h"
#include "ui/files/properties_dialog.h"
#include "ui/files/staging_bar.h"

#include <QAction>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>

#include <chrono>

namespace nimbook::ui {

using models::RemoteDirectoryModel;
using transfer::RemoteEntry;

RemotePane::RemotePane(const QString &machineName, Prompts &prompts, models::DragStaging &staging, QWidget *parent)
    : FolderPane(machineName, QStringLiteral("remoteView"), parent)
    , m_prompts(prompts)
    , m_staging(staging)
    , m_machineName(machineName)
    , m_message(new EmptyState(this))
{
    m_filter.setSourceModel(&m_model);
    view()->setModel(&m_filter);
    view()->header()->setSectionResizeMode(RemoteDirectoryModel::Name, QHeaderView::Stretch);
    view()->setColumnWidth(RemoteDirectoryModel::Size, grid * 10);
    view()->setColumnWidth(RemoteDirectoryModel::Modified, grid * 15);
    view()->sortByColumn(RemoteDirectoryModel::Name, Qt::AscendingOrder);
    const auto isUsable = [](const QModelIndex &index) { return index.data(RemoteDirectoryModel::UsableRole).toBool(); };
    const auto isFolder = [](const QModelIndex &index) { return index.data(RemoteDirectoryModel::TypeRole).toInt() == int(RemoteEntry::Type::Directory); };
    view()->setIsFolder([=](const QModelIndex &index) { return isFolder(index) && isUsable(index); });
    view()->setItemDelegate(new FileDelegate(isFolder, isUsable, view()));
    view()->setDragSource([this] { return selectionData(); });
    view()->setDragIsAwaited([this] {
        const QList<models::DragStaging::Item> items = selectedItems();
        m_staging.selectionChanged(items); // pressed and dragged in one go: the selection had no time to come to rest
        return m_staging.isPreparing(items) && !m_staging.isAwaited();
    });
    connect(&m_staging, &models::DragStaging::ended, view(), &FolderView::goOnWithDrag);
    stack()->addWidget(m_message);
    makeActions();

    m_selectionPause.setSingleShot(true);
    m_selectionPause.setInterval(std::chrono::milliseconds(150));
    connect(&m_selectionPause, &QTimer::timeout, this, [this] { m_staging.selectionChanged(selectedItems()); });
    connect(view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showStatus();
        m_selectionPause.start();
    });
    connect(view(), &QAbstractItemView::activated, this, &RemotePane::onActivated);
    connect(view(), &FolderView::upRequested, this, [this] { m_model.setDirectory(models::remoteParent(m_model.directory())); });
    connect(pathBar(), &PathBar::pathEntered, this, [this](const QString &typed) { m_model.setDirectory(typed.trimmed().isEmpty() ? homeFolder() : typed); });
    connect(&m_model, &RemoteDirectoryModel::directoryChanged, pathBar(), &PathBar::setPath);
    connect(&m_model, &RemoteDirectoryModel::stateChanged, this, &RemotePane::onStateChanged);
    connect(&m_model, &RemoteDirectoryModel::refreshed, this, [this] {
        selectNamed(std::exchange(m_toSelect, {}));
        onStateChanged();
    });
    connect(&m_model, &RemoteDirectoryModel::changed, this, [this](const QString &name) { m_toSelect = name; });
    connect(&m_model, &RemoteDirectoryModel::operationFailed, this, &RemotePane::problem);
    connect(&m_model, &RemoteDirectoryModel::uploadRequested, this, &RemotePane::uploadRequested);
    connect(this, &FolderPane::filterChanged, this, [this](const QString &part) {
        m_filter.setNamePart(part);
        showStatus();
    });
    connect(&m_model, &RemoteDirectoryModel::directoryChanged, this, &FolderPane::endFilter);
    connect(m_message, &EmptyState::actionTriggered, &m_model, &RemoteDirectoryModel::refresh);
    connect(m_message, &EmptyState::secondaryActionTriggered, this, [this] { m_model.setDirectory(homeFolder()); });
    addBar(new StagingBar(staging, this));
    connect(&m_staging, &models::DragStaging::ready, this, [this](const QString &title) { setStatus(tr("%1 is ready: drag it once more, or paste it.").arg(title)); });
    connect(&m_staging, &models::DragStaging::failed, this, &RemotePane::problem);
}

RemotePane::~RemotePane()
{
    // Before the models it shows: their going would be told to slots of a pane that is half gone.
    delete view();
}

void RemotePane::makeActions()
{
    auto *open = addAction(tr("&Open"), QStringLiteral("remoteOpenAction"), QKeySequence(Qt::Key_Return));
    connect(open, &QAction::triggered, this, &RemotePane::openCurrent);
    auto *fetch = addAction(tr("&Download"), QStringLiteral("downloadAction"), QKeySequence(Qt::CTRL | Qt::Key_Left));
    connect(fetch, &QAction::triggered, this, &FolderPane::transferRequested);
    auto *fetchTo = addAction(tr("Download &to…"), QStringLiteral("downloadToAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    connect(fetchTo, &QAction::triggered, this, &RemotePane::downloadToRequested);
    addMenuSeparator();
    auto *cut = addAction(tr("C&ut"), QStringLiteral("remoteCutAction"), QKeySequence::Cut);
    connect(cut, &QAction::triggered, this, &RemotePane::cutRequested);
    auto *copy = addAction(tr("&Copy"), QStringLiteral("remoteCopyAction"), QKeySequence::Copy);
    connect(copy, &QAction::triggered, this, &RemotePane::copyRequested);
    auto *paste = addAction(tr("&Paste"), QStringLiteral("remotePasteAction"), QKeySequence::Paste);
    connect(paste, &QAction::triggered, this, &RemotePane::pasteRequested);
    auto *duplicate = addAction(tr("Dupl&icate"), QStringLiteral("remoteDuplicateAction"), QKeySequence(Qt::CTRL | Qt::Key_D));
    connect(duplicate, &QAction::triggered, this, &RemotePane::duplicateRequested);
    addMenuSeparator();
    auto *home = addAction(tr("&Home (%1)").arg(homeFolder()), QStringLiteral("remoteHomeAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Home), QStringLiteral("home"));
    connect(home, &QAction::triggered, this, [this] { m_model.setDirectory(homeFolder()); });
    auto *outputs = addAction(tr("&Outputs (%1)").arg(outputsFolder()), QStringLiteral("remoteOutputsAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O));
    addTextButton(outputs, tr("outputs"));
    connect(outputs, &QAction::triggered, this, [this] { m_model.setDirectory(outputsFolder()); });
    auto *up = addAction(tr("Folder &above"), QStringLiteral("remoteUpAction"), {}, QStringLiteral("arrow-up"));
    connect(up, &QAction::triggered, this, [this] { m_model.setDirectory(models::remoteParent(m_model.directory())); });
    auto *refresh = addAction(tr("&Refresh"), QStringLiteral("remoteRefreshAction"), QKeySequence(Qt::Key_F5), QStringLiteral("refresh"));
    connect(refresh, &QAction::triggered, &m_model, &RemoteDirectoryModel::refresh);
    auto *filter = addAction(tr("&Filter…"), QStringLiteral("remoteFilterAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), QStringLiteral("search"));
    connect(filter, &QAction::triggered, this, &FolderPane::startFilter);
    auto *hidden = addAction(tr("Show h&idden files"), QStringLiteral("remoteHiddenAction"), QKeySequence(Qt::CTRL | Qt::Key_H), QStringLiteral("eye"));
    hidden->setCheckable(true);
    connect(hidden, &QAction::toggled, &m_filter, &models::RemoteDirectoryFilter::setShowHidden);
    addMenuSeparator();
    auto *make = addAction(tr("&New folder…"), QStringLiteral("remoteNewFolderAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), QStringLiteral("new-folder"));
    connect(make, &QAction::triggered, this, &RemotePane::makeFolder);
    auto *rename = addAction(tr("R&ename"), QStringLiteral("remoteRenameAction"), QKeySequence(Qt::Key_F2));
    connect(rename, &QAction::triggered, this, &RemotePane::renameCurrent);
    auto *remove = addAction(tr("&Delete…"), QStringLiteral("remoteDeleteAction"), QKeySequence::Delete);
    connect(remove, &QAction::triggered, this, &RemotePane::removeSelected);
    addMenuSeparator();
    auto *properties = addAction(tr("P&roperties…"), QStringLiteral("remotePropertiesAction"), QKeySequence(Qt::ALT | Qt::Key_Return));
    connect(properties, &QAction::triggered, this, &RemotePane::showProperties);
    const auto follow = [=, this] {
        const qsizetype selected = view()->selectedRowIndexes().size();
        for (QAction *action : {fetch, fetchTo, cut, copy, duplicate, remove})
            action->setEnabled(selected > 0);
        for (QAction *action : {open, rename, properties})
            action->setEnabled(selected == 1);
    };
    connect(view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, follow);
    follow();
}

void RemotePane::setInsteadOfFiles(QWidget *widget)
{
    m_instead = widget;
    if (widget && stack()->indexOf(widget) < 0)
        stack()->addWidget(widget);
    onStateChanged();
}

void RemotePane::onStateChanged()
{
    setToolsEnabled(!m_instead);
    if (m_instead) {
        stack()->setCurrentWidget(m_instead);
        setStatus({});
        return;
    }
    switch (m_model.state()) {
    case RemoteDirectoryModel::State::Failed:
        m_message->setBusy(false);
        m_message->setPicture(QStringLiteral("picture-problem"));
        m_message->setText(tr("%1 cannot be shown").arg(transfer::displayName(m_model.directory())),
                           m_model.error().message + (m_model.error().nextStep.isEmpty() ? QString() : u' ' + m_model.error().nextStep));
        m_message->setAction(tr("Try again"), QStringLiteral("remoteRetryButton"));
        m_message->setSecondaryAction(m_model.directory() == homeFolder() ? QString() : tr("Go to %1").arg(homeFolder()), QStringLiteral("remoteGoHomeButton"));
        stack()->setCurrentWidget(m_message);
        break;
    case RemoteDirectoryModel::State::Loading:
    case RemoteDirectoryModel::State::NoFolder:
    case RemoteDirectoryModel::State::Ready:
        stack()->setCurrentWidget(view()); // an empty folder stays a list: it is a place to drop things
        break;
    }
    showStatus();
}

QList<models::DragStaging::Item> RemotePane::selectedItems() const
{
    QList<models::DragStaging::Item> items;
    for (const QModelIndex &index : view()->selectedRowIndexes()) {
        const QModelIndex source = m_filter.mapToSource(index);
        if (const RemoteEntry *entry = m_model.entry(source); entry && entry->usable && entry->type != RemoteEntry::Type::Special)
            items.append({m_model.path(source), *entry});
    }
    return items;
}

QStringList RemotePane::selectedPaths() const
{
    QStringList paths;
    for (const models::DragStaging::Item &item : selectedItems())
        paths.append(item.path);
    return paths;
}

std::unique_ptr<QMimeData> RemotePane::selectionData()
{
    const QList<models::DragStaging::Item> items = selectedItems();
    if (items.isEmpty())
        return nullptr;
    const QStringList copies = m_staging.copies(items);
    if (copies.isEmpty()) {
        m_staging.prepare(items);
    }
    QStringList paths;
    for (const models::DragStaging::Item &item : items)
        paths.append(item.path);
    return models::remoteMimeData({m_model.owner(), paths}, copies);
}

void RemotePane::onActivated(const QModelIndex &proxyIndex)
{
    const QModelIndex index = m_filter.mapToSource(proxyIndex);
    const RemoteEntry *entry = m_model.entry(index);
    if (!entry || !entry->usable)
        return;
    // A link may lead to a folder: the machine knows, and says so when it does not.
    if (entry->type == RemoteEntry::Type::Directory || entry->type == RemoteEntry::Type::Link)
        m_model.setDirectory(m_model.path(index));
    else if (entry->type == RemoteEntry::Type::File)
        Q_EMIT openRequested(m_model.path(index), *entry);
}

void RemotePane::openCurrent()
{
    if (const QModelIndexList rows = view()->selectedRowIndexes(); rows.size() == 1)
        onActivated(rows.first());
}

void RemotePane::showProperties()
{
    const QModelIndexList rows = view()->selectedRowIndexes();
    const QModelIndex index = rows.size() == 1 ? m_filter.mapToSource(rows.first()) : QModelIndex();
    const RemoteEntry *entry = m_model.entry(index);
    if (!entry || !m_model.files())
        return;
    const bool isFolder = entry->type == RemoteEntry::Type::Directory;
    const QString path = m_model.path(index);
    PropertiesDialog::Subject subject;
    subject.name = transfer::displayName(entry->name);
    subject.kind = RemoteDirectoryModel::kindText(*entry);
    subject.location = tr("%1 on %2").arg(transfer::displayName(m_model.directory()), m_machineName);
    subject.size = isFolder ? tr("Counting…") : tr("%1 (%2 bytes)").arg(models::byteText(entry->size), QLocale().toString(entry->size));
    subject.modified = QLocale().toString(entry->modified.toLocalTime(), QLocale::LongFormat);
    subject.permissions = entry->permissions;
    subject.mayChange = entry->usable && (isFolder || entry->type == RemoteEntry::Type::File); // a link has none of its own
    auto *dialog = new PropertiesDialog(subject, this);
    if (isFolder) {
        auto *tally = new models::RemoteTally(*m_model.files(), {path}, std::chrono::seconds(20), dialog);
        connect(tally, &Job::finished, dialog, [dialog, tally] { dialog->setSize(models::tallyText(tally->result().value_or(models::Tally()))); });
        tally->startAndForget();
    }
    connect(dialog, &PropertiesDialog::permissionsChosen, this, [this, path, dialog](quint32 permissions) {
        if (!m_model.files())
            return;
        auto *job = m_model.files()->setPermissions(path, permissions, dialog);
        connect(job, &Job::finished, dialog, [this, job, dialog, permissions] {
            if (const auto done = job->result(); !done) {
                dialog->showProblem(done.error().message);
                return;
            }
            m_model.refresh();
            dialog->applied(permissions);
        });
        job->startAndForget();
    });
    dialog->open();
}

void RemotePane::makeFolder()
{
    m_prompts.askText(this, {tr("New folder"), tr("Name of the new folder in %1").arg(transfer::displayName(m_model.directory())), {}, tr("Create"), models::remoteNameProblem},
                      [this](const std::optional<QString> &name) {
                          if (name)
                              m_model.makeDirectory(*name);
                      });
}

void RemotePane::renameCurrent()
{
    const QModelIndexList rows = view()->selectedRowIndexes();
    const RemoteEntry *entry = rows.size() == 1 ? m_model.entry(m_filter.mapToSource(rows.first())) : nullptr;
    // A name with a newline in it cannot be typed into a row.
    if (entry && transfer::displayName(entry->name) == entry->name) {
        view()->edit(rows.first());
    } else if (entry) {
        m_prompts.askText(this, {tr("Rename"), tr("New name for “%1”").arg(transfer::displayName(entry->name)), {}, tr("Rename"), models::remoteNameProblem},
                          [this, old = entry->name](const std::optional<QString> &name) {
                              if (name)
                                  m_model.rename(old, *name);
                          });
    }
}

void RemotePane::removeSelected()
{
    const QList<models::DragStaging::Item> items = selectedItems();
    QStringList folders;
    for (const models::DragStaging::Item &item : items) {
        if (item.entry.type == RemoteEntry::Type::Directory)
            folders.append(item.path);
    }
    if (items.isEmpty())
        return;
    if (folders.isEmpty() || !m_model.files()) {
        askToRemove(items, {});
        return;
    }
    // The question names what would be lost, as far as a moment's counting goes.
    setStatus(tr("Counting what is in it…"));
    auto *tally = new models::RemoteTally(*m_model.files(), folders, std::chrono::milliseconds(1500), this);
    connect(tally, &Job::finished, this, [this, tally, items] {
        showStatus();
        if (const auto counted = tally->result())
            askToRemove(items, models::tallyText(*counted));
    });
    tally->startAndForget();
}

void RemotePane::askToRemove(const QList<models::DragStaging::Item> &items, const QString &contents)
{
    constexpr qsizetype most = 5;
    QStringList paths;
    QStringList names;
    for (const models::DragStaging::Item &item : items) {
        paths.append(item.path);
        if (names.size() < most)
            names.append(transfer::displayName(item.entry.name));
    }
    const QString what = items.size() == 1 ? tr("“%1”").arg(names.first()) : tr("%n items", nullptr, int(items.size()));
    QStringList lost;
    if (items.size() > 1)
        lost << (items.size() > most ? tr("%1 and %2 more.").arg(names.join(QStringLiteral(", "))).arg(items.size() - most) : names.join(QStringLiteral(", ")) + u'.');
    if (!contents.isEmpty())
        lost << tr("Folders go with everything in them: %1.").arg(contents);
    lost << tr("The machine has no trash: this cannot be undone.");
    m_prompts.confirm(this,
                      {tr("Delete from %1").arg(m_machineName), tr("Delete %1 in %2 on %3?").arg(what, transfer::displayName(m_model.directory()), m_machineName), lost.join(u'\n'), tr("Delete"), {}},
                      [this, paths](bool confirmed) {
                          if (confirmed)
                              m_model.remove(paths);
                      });
}

void RemotePane::selectNamed(const QString &name)
{
    const QModelIndex index = name.isEmpty() ? QModelIndex() : m_filter.mapFromSource(m_model.find(name));
    if (!index.isValid())
        return;
    view()->setCurrentIndex(index);
    view()->scrollTo(index);
}

void RemotePane::showStatus()
{
    if (m_instead)
        return;
    if (m_model.state() == RemoteDirectoryModel::State::Loading) {
        setStatus(tr("Reading %1…").arg(transfer::displayName(m_model.directory())));
        return;
    }
    const QList<models::DragStaging::Item> items = selectedItems();
    qint64 bytes = 0;
    for (const models::DragStaging::Item &item : items)
        bytes += item.entry.type == RemoteEntry::Type::File ? item.entry.size : 0;
    if (!items.isEmpty())
        setStatus(tr("%1 selected · %2").arg(items.size()).arg(models::byteText(bytes)));
    else if (m_filter.rowCount() == 0 && !filterText().isEmpty())
        setStatus(tr("No name here has “%1” in it.").arg(filterText()));
    else if (m_filter.rowCount() == 0)
        setStatus(tr("Nothing here yet. Drop files or folders to upload them."));
    else
        setStatus(m_filter.rowCount() == 1 ? tr("1 item") : tr("%n items", nullptr, m_filter.rowCount()));
}

} // namespace nimbook::ui
