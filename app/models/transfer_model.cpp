// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_model.h"

#include "models/quantities.h"
#include "transfer/remote_files.h"

#include <algorithm>

namespace nimbook::models {

using transfer::Transfer;

void TransferModel::put(int source, const Transfer &transfer)
{
    const qsizetype row = rowOf(source, transfer.id);
    if (row < 0) {
        beginInsertRows({}, 0, 0);
        m_rows.prepend({source, transfer});
        endInsertRows();
        return;
    }
    m_rows[row].transfer = transfer;
    Q_EMIT dataChanged(index(int(row), 0), index(int(row), ColumnCount - 1));
}

void TransferModel::remove(int source, transfer::TransferId id)
{
    const qsizetype row = rowOf(source, id);
    if (row < 0)
        return;
    beginRemoveRows({}, int(row), int(row));
    m_rows.removeAt(row);
    endRemoveRows();
}

void TransferModel::removeSource(int source)
{
    if (std::none_of(m_rows.cbegin(), m_rows.cend(), [source](const Row &row) { return row.source == source; }))
        return;
    beginResetModel();
    m_rows.removeIf([source](const Row &row) { return row.source == source; });
    endResetModel();
}

TransferModel::Key TransferModel::key(const QModelIndex &index) const
{
    if (!index.isValid() || !checkIndex(index))
        return {};
    return {m_rows[index.row()].source, m_rows[index.row()].transfer.id};
}

const Transfer *TransferModel::transfer(const QModelIndex &index) const
{
    return index.isValid() && checkIndex(index) ? &m_rows[index.row()].transfer : nullptr;
}

QList<Transfer> TransferModel::transfers() const
{
    QList<Transfer> all;
    all.reserve(m_rows.size());
    for (const Row &row : m_rows)
        all.append(row.transfer);
    return all;
}

int TransferModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int TransferModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TransferModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row.transfer);
    case Qt::AccessibleTextRole:
        return index.column() == Bytes && row.transfer.bytesTotal > 0
                   ? tr("%1, %2 percent").arg(text(row, Bytes)).arg(row.transfer.bytesDone * 100 / row.transfer.bytesTotal)
                   : text(row, index.column());
    case Qt::TextAlignmentRole:
        if (index.column() == Rate || index.column() == TimeLeft)
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        return {};
    case SortRole:
        return sortValue(row, index.column());
    case FractionRole:
        if (row.transfer.state == Transfer::State::Done)
            return 1.0;
        return row.transfer.bytesTotal > 0 ? double(row.transfer.bytesDone) / double(row.transfer.bytesTotal) : -1.0;
    case StateRole:
        return int(row.transfer.state);
    case ActionRole:
        return int(actionFor(row.transfer));
    default:
        return {};
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
    default:
        return RowAction::Cancel;
    }
}

QString TransferModel::stateText(const Transfer &transfer)
{
    switch (transfer.state) {
    case Transfer::State::Waiting: return tr("Waiting");
    case Transfer::State::Planning: return tr("Looking at the files");
    case Transfer::State::NeedsAnswer: return tr("Waiting for your answer");
    case Transfer::State::Running: return tr("Running");
    case Transfer::State::Paused: return tr("Paused");
    case Transfer::State::Done: return tr("Done");
    case Transfer::State::DoneWithErrors:
        return transfer.errors.size() == 1 ? tr("1 file failed") : tr("%n files failed", nullptr, int(transfer.errors.size()));
    case Transfer::State::Failed: return tr("Failed");
    case Transfer::State::Cancelled: return tr("Cancelled");
    }
    return {};
}

QString TransferModel::toolTip(const Transfer &transfer)
{
    const bool up = transfer.direction == Transfer::Direction::Upload;
    QStringList lines{up ? tr("To %1 on %2").arg(transfer::displayName(transfer.destination), transfer.machineName)
                         : tr("From %1 to %2").arg(transfer.machineName, transfer::displayName(transfer.destination))};
    if (transfer.filesTotal >= 0)
        lines << tr("%1 of %2 files").arg(std::max<qint64>(0, transfer.filesDone)).arg(transfer.filesTotal);
    if (transfer.state == Transfer::State::Running && !transfer.currentFile.isEmpty())
        lines << transfer::displayName(transfer.currentFile);
    constexpr qsizetype most = 5;
    for (const Error &error : transfer.errors.first(std::min(most, transfer.errors.size())))
        lines << error.message + (error.nextStep.isEmpty() ? QString() : u' ' + error.nextStep);
    if (transfer.errors.size() > most)
        lines << tr("and %1 more").arg(transfer.errors.size() - most);
    return lines.join(u'\n');
}

qsizetype TransferModel::rowOf(int source, transfer::TransferId id) const
{
    // From the top: what changes is nearly always among the newest.
    const auto found = std::find_if(m_rows.cbegin(), m_rows.cend(),
                                    [=](const Row &row) { return row.source == source && row.transfer.id == id; });
    return found == m_rows.cend() ? -1 : found - m_rows.cbegin();
}

QString TransferModel::text(const Row &row, int column) const
{
    const Transfer &transfer = row.transfer;
    const bool running = transfer.state == Transfer::State::Running;
    switch (column) {
    case Name:
        return (transfer.direction == Transfer::Direction::Upload ? tr("↑ %1 → %2", "upload: files, machine")
                                                                  : tr("↓ %1 ← %2", "download: files, machine"))
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
        switch (actionFor(transfer)) {
        case RowAction::Cancel: return tr("Cancel");
        case RowAction::Retry: return tr("Try again");
        case RowAction::Reveal: return tr("Show in folder");
        case RowAction::None: return {};
        }
    }
    return {};
}

QVariant TransferModel::sortValue(const Row &row, int column) const
{
    const Transfer &transfer = row.transfer;
    switch (column) {
    case Bytes: return transfer.bytesTotal;
    case Rate: return transfer.bytesPerSecond;
    case TimeLeft: return qint64(transfer.timeLeft().count());
    case State: return int(transfer.state);
    default: return text(row, column);
    }
}

} // namespace nimbook::models
