// SPDX-License-Identifier: Apache-2.0
#include "models/remote_directory_model.h"

#include "models/file_drop.h"
#include "models/quantities.h"
#include "models/remote_path.h"

#include <QLocale>

#include <algorithm>

namespace nimbook::models {

using transfer::RemoteEntry;

namespace {

bool remoteEntryBefore(const RemoteEntry &a, const RemoteEntry &b)
{
    return a.name < b.name;
}

} // namespace

QString RemoteDirectoryModel::kindText(const RemoteEntry &entry)
{
    switch (entry.type) {
    case RemoteEntry::Type::Directory: return tr("Folder");
    case RemoteEntry::Type::Link: return tr("Link");
    case RemoteEntry::Type::Special: return tr("Special file: it cannot be copied");
    case RemoteEntry::Type::File: break;
    }
    return tr("File");
}

RemoteDirectoryModel::RemoteDirectoryModel(QObject *parent) : QAbstractTableModel(parent) {}

void RemoteDirectoryModel::setFiles(transfer::RemoteFiles *files, const QString &owner)
{
    m_owner = owner;
    if (m_files == files)
        return;
    m_files = files;
    if (m_listing)
        m_listing->cancel();
    if (m_files && !m_directory.isEmpty())
        refresh();
    else if (!m_files) {
        apply({});
        setState(State::NoFolder);
    }
}

void RemoteDirectoryModel::setDirectory(const QString &path)
{
    const QString wanted = normalizedRemotePath(path, m_directory.isEmpty() ? QStringLiteral("/") : m_directory);
    if (wanted != m_directory) {
        m_directory = wanted;
        beginResetModel();
        m_entries.clear();
        endResetModel();
        Q_EMIT directoryChanged(m_directory);
    }
    refresh();
}

void RemoteDirectoryModel::refresh()
{
    if (!m_files || m_directory.isEmpty())
        return;
    if (m_listing)
        m_listing->cancel();
    auto *job = m_files->list(m_directory, this);
    m_listing = job;
    connect(job, &Job::finished, this, [this, job, directory = m_directory] {
        job->deleteLater();
        if (m_listing == job)
            m_listing = nullptr;
        if (job->state() != Job::State::Cancelled)
            onListed(directory, job->result());
    });
    job->start();
    if (m_state != State::Ready || m_entries.isEmpty())
        setState(State::Loading);
}

void RemoteDirectoryModel::onListed(const QString &directory, const Result<QList<RemoteEntry>> &result)
{
    if (directory != m_directory)
        return;
    if (!result) {
        m_error = result.error();
        setState(State::Failed);
        return;
    }
    apply(*result);
    setState(State::Ready);
    Q_EMIT refreshed();
}

void RemoteDirectoryModel::apply(QList<RemoteEntry> entries)
{
    std::sort(entries.begin(), entries.end(), remoteEntryBefore);
    if (m_entries.isEmpty()) {
        if (entries.isEmpty())
            return;
        beginInsertRows({}, 0, int(entries.size()) - 1);
        m_entries = std::move(entries);
        endInsertRows();
        return;
    }
    // Two sorted lists, walked together; runs are told as one change.
    qsizetype row = 0;
    qsizetype next = 0;
    while (row < m_entries.size() || next < entries.size()) {
        qsizetype gone = row;
        while (gone < m_entries.size() && (next >= entries.size() || remoteEntryBefore(m_entries[gone], entries[next])))
            ++gone;
        if (gone > row) {
            beginRemoveRows({}, int(row), int(gone) - 1);
            m_entries.remove(row, gone - row);
            endRemoveRows();
        }
        qsizetype fresh = next;
        while (fresh < entries.size() && (row >= m_entries.size() || remoteEntryBefore(entries[fresh], m_entries[row])))
            ++fresh;
        if (fresh > next) {
            beginInsertRows({}, int(row), int(row + fresh - next) - 1);
            m_entries.insert(row, fresh - next, RemoteEntry());
            std::copy(entries.cbegin() + next, entries.cbegin() + fresh, m_entries.begin() + row);
            endInsertRows();
            row += fresh - next;
            next = fresh;
        }
        if (row < m_entries.size() && next < entries.size() && m_entries[row].name == entries[next].name) {
            if (m_entries[row] != entries[next]) {
                m_entries[row] = entries[next];
                Q_EMIT dataChanged(index(int(row), 0), index(int(row), ColumnCount - 1));
            }
            ++row;
            ++next;
        }
    }
}

const RemoteEntry *RemoteDirectoryModel::entry(const QModelIndex &index) const
{
    return index.isValid() && checkIndex(index) ? &m_entries[index.row()] : nullptr;
}

QString RemoteDirectoryModel::path(const QModelIndex &index) const
{
    const RemoteEntry *found = entry(index);
    return found ? joinedRemotePath(m_directory, found->name) : QString();
}

QModelIndex RemoteDirectoryModel::find(const QString &name) const
{
    const auto found = std::find_if(m_entries.cbegin(), m_entries.cend(), [&name](const RemoteEntry &each) { return each.name == name; });
    return found == m_entries.cend() ? QModelIndex() : index(int(found - m_entries.cbegin()), Name);
}

void RemoteDirectoryModel::makeDirectory(const QString &name)
{
    if (!m_files)
        return;
    if (const QString problem = remoteNameProblem(name); !problem.isEmpty()) {
        Q_EMIT operationFailed({ErrorKind::InvalidInput, problem, {}, {}, {}});
        return;
    }
    runAndRefresh(m_files->makeDirectory(joinedRemotePath(m_directory, name), this), name);
}

void RemoteDirectoryModel::rename(const QString &name, const QString &newName)
{
    if (!m_files || name == newName)
        return;
    if (const QString problem = remoteNameProblem(newName); !problem.isEmpty()) {
        Q_EMIT operationFailed({ErrorKind::InvalidInput, problem, {}, {}, {}});
        return;
    }
    runAndRefresh(m_files->rename(joinedRemotePath(m_directory, name), joinedRemotePath(m_directory, newName), this), newName);
}

void RemoteDirectoryModel::remove(const QStringList &paths)
{
    for (const QString &each : paths) {
        if (m_files)
            runAndRefresh(m_files->remove(each, this), {});
    }
}

void RemoteDirectoryModel::move(const QStringList &paths, const QString &directory)
{
    for (const QString &each : paths) {
        if (m_files)
            runAndRefresh(m_files->rename(each, joinedRemotePath(directory, remoteName(each)), this), {});
    }
}

void RemoteDirectoryModel::runAndRefresh(ValueJob<Done> *job, const QString &name)
{
    connect(job, &Job::finished, this, [this, job, name] {
        job->deleteLater();
        if (job->state() == Job::State::Failed)
            Q_EMIT operationFailed(job->error());
        else if (!name.isEmpty())
            Q_EMIT changed(name);
        refresh();
    });
    job->start();
}

int RemoteDirectoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int RemoteDirectoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RemoteDirectoryModel::data(const QModelIndex &index, int role) const
{
    const RemoteEntry *found = entry(index);
    if (!found)
        return {};
    const bool isFile = found->type == RemoteEntry::Type::File;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Name: return transfer::displayName(found->name);
        case Size: return isFile ? byteText(found->size) : QString();
        case Modified: return agoText(found->modified, QDateTime::currentDateTimeUtc());
        }
        return {};
    case Qt::EditRole:
        return index.column() == Name ? found->name : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == Name ? tr("%1, %2").arg(transfer::displayName(found->name), kindText(*found)) : data(index, Qt::DisplayRole);
    case Qt::ToolTipRole:
        if (!found->usable)
            return tr("This name is not valid UTF-8, so it cannot be handled here. Rename it in a terminal on the machine.");
        if (index.column() == Modified && found->modified.isValid())
            return QLocale().toString(found->modified.toLocalTime(), QLocale::LongFormat);
        if (index.column() == Size && isFile)
            return tr("%1 bytes").arg(QLocale().toString(found->size));
        return index.column() == Name ? tr("%1\n%2").arg(transfer::displayName(found->name), kindText(*found)) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case SortRole:
        switch (index.column()) {
        case Size: return isFile ? found->size : -1;
        case Modified: return found->modified;
        default: return found->name;
        }
    case TypeRole: return int(found->type);
    case UsableRole: return found->usable && found->type != RemoteEntry::Type::Special;
    case PathRole: return path(index);
    default: return {};
    }
}

bool RemoteDirectoryModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const RemoteEntry *found = entry(index);
    if (!found || role != Qt::EditRole || index.column() != Name)
        return false;
    rename(found->name, value.toString());
    return false; // the row changes when the machine has answered
}

QVariant RemoteDirectoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Name");
    case Size: return tr("Size");
    case Modified: return tr("Changed");
    default: return {};
    }
}

Qt::ItemFlags RemoteDirectoryModel::flags(const QModelIndex &index) const
{
    const RemoteEntry *found = entry(index);
    if (!found)
        return m_files ? Qt::ItemIsDropEnabled : Qt::NoItemFlags; // the empty part of the view is the folder itself
    if (!found->usable)
        return Qt::ItemNeverHasChildren;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (found->type != RemoteEntry::Type::Special)
        flags |= Qt::ItemIsDragEnabled;
    if (found->type == RemoteEntry::Type::Directory)
        flags |= Qt::ItemIsDropEnabled;
    if (index.column() == Name)
        flags |= Qt::ItemIsEditable;
    return flags;
}

QStringList RemoteDirectoryModel::mimeTypes() const
{
    return {remoteFilesMimeType(), QStringLiteral("text/uri-list")};
}

QMimeData *RemoteDirectoryModel::mimeData(const QModelIndexList &indexes) const
{
    RemoteSelection selection{m_owner, {}};
    for (const QModelIndex &index : indexes) {
        const QString each = path(index.siblingAtColumn(Name));
        if (!each.isEmpty() && !selection.paths.contains(each))
            selection.paths.append(each);
    }
    return selection.paths.isEmpty() ? nullptr : remoteMimeData(selection, {}).release();
}

QString RemoteDirectoryModel::dropDirectory(const QModelIndex &parent) const
{
    const RemoteEntry *found = entry(parent);
    return found && found->usable && found->type == RemoteEntry::Type::Directory ? path(parent) : m_directory;
}

bool RemoteDirectoryModel::canDropMimeData(const QMimeData *data, Qt::DropAction, int, int, const QModelIndex &parent) const
{
    return data && m_files && !m_directory.isEmpty() && planRemoteDrop(*data, m_owner, dropDirectory(parent)).kind != DropPlan::Kind::Refuse;
}

bool RemoteDirectoryModel::dropMimeData(const QMimeData *data, Qt::DropAction, int, int, const QModelIndex &parent)
{
    if (!data || !m_files || m_directory.isEmpty())
        return false;
    const DropPlan plan = planRemoteDrop(*data, m_owner, dropDirectory(parent));
    switch (plan.kind) {
    case DropPlan::Kind::Upload:
        Q_EMIT uploadRequested(plan.sources, plan.destination);
        return true;
    case DropPlan::Kind::Move:
        move(plan.sources, plan.destination);
        return true;
    case DropPlan::Kind::Download:
    case DropPlan::Kind::Copy:
    case DropPlan::Kind::CopyHere:
    case DropPlan::Kind::MoveHere:
    case DropPlan::Kind::Refuse:
        break;
    }
    if (!plan.reason.isEmpty())
        Q_EMIT operationFailed({ErrorKind::InvalidInput, plan.reason, {}, {}, {}});
    return false;
}

void RemoteDirectoryModel::setState(State state)
{
    if (m_state == state && state != State::Failed)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

} // namespace nimbook::models
