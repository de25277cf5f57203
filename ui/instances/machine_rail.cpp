// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_rail.h"

#include "models/instance_groups.h"
#include "models/instance_model.h"
#include "ui/common/look.h"
#include "ui/common/soft_selection.h"
#include "ui/instances/rail_button.h"
#include "ui/instances/rail_delegate.h"

#include <QListView>
#include <QVBoxLayout>

namespace nimbook::ui {

MachineRail::MachineRail(models::InstanceGroups &groups, QWidget *parent)
    : QWidget(parent)
    , m_groups(groups)
    , m_all(new RailButton(QStringLiteral("machine"), tr("All machines"), this))
    , m_view(new QListView(this))
    , m_new(new RailButton(QStringLiteral("plus"), tr("New machine"), this))
{
    m_all->setObjectName(QStringLiteral("allMachinesButton"));
    m_new->setObjectName(QStringLiteral("railNewMachineButton"));
    m_all->setCheckable(true);
    m_view->setObjectName(QStringLiteral("railView"));
    m_view->setAccessibleName(tr("Machines by state"));
    m_view->setModel(&groups);
    m_view->setItemDelegate(new RailDelegate(m_view));
    m_view->setUniformItemSizes(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setMouseTracking(true);
    new SoftSelection(m_view, true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, grid, 0, grid);
    layout->setSpacing(grid / 2);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(grid, 0, grid, 0);
    top->addWidget(m_all);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    auto *bottom = new QVBoxLayout;
    bottom->setContentsMargins(grid, 0, grid, 0);
    bottom->addWidget(m_new);
    layout->addLayout(bottom);

    connect(m_all, &RailButton::clicked, this, [this] {
        m_all->setChecked(!m_current);
        Q_EMIT allChosen();
    });
    connect(m_new, &RailButton::clicked, this, &MachineRail::newMachineRequested);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (m_marking || !current.isValid() || current.data(models::InstanceGroups::IsHeadingRole).toBool())
            return;
        const auto ref = current.data(models::InstanceModel::RefRole).value<cloud::InstanceRef>();
        if (m_view->hasFocus() && ref != m_current)
            Q_EMIT machineChosen(ref);
    });
    connect(m_view, &QListView::clicked, this, [this](const QModelIndex &index) {
        if (!index.data(models::InstanceGroups::IsHeadingRole).toBool())
            Q_EMIT machineChosen(index.data(models::InstanceModel::RefRole).value<cloud::InstanceRef>());
    });
    connect(m_view, &QListView::customContextMenuRequested, this, [this](const QPoint &position) {
        const QModelIndex index = m_view->indexAt(position);
        if (index.isValid() && !index.data(models::InstanceGroups::IsHeadingRole).toBool())
            Q_EMIT contextMenuRequested(index.data(models::InstanceModel::RefRole).value<cloud::InstanceRef>(),
                                        m_view->viewport()->mapToGlobal(position));
    });
    // A machine may come back after a filter hid it.
    connect(&groups, &QAbstractItemModel::rowsInserted, this, &MachineRail::mark);
    setCurrent({});
}

void MachineRail::setCurrent(const std::optional<cloud::InstanceRef> &ref)
{
    m_current = ref;
    m_all->setChecked(!ref);
    mark();
}

void MachineRail::mark()
{
    m_marking = true;
    const QModelIndex index = m_current ? m_groups.indexOf(*m_current) : QModelIndex();
    if (index.isValid() && index != m_view->currentIndex()) {
        m_view->setCurrentIndex(index);
    } else if (!index.isValid()) {
        m_view->clearSelection();
        m_view->setCurrentIndex({});
    }
    m_marking = false;
}

} // namespace nimbook::ui
