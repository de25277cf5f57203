// SPDX-License-Identifier: Apache-2.0
#include "models/step_model.h"

#include <QLocale>
#include <QPointer>

#include <utility>

namespace nimbook::models {

void StepModel::setFlow(Flow *flow)
{
    for (const auto &connection : std::exchange(m_connections, {}))
        disconnect(connection);
    if (!flow)
        return;
    beginResetModel();
    m_steps = flow->steps();
    endResetModel();
    m_connections += connect(flow, &Flow::stepsInserted, this, [this, flow](int first, int count) {
        beginInsertRows({}, first, first + count - 1);
        for (int row = first; row < first + count; ++row)
            m_steps.insert(row, flow->steps().at(row));
        endInsertRows();
    });
    m_connections += connect(flow, &Flow::stepChanged, this, [this, flow](int row) {
        if (row < 0 || row >= m_steps.size() || m_steps.at(row) == flow->steps().at(row))
            return;
        m_steps[row] = flow->steps().at(row);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    });
}

int StepModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

int StepModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString StepModel::stateText(Step::State state)
{
    switch (state) {
    case Step::State::Pending: return tr("Waiting");
    case Step::State::Running: return tr("Under way");
    case Step::State::Done: return tr("Done");
    case Step::State::Skipped: return tr("Was there already");
    case Step::State::Failed: return tr("Failed");
    case Step::State::Cancelled: return tr("Cancelled");
    }
    return {};
}

QVariant StepModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Step &step = m_steps.at(index.row());
    const bool ended = step.state == Step::State::Done || step.state == Step::State::Failed || step.state == Step::State::Cancelled;
    if (role == StateRole)
        return int(step.state);
    if (role == UnderlyingData) {
        switch (index.column()) {
        case State: return int(step.state);
        case Took: return qint64(step.elapsed.count());
        case Usual: return qint64(step.usual.count());
        case Detail: return step.detail;
        default: return step.title;
        }
    }
    if (role == Qt::ToolTipRole && index.column() == Detail)
        return step.detail;
    if (role == Qt::TextAlignmentRole && (index.column() == Took || index.column() == Usual))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title: return step.title;
    case State: return stateText(step.state);
    case Took: return ended ? tr("%1 s").arg(QLocale().toString(step.elapsed.count() / 1000.0, 'f', 1)) : QString();
    case Usual: return step.usual.count() > 0 ? tr("%1 s").arg(QLocale().toString(step.usual.count() / 1000.0, 'f', 1)) : QString();
    case Detail: return step.detail;
    default: return {};
    }
}

QVariant StepModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Title: return tr("Step");
    case State: return tr("State");
    case Took: return tr("Took");
    case Usual: return tr("Usually");
    case Detail: return tr("What came of it");
    default: return {};
    }
}

} // namespace nimbook::models
