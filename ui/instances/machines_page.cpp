// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machines_page.h"

#include "models/instance_filter.h"
#include "models/instance_model.h"
#include "models/machine_text.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/soft_selection.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/machine_delegate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>

namespace nimbook::ui {

using models::InstanceModel;

MachinesPage::MachinesPage(InstanceModel &machines, models::InstanceFilter &filter, QWidget *parent)
    : QWidget(parent)
    , m_machines(machines)
    , m_filter(filter)
    , m_count(makeMutedLabel({}, this))
    , m_columns(new QToolButton(this))
    , m_banner(new ErrorBanner(this))
    , m_faces(new QStackedWidget(this))
    , m_view(new QTreeView(this))
    , m_empty(new EmptyState(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_banner->setObjectName(QStringLiteral("machinesBanner"));
    m_empty->setObjectName(QStringLiteral("machinesEmptyState"));
    setUpView();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 2, grid * 2, grid * 2, 0);
    layout->setSpacing(grid + grid / 2);
    layout->addWidget(makeHead());
    layout->addWidget(m_banner);
    m_faces->addWidget(m_view);
    m_faces->addWidget(m_empty);
    layout->addWidget(m_faces, 1);

    connect(&machines, &QAbstractItemModel::rowsInserted, this, &MachinesPage::refreshFace);
    connect(&machines, &QAbstractItemModel::rowsRemoved, this, &MachinesPage::refreshFace);
    connect(&machines, &QAbstractItemModel::modelReset, this, &MachinesPage::refreshFace);
    connect(&filter, &QAbstractItemModel::rowsInserted, this, &MachinesPage::refreshFace);
    connect(&filter, &QAbstractItemModel::rowsRemoved, this, &MachinesPage::refreshFace);
    connect(m_banner, &ErrorBanner::retryRequested, this, &MachinesPage::retryRequested);
    connect(m_empty, &EmptyState::actionTriggered, this, [this] {
        if (!m_situation.hasProject)
            Q_EMIT chooseProjectRequested();
        else if (m_situation.error && m_machines.rowCount() == 0)
            Q_EMIT retryRequested();
        else if (m_machines.rowCount() > 0)
            Q_EMIT clearFilterRequested();
        else
            Q_EMIT newMachineRequested();
    });
    refreshFace();
}

QWidget *MachinesPage::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(grid, 0, 0, 0);
    layout->setSpacing(grid);
    auto *title = new QLabel(tr("Machines"), head);
    title->setFont(titleFont(font()));
    layout->addWidget(title);
    m_count->setObjectName(QStringLiteral("machineCountLabel"));
    layout->addWidget(m_count, 1, Qt::AlignBottom);
    m_columns->setIcon(symbolicIcon(QStringLiteral("columns")));
    m_columns->setText(tr("Columns"));
    m_columns->setObjectName(QStringLiteral("columnsButton"));
    m_columns->setAccessibleName(tr("Choose columns"));
    m_columns->setToolTip(tr("Choose columns"));
    m_columns->setAutoRaise(true);
    m_columns->setPopupMode(QToolButton::InstantPopup);
    m_columns->setMenu(new QMenu(m_columns));
    connect(m_columns->menu(), &QMenu::aboutToShow, this, &MachinesPage::fillColumnMenu);
    layout->addWidget(m_columns);
    return head;
}

void MachinesPage::setUpView()
{
    m_view->setObjectName(QStringLiteral("machineView"));
    m_view->setAccessibleName(tr("Machines"));
    QHeaderView *header = giveFlatHeader(m_view);
    m_view->setModel(&m_filter);
    m_view->setItemDelegate(new MachineDelegate(m_view));
    m_view->setUniformRowHeights(true);
    m_view->setRootIsDecorated(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(InstanceModel::Name, Qt::AscendingOrder);
    m_view->setTabKeyNavigation(false);
    m_view->setMouseTracking(true);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    new SoftSelection(m_view);

    header->setAccessibleName(tr("Columns of the machine table"));
    header->setStretchLastSection(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setMinimumSectionSize(grid * 6);
    connect(header, &QHeaderView::sectionResized, this, [this, header](int section) {
        const bool isLast = header->visualIndex(section) == header->count() - 1; // takes what is left, by itself
        m_columnsChosen = m_columnsChosen || (!m_fitting && !isLast);
    });

    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT openRequested(index.data(InstanceModel::RefRole).value<cloud::InstanceRef>());
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &MachinesPage::selectionChanged);
    connect(m_view, &QTreeView::customContextMenuRequested, this, [this](const QPoint &position) {
        if (m_view->indexAt(position).isValid())
            Q_EMIT contextMenuRequested(m_view->viewport()->mapToGlobal(position));
    });
    connect(header, &QHeaderView::customContextMenuRequested, this, [this, header](const QPoint &position) {
        m_columns->menu()->popup(header->mapToGlobal(position));
    });
}

// A state that is cut off ("Suspe…") says less than its shape alone.
int MachinesPage::widestState() const
{
    int widest = 0;
    for (int state = 0; state <= int(cloud::MachineState::Busy); ++state)
        widest = qMax(widest, chipWidth(m_view->fontMetrics(), models::stateText(cloud::MachineState(state))));
    return widest + 2 * grid;
}

void MachinesPage::fitColumns()
{
    if (m_columnsChosen)
        return;
    m_fitting = true;
    // Shares of the width, until somebody pulls at a column.
    const QList<int> shares{20, 14, 16, 17, 11, 12, 14};
    const int available = qMax(m_view->viewport()->width(), grid * 90);
    for (int column = 0; column < shares.size() - 1; ++column) {
        const int share = available * shares.at(column) / 104;
        m_view->header()->resizeSection(column, column == InstanceModel::State ? qMax(share, widestState()) : share);
    }
    m_fitting = false;
}

void MachinesPage::focusInEvent(QFocusEvent *)
{
    if (m_faces->currentWidget() == m_view)
        m_view->setFocus();
}

bool MachinesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize) // the view's own event comes before this one
        fitColumns();
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool menu = key->key() == Qt::Key_Menu || (key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier);
        if (menu && m_view->currentIndex().isValid()) {
            Q_EMIT contextMenuRequested(m_view->viewport()->mapToGlobal(m_view->visualRect(m_view->currentIndex()).center()));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void MachinesPage::fillColumnMenu()
{
    QMenu *menu = m_columns->menu();
    menu->clear();
    for (int column = InstanceModel::State; column < InstanceModel::ColumnCount; ++column) {
        QAction *action = menu->addAction(m_machines.headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(column));
        connect(action, &QAction::toggled, m_view, [this, column](bool shown) { m_view->setColumnHidden(column, !shown); });
    }
}

std::optional<cloud::InstanceRef> MachinesPage::selected() const
{
    const QModelIndexList rows = m_view->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return {};
    return rows.first().data(InstanceModel::RefRole).value<cloud::InstanceRef>();
}

void MachinesPage::setSituation(const Situation &situation)
{
    m_situation = situation;
    refreshFace();
}

void MachinesPage::refreshFace()
{
    const int all = m_machines.rowCount();
    const int shown = m_filter.rowCount();
    const QLocale locale;
    m_count->setText(all == 0          ? QString()
                         : shown < all ? tr("%1 of %2").arg(locale.toString(shown), locale.toString(all))
                                       : locale.toString(all));
    m_columns->setVisible(shown > 0);
    showBanner();
    if (shown > 0) {
        m_faces->setCurrentWidget(m_view);
        if (hasFocus())
            m_view->setFocus();
        return;
    }
    m_empty->setBusy(false);
    if (!m_situation.hasProject) {
        m_empty->setPicture(QStringLiteral("picture-cloud"));
        m_empty->setText(tr("Which project?"), tr("Machines belong to a project. Choose one of yours, or type the id of one that you may use."));
        m_empty->setAction(tr("Choose project"), QStringLiteral("emptyChooseProjectButton"));
    } else if (all > 0) {
        m_empty->setPicture(QStringLiteral("picture-nothing"));
        m_empty->setText(tr("No machine matches “%1”").arg(m_filter.filterText()),
                         tr("The search looks at every column, at labels and at addresses."));
        m_empty->setAction(tr("Clear search"), QStringLiteral("clearSearchButton"));
    } else if (m_situation.error) {
        m_empty->setPicture(QStringLiteral("picture-problem"));
        m_empty->setText(tr("The machines could not be listed"),
                         m_situation.error->message + QLatin1Char('\n') + m_situation.error->nextStep);
        m_empty->setAction(tr("Try again"), QStringLiteral("retryListButton"));
    } else if (!m_situation.loaded) {
        m_empty->setBusy(true);
        m_empty->setText(tr("Looking for machines…"), tr("In all zones of %1").arg(m_situation.projectName));
        m_empty->setAction({});
    } else {
        m_empty->setPicture(QStringLiteral("picture-machines"));
        m_empty->setText(tr("No machines yet"), tr("A machine with a GPU and a notebook is one page away, and you see what it costs before it runs."));
        m_empty->setAction(tr("New machine"), QStringLiteral("emptyNewMachineButton"));
    }
    m_faces->setCurrentWidget(m_empty);
}

void MachinesPage::showBanner()
{
    QString key;
    if (m_situation.error && m_machines.rowCount() > 0)
        key = QStringLiteral("error ") + m_situation.error->message;
    else if (!m_situation.unreachableZones.isEmpty())
        key = QStringLiteral("zones ") + m_situation.unreachableZones.join(QLatin1Char(' '));
    if (key == m_shownBanner)
        return; // a refresh does not bring back what was dismissed
    m_shownBanner = key;
    if (key.isEmpty())
        m_banner->clear();
    else if (key.startsWith(QLatin1String("error")))
        m_banner->showError(*m_situation.error, tr("Try again"));
    else
        m_banner->showMessage(ErrorBanner::Kind::Warning,
                              tr("No answer from %1").arg(m_situation.unreachableZones.join(QStringLiteral(", "))),
                              tr("Machines there are shown as they were last seen; they are not gone. Nimbook keeps asking."));
}

void MachinesPage::saveColumns(QSettings &settings) const
{
    settings.setValue(QStringLiteral("machines/header"), m_view->header()->saveState());
}

void MachinesPage::restoreColumns(QSettings &settings)
{
    const QByteArray state = settings.value(QStringLiteral("machines/header")).toByteArray();
    if (!state.isEmpty())
        m_columnsChosen = m_view->header()->restoreState(state);
}

} // namespace nimbook::ui
