// SPDX-License-Identifier: Apache-2.0
#include "ui/files/local_pane.h"

#include "models/file_drop.h"
#include "models/quantities.h"
#include "models/remote_path.h"
#include "transfer/remote_files.h"
#include "ui/common/look.h"
#include "ui/files/file_delegate.h"
#include "ui/files/folder_view.h"
#include "ui/files/local_folder_model.h"
#include "ui/files/path_bar.h"
#include "ui/files/properties_dialog.h"

#include <QAction>
#include <QClipboard>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QUrl>

namespace nimbook::ui {

LocalPane::LocalPane(Prompts &prompts, QWidget *parent)
    : FolderPane(tr("This computer"), QStringLiteral("localView"), parent), m_prompts(prompts), m_model(new LocalFolderModel(this))
{
    m_model->setFilter(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System);
    view()->setModel(m_model);
    view()->hideColumn(2); // the type: the name and the icon say it
    view()->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    view()->setColumnWidth(1, grid * 10);
    view()->setColumnWidth(3, grid * 15);
    view()->sortByColumn(0, Qt::AscendingOrder);
    const auto isFolder = [this](const QModelIndex &index) { return m_model->isDir(index); };
    view()->setIsFolder(isFolder);
    view()->setItemDelegate(new FileDelegate(isFolder, {}, view()));
    view()->setDragSource([this] { return std::unique_ptr<QMimeData>(m_model->mimeData(view()->selectedRowIndexes())); });
    makeActions();

    connect(view(), &QAbstractItemView::activated, this, &LocalPane::onActivated);
    connect(view(), &FolderView::upRequested, this, [this] { setFolder(QFileInfo(m_folder).path()); });
    connect(view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LocalPane::showStatus);
    connect(m_model, &LocalFolderModel::dropped, this, &LocalPane::dropped);
    connect(this, &FolderPane::filterChanged, m_model, &LocalFolderModel::setNamePart);
    connect(pathBar(), &PathBar::pathEntered, this, [this](const QString &typed) {
        setFolder(QDir(m_folder).absoluteFilePath(typed.startsWith(u'~') ? QDir::homePath() + typed.mid(1) : typed));
    });
}

void LocalPane::makeActions()
{
    auto *open = addAction(tr("&Open"), QStringLiteral("localOpenAction"), QKeySequence(Qt::Key_Return));
    connect(open, &QAction::triggered, this, &LocalPane::openCurrent);
    auto *send = addAction(tr("&Upload"), QStringLiteral("uploadAction"), QKeySequence(Qt::CTRL | Qt::Key_Right));
    connect(send, &QAction::triggered, this, &FolderPane::transferRequested);
    addMenuSeparator();
    auto *cut = addAction(tr("C&ut"), QStringLiteral("localCutAction"), QKeySequence::Cut);
    connect(cut, &QAction::triggered, this, [this] { putOnClipboard(true); });
    auto *copy = addAction(tr("&Copy"), QStringLiteral("localCopyAction"), QKeySequence::Copy);
    connect(copy, &QAction::triggered, this, [this] { putOnClipboard(false); });
    auto *paste = addAction(tr("&Paste"), QStringLiteral("localPasteAction"), QKeySequence::Paste);
    connect(paste, &QAction::triggered, this, &LocalPane::pasteRequested);
    addMenuSeparator();
    auto *home = addAction(tr("&Home folder"), QStringLiteral("localHomeAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Home), QStringLiteral("home"));
    connect(home, &QAction::triggered, this, [this] { setFolder(QDir::homePath()); });
    auto *up = addAction(tr("Folder &above"), QStringLiteral("localUpAction"), {}, QStringLiteral("arrow-up"));
    connect(up, &QAction::triggered, this, [this] { setFolder(QFileInfo(m_folder).path()); });
    auto *filter = addAction(tr("&Filter…"), QStringLiteral("localFilterAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), QStringLiteral("search"));
    connect(filter, &QAction::triggered, this, &FolderPane::startFilter);
    auto *hidden = addAction(tr("Show h&idden files"), QStringLiteral("localHiddenAction"), QKeySequence(Qt::CTRL | Qt::Key_H), QStringLiteral("eye"));
    hidden->setCheckable(true);
    connect(hidden, &QAction::toggled, this, [this](bool show) {
        m_model->setFilter(show ? m_model->filter() | QDir::Hidden : m_model->filter() & ~QDir::Hidden);
    });
    addMenuSeparator();
    auto *make = addAction(tr("&New folder…"), QStringLiteral("localNewFolderAction"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), QStringLiteral("new-folder"));
    connect(make, &QAction::triggered, this, &LocalPane::makeFolder);
    auto *rename = addAction(tr("&Rename"), QStringLiteral("localRenameAction"), QKeySequence(Qt::Key_F2));
    connect(rename, &QAction::triggered, this, [this] {
        if (view()->currentIndex().isValid())
            view()->edit(view()->currentIndex().siblingAtColumn(0));
    });
    auto *trash = addAction(tr("&Move to trash"), QStringLiteral("localTrashAction"), QKeySequence::Delete);
    connect(trash, &QAction::triggered, this, &LocalPane::moveToTrash);
    addMenuSeparator();
    auto *properties = addAction(tr("P&roperties…"), QStringLiteral("localPropertiesAction"), QKeySequence(Qt::ALT | Qt::Key_Return));
    connect(properties, &QAction::triggered, this, &LocalPane::showProperties);
    const auto follow = [=, this] {
        const qsizetype selected = view()->selectedRowIndexes().size();
        for (QAction *action : {send, cut, copy, trash})
            action->setEnabled(selected > 0);
        for (QAction *action : {open, rename, properties})
            action->setEnabled(selected == 1);
    };
    connect(view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, follow);
    follow();
}

void LocalPane::putOnClipboard(bool cut)
{
    if (const QStringList paths = selectedPaths(); !paths.isEmpty())
        QGuiApplication::clipboard()->setMimeData(models::localMimeData({paths, cut}).release());
}

void LocalPane::setOwner(const QString &owner)
{
    m_model->setOwner(owner);
}

void LocalPane::setFolder(const QString &folder)
{
    const QFileInfo info(folder);
    if (!info.isDir() || !info.isReadable()) {
        Q_EMIT problem(info.exists() ? tr("%1 cannot be opened as a folder.").arg(transfer::displayName(folder)) : tr("There is no folder %1 on this computer.").arg(transfer::displayName(folder)),
                       tr("Check the path."));
        return;
    }
    const QString clean = QDir::cleanPath(info.absoluteFilePath());
    if (clean == m_folder)
        return;
    endFilter();
    m_folder = clean;
    m_model->setRootPath(m_folder);
    view()->setRootIndex(m_model->index(m_folder));
    view()->clearSelection();
    pathBar()->setPath(m_folder);
    showStatus();
    Q_EMIT folderChanged(m_folder);
}

QStringList LocalPane::selectedPaths() const
{
    QStringList paths;
    for (const QModelIndex &index : view()->selectedRowIndexes())
        paths.append(m_model->filePath(index));
    return paths;
}

void LocalPane::onActivated(const QModelIndex &index)
{
    if (m_model->isDir(index))
        setFolder(m_model->filePath(index));
    else
        open(m_model->filePath(index));
}

void LocalPane::openCurrent()
{
    if (const QModelIndexList rows = view()->selectedRowIndexes(); rows.size() == 1)
        onActivated(rows.first());
}

void LocalPane::open(const QString &path)
{
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
        Q_EMIT problem(tr("No program of this desktop opens %1.").arg(transfer::displayName(path)), tr("Choose one for this kind of file in the desktop's file manager."));
}

void LocalPane::showProperties()
{
    const QStringList paths = selectedPaths();
    if (paths.size() != 1)
        return;
    const QFileInfo info(paths.first());
    PropertiesDialog::Subject subject;
    subject.name = transfer::displayName(info.fileName());
    subject.kind = info.isSymLink() ? tr("Link to %1").arg(transfer::displayName(info.symLinkTarget())) : info.isDir() ? tr("Folder") : tr("File");
    subject.location = transfer::displayName(info.path());
    subject.size = info.isDir() ? QStringLiteral("–") : tr("%1 (%2 bytes)").arg(models::byteText(info.size()), QLocale().toString(info.size()));
    subject.modified = QLocale().toString(info.lastModified(), QLocale::LongFormat);
    // Qt keeps the owner, group and others in nibbles of their own.
    const int qt = int(info.permissions());
    subject.permissions = quint32(((qt >> 6) & 0700) | ((qt >> 1) & 0070) | (qt & 0007));
    auto *dialog = new PropertiesDialog(subject, this);
    connect(dialog, &PropertiesDialog::permissionsChosen, this, [dialog, path = info.filePath()](quint32 permissions) {
        const int wanted = int(permissions & 0777);
        QFile file(path);
        if (file.setPermissions(QFileDevice::Permissions((wanted & 0700) << 6 | (wanted & 0070) << 1 | (wanted & 0007))))
            dialog->applied(permissions);
        else
            dialog->showProblem(tr("The permissions could not be changed: %1.").arg(file.errorString()));
    });
    dialog->open();
}

void LocalPane::makeFolder()
{
    m_prompts.askText(this, {tr("New folder"), tr("Name of the new folder in %1").arg(transfer::displayName(m_folder)), {}, tr("Create"), models::remoteNameProblem},
                      [this](const std::optional<QString> &name) {
                          if (name && !QDir(m_folder).mkdir(*name))
                              Q_EMIT problem(tr("The folder “%1” could not be made in %2.").arg(transfer::displayName(*name), transfer::displayName(m_folder)),
                                             tr("Perhaps the name is taken, or the folder is read-only."));
                      });
}

void LocalPane::moveToTrash()
{
    const QStringList paths = selectedPaths();
    if (paths.isEmpty())
        return;
    const QString what = paths.size() == 1 ? tr("“%1”").arg(transfer::displayName(QFileInfo(paths.first()).fileName())) : tr("%n items", nullptr, int(paths.size()));
    m_prompts.confirm(this, {tr("Move to trash"), tr("Move %1 to the trash of this computer?").arg(what), tr("It can be taken back from there."), tr("Move to trash"), {}},
                      [this, paths](bool confirmed) {
                          for (const QString &path : confirmed ? paths : QStringList()) {
                              if (!QFile::moveToTrash(path))
                                  Q_EMIT problem(tr("%1 could not be moved to the trash.").arg(transfer::displayName(path)), tr("Delete it with the desktop's file manager."));
                          }
                      });
}

void LocalPane::showStatus()
{
    qint64 bytes = 0;
    const QModelIndexList rows = view()->selectedRowIndexes();
    for (const QModelIndex &index : rows)
        bytes += m_model->isDir(index) ? 0 : m_model->size(index);
    setStatus(rows.isEmpty() ? tr("Select files to upload, or drop them on the machine's side.") : tr("%1 selected · %2").arg(rows.size()).arg(models::byteText(bytes)));
}

} // namespace nimbook::ui
