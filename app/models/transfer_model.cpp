// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_model.h"

#include "models/quantities.h"
#include "transfer/remote_files.h"

#include <QLocale>

#include <algorithm>
#include <functional>

namespace nimbook::models {

using transfer::Transfer;

namespace {
constexpr qsizetype mostErrorsShown = 100;
constexpr size_t mostRunsRemoved = 64; ///< more holes than that are told as one reset

QString fileText(const transfer::FileProgress &file)
{
    return transfer::displayName(file.name);
}
} // namespace

int TransferModel::detailCount(const Transfer &transfer)
{
    return int(transfer.underway.size() + std::min(mostErrorsShown, transfer.errors.size()));
}

void TransferModel::put(int source, const QList<Transfer> &transfers)
{
    QList<const Transfer *> fresh;
    for (const Transfer &transfer : transfers) {
        if (Row *known = m_byKey.value({source, transfer.id}))
            replace(*known, transfer);
        else
            fresh.append(&transfer);
    }
    if (fresh.isEmpty())
        return;
    beginInsertRows({}, 0, int(fresh.size()) - 1);
    for (const Transfer *transfer : std::as_const(fresh)) {
        m_rows.push_back(std::make_unique<Row>(Row{source, *transfer, m_rows.size(), detailCount(*transfer)}));
        m_byKey.insert({source, transfer->id}, m_rows.back().get());
    }
    endInsertRows();
}

void TransferModel::replace(Row &row, const Transfer &transfer)
{
    const QModelIndex top = index(viewRow(row), 0);
    const int before = row.details;
    const int now = detailCount(transfer);
    row.transfer = transfer;
    Q_EMIT dataChanged(top, top.siblingAtColumn(ColumnCount - 1));
    if (const int both = std::min(before, now); both > 0)
        Q_EMIT dataChanged(index(0, 0, top), index(both - 1, ColumnCount - 1, top));
    if (now > before) {
        beginInsertRows(top, before, now - 1);
        row.details = now;
        endInsertRows();
    } else if (now < before) {
        beginRemoveRows(top, now, before - 1);
        row.details = now;
        endRemoveRows();
    }
}

void TransferModel::remove(int source, const QList<transfer::TransferId> &ids)
{
    std::vector<size_t> positions;
    for (const transfer::TransferId id : ids) {
        if (const Row *row = m_byKey.value({source, id}))
            positions.push_back(row->position);
    }
    std::sort(positions.begin(), positions.end(), std::greater<>());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    struct Run {
        size_t first, last;
    };
    std::vector<Run> runs; // from the newest to the oldest
    for (const size_t position : positions) {
        if (!runs.empty() && runs.back().first == position + 1)
            runs.back().first = position;
        else
            runs.push_back({position, position});
    }
    if (runs.empty())
        return;
    const bool asReset = runs.size() > mostRunsRemoved;
    if (asReset)
        beginResetModel();
    const auto erase = [this](const Run &run) {
        for (size_t position = run.first; position <= run.last; ++position)
            m_byKey.remove({m_rows[position]->source, m_rows[position]->transfer.id});
        m_rows.erase(m_rows.begin() + qsizetype(run.first), m_rows.begin() + qsizetype(run.last) + 1);
        for (size_t position = run.first; position < m_rows.size(); ++position)
            m_rows[position]->position = position;
    };
    if (asReset) {
        for (const size_t position : positions) {
            m_byKey.remove({m_rows[position]->source, m_rows[position]->transfer.id});
            m_rows[position].reset();
        }
        std::erase(m_rows, nullptr);
        for (size_t position = 0; position < m_rows.size(); ++position)
            m_rows[position]->position = position;
        endResetModel();
        return;
    }
    for (const Run &run : runs) {
        beginRemoveRows({}, viewRow(*m_rows[run.last]), viewRow(*m_rows[run.first]));
        erase(run);
        endRemoveRows();
    }
}

void TransferModel::removeSource(int source)
{
    QList<transfer::TransferId> ids;
    for (const auto &row : m_rows) {
        if (row->source == source)
            ids.append(row->transfer.id);
    }
    remove(source, ids);
}

TransferModel::Row *TransferModel::rowAt(const QModelIndex &index) const
{
    if (!index.isValid() || !checkIndex(index))
        return nullptr;
    if (auto *above = static_cast<Row *>(index.internalPointer()))
        return above;
    return m_rows[m_rows.size() - 1 - size_t(index.row())].get();
}

TransferModel::Key TransferModel::key(const QModelIndex &index) const
{
    const Row *row = rowAt(index);
    return row ? Key{row->source, row->transfer.id} : Key();
}

const Transfer *TransferModel::transfer(const QModelIndex &index) const
{
    const Row *row = rowAt(index);
    return row ? &row->transfer : nullptr;
}

TransferSummary TransferModel::summary() const
{
    TransferSummary summary;
    for (const auto &row : m_rows)
        summary.add(row->transfer);
    summary.conclude();
    return summary;
}

QList<TransferModel::Key> TransferModel::keys() const
{
    return m_byKey.keys();
}

QModelIndex TransferModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? rowAt(parent) : nullptr);
}

QModelIndex TransferModel::parent(const QModelIndex &index) const
{
    const auto *above = static_cast<const Row *>(index.internalPointer());
    return index.isValid() && above ? createIndex(viewRow(*above), 0, nullptr) : QModelIndex();
}

int TransferModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_rows.size());
    if (parent.column() != 0 || parent.internalPointer())
        return 0;
    const Row *row = rowAt(parent);
    return row ? row->details : 0;
}

int TransferModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant TransferModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Transfer &transfer = rowAt(index)->transfer;
    if (role == Qt::TextAlignmentRole)
        return index.column() == Rate || index.column() == TimeLeft ? QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    if (index.internalPointer())
        return detail(transfer, index, role);
    switch (role) {
    case Qt::DisplayRole:
        return text(transfer, index.column());
    case Qt::ToolTipRole:
        return toolTip(transfer);
    case Qt::AccessibleTextRole:
        return index.column() == Bytes && transfer.bytesTotal > 0
                   ? tr("%1, %2 percent").arg(text(transfer, Bytes)).arg(transfer.bytesDone * 100 / transfer.bytesTotal)
                   : text(transfer, index.column());
    case SortRole:
        return sortValue(transfer, index.column());
    case FractionRole:
        if (transfer.state == Transfer::State::Done)
            return 1.0;
        return transfer.bytesTotal > 0 ? double(transfer.bytesDone) / double(transfer.bytesTotal) : -1.0;
    case StateRole:
        return int(transfer.state);
    case ActionRole:
        return int(actionFor(transfer));
    default:
        return {};
    }
}

/// A row below a transfer: a file under way, or an error.
QVariant TransferModel::detail(const Transfer &transfer, const QModelIndex &index, int role) const
{
    if (index.row() >= transfer.underway.size()) {
        const Error error = transfer.errors.value(index.row() - transfer.underway.size());
        switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
        case SortRole: return index.column() == Name ? error.message : index.column() == State ? tr("Failed") : QString();
        case Qt::ToolTipRole: return error.message + (error.nextStep.isEmpty() ? QString() : u'\n' + error.nextStep);
        case FractionRole: return -1.0;
        case StateRole: return int(Transfer::State::Failed);
        case ActionRole: return int(RowAction::None);
        default: return {};
        }
    }
    const transfer::FileProgress &file = transfer.underway.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case SortRole: return index.column() == Name ? fileText(file) : index.column() == Bytes ? byteRangeText(file.bytesDone, file.bytesTotal) : QString();
    case Qt::ToolTipRole: return fileText(file);
    case FractionRole: return file.bytesTotal > 0 ? double(file.bytesDone) / double(file.bytesTotal) : -1.0;
    case StateRole: return int(Transfer::State::Running);
    case ActionRole: return int(RowAction::None);
    default: return {};
    }
}

QVariant TransferModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Files");
    case Bytes: return tr("Progress");
    case Rate: return tr("Rate");
    case TimeLeft: return tr("Time left");
    case State: return tr("State");
    default: return {};
    }
}

TransferModel::RowAction TransferModel::actionFor(const Transfer &transfer)
{
    switch (transfer.state) {
    case Transfer::State::Failed:
    case Transfer::State::Cancelled:
    case Transfer::State::DoneWithErrors:
        return RowAction::Retry;
    case Transfer::State::Done:
        return transfer.direction == Transfer::Direction::Download ? RowAction::Reveal : RowAction::None;
    case Transfer::State::Paused:
        return RowAction::Resume;
    default:
        return RowAction::Cancel;
    }
}

bool TransferModel::isPossible(RowAction action, const Transfer &transfer)
{
    using S = Transfer::State;
    switch (action) {
    case RowAction::Cancel: return transfer.isActive();
    case RowAction::Retry: return transfer.state == S::Failed || transfer.state == S::Cancelled || transfer.state == S::DoneWithErrors;
    case RowAction::Reveal: return transfer.direction == Transfer::Direction::Download;
    case RowAction::Pause: return transfer.state == S::Waiting || transfer.state == S::Planning || transfer.state == S::Running;
    case RowAction::Resume: return transfer.state == S::Paused || (transfer.state == S::Waiting && transfer.nextAttempt.isValid());
    case RowAction::None: break;
    }
    return false;
}

QString TransferModel::actionText(RowAction action)
{
    switch (action) {
    case RowAction::Cancel: return tr("Cancel");
    case RowAction::Retry: return tr("Try again");
    case RowAction::Reveal: return tr("Show in folder");
    case RowAction::Pause: return tr("Pause");
    case RowAction::Resume: return tr("Go on");
    case RowAction::None: break;
    }
    return {};
}

QString TransferModel::stateText(const Transfer &transfer)
{
    if (transfer.goesOn)
        return tr("Goes on once connected");
    switch (transfer.state) {
    case Transfer::State::Waiting:
        return transfer.nextAttempt.isValid() ? tr("Connection lost; tries again at %1").arg(QLocale().toString(transfer.nextAttempt.toLocalTime().time(), QLocale::ShortFormat)) : tr("Waiting");
    case Transfer::State::Planning: return tr("Looking at the files");
    case Transfer::State::NeedsAnswer: return tr("Waiting for your answer");
    case Transfer::State::Running: return tr("Running");
    case Transfer::State::Paused:
        return !transfer.connected ? tr("Paused, machine not connected") : transfer.restored ? tr("Paused since the last start") : tr("Paused");
    case Transfer::State::Done: return transfer.filesVerified > 0 && transfer.filesVerified == transfer.filesDone ? tr("Done and verified") : tr("Done");
    case Transfer::State::DoneWithErrors:
        return transfer.errors.size() == 1 ? tr("1 file failed") : tr("%n files failed", nullptr, int(transfer.errors.size()));
    case Transfer::State::Failed: return tr("Failed");
    case Transfer::State::Cancelled: return tr("Cancelled");
    }
    return {};
}

QString TransferModel::toolTip(const Transfer &transfer)
{
    const bool toMachine = transfer.direction != Transfer::Direction::Download;
    QStringList lines{toMachine ? tr("To %1 on %2").arg(transfer::displayName(transfer.destination), transfer.machineName)
                         : tr("From %1 to %2").arg(transfer.machineName, transfer::displayName(transfer.destination))};
    if (transfer.filesTotal >= 0)
        lines << tr("%1 of %2 files").arg(std::max<qint64>(0, transfer.filesDone)).arg(transfer.filesTotal);
    if (transfer.filesVerified > 0)
        lines << tr("%1 verified: SHA-256 equal on both ends").arg(transfer.filesVerified == 1 ? tr("1 file") : tr("%1 files").arg(transfer.filesVerified));
    if (!transfer.verificationNote.isEmpty())
        lines << transfer.verificationNote;
    if (transfer.state == Transfer::State::Running && !transfer.currentFile.isEmpty())
        lines << transfer::displayName(transfer.currentFile);
    constexpr qsizetype most = 5;
    for (const Error &error : transfer.errors.first(std::min(most, transfer.errors.size())))
        lines << error.message + (error.nextStep.isEmpty() ? QString() : u' ' + error.nextStep);
    if (transfer.errors.size() > most)
        lines << tr("and %1 more").arg(transfer.errors.size() - most);
    return lines.join(u'\n');
}

QString TransferModel::text(const Transfer &transfer, int column) const
{
    const bool running = transfer.state == Transfer::State::Running;
    switch (column) {
    case Name:
        return (transfer.direction == Transfer::Direction::Upload     ? tr("↑ %1 → %2", "upload: files, machine")
                : transfer.direction == Transfer::Direction::Download ? tr("↓ %1 ← %2", "download: files, machine")
                                                                      : tr("Copy of %1 on %2", "files, machine"))
            .arg(transfer::displayName(transfer.title), transfer.machineName);
    case Bytes:
        return transfer.state == Transfer::State::Waiting ? QString()
               : transfer.state == Transfer::State::Done  ? byteText(transfer.bytesDone)
                                                          : byteRangeText(transfer.bytesDone, transfer.bytesTotal);
    case Rate:
        return running ? rateText(transfer.bytesPerSecond) : QString();
    case TimeLeft:
        return running ? durationText(transfer.timeLeft()) : QString();
    case State:
        return stateText(transfer);
    case Action:
        return actionText(actionFor(transfer));
    }
    return {};
}

QVariant TransferModel::sortValue(const Transfer &transfer, int column) const
{
    switch (column) {
    case Bytes: return transfer.bytesTotal;
    case Rate: return transfer.bytesPerSecond;
    case TimeLeft: return qint64(transfer.timeLeft().count());
    case State: return int(transfer.state);
    default: return text(transfer, column);
    }
}

} // namespace nimbook::models
