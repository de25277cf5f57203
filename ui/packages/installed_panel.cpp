// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/installed_panel.h"

#include "ui/common/flat_header.h"
#include "ui/common/inset_cell.h"
#include "ui/common/look.h"
#include "ui/common/row_delegate.h"
#include "ui/common/soft_selection.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

/// The state's word in the state's colour; the sign before it says the same without colour.
class WantedDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.setHeight(option.fontMetrics.height() + grid);
        return size;
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem item(option);
        initStyleOption(&item, index);
        using State = jupyter::WantedPackage::State;
        const auto state = State(index.data(models::WantedPackagesModel::StateRole).toInt());
        if (index.column() == models::WantedPackagesModel::State && state != State::NotNeeded && state != State::Unchecked)
            item.palette.setColor(QPalette::Text, toneColor(state == State::Satisfied ? Tone::Good : Tone::Warning, item.palette));
        paintInsetCell(painter, item);
    }
};

} // namespace

InstalledPanel::InstalledPanel(workspace::MachineSession &session, QWidget *parent)
    : QWidget(parent)
    , m_session(&session)
    , m_view(new QTreeView(this))
    , m_summary(makeMutedLabel({}, this))
    , m_lock(makeMutedLabel({}, this))
    , m_refreshButton(new QPushButton(tr("Look a&gain"), this))
    , m_recordButton(new QPushButton(tr("Re&cord"), this))
    , m_recreateButton(new QPushButton(tr("Rec&reate from nimbook.lock"), this))
{
    setObjectName(QStringLiteral("installedPanel"));
    m_view->setObjectName(QStringLiteral("wantedPackagesView"));
    m_view->setAccessibleName(tr("Wanted and installed packages"));
    giveFlatHeader(m_view);
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new WantedDelegate(m_view));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    new SoftSelection(m_view);
    const int unit = fontMetrics().averageCharWidth();
    m_view->header()->setStretchLastSection(true);
    m_view->header()->resizeSection(models::WantedPackagesModel::Package, unit * 24);
    m_view->header()->resizeSection(models::WantedPackagesModel::Wanted, unit * 14);
    m_view->header()->resizeSection(models::WantedPackagesModel::Installed, unit * 14);
    m_summary->setObjectName(QStringLiteral("wantedSummaryLabel"));
    m_lock->setObjectName(QStringLiteral("lockLabel"));
    m_lock->setWordWrap(true);
    m_refreshButton->setObjectName(QStringLiteral("refreshPackagesButton"));
    m_recordButton->setObjectName(QStringLiteral("recordLockButton"));
    m_recordButton->setToolTip(tr("Writes image digest, packages, driver and CUDA to /src/nimbook.lock"));
    m_recreateButton->setObjectName(QStringLiteral("recreateButton"));
    m_recreateButton->setToolTip(tr("Runs the recorded image and installs the recorded packages on this machine"));

    auto *heading = new QLabel(tr("Wanted and installed"), this);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid, grid, grid, 0);
    top->setSpacing(grid);
    top->addWidget(heading);
    top->addWidget(m_summary, 1);
    top->addWidget(m_refreshButton);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(grid, 0, grid, grid);
    bottom->setSpacing(grid);
    bottom->addWidget(m_lock, 1);
    bottom->addWidget(m_recordButton);
    bottom->addWidget(m_recreateButton);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    layout->addLayout(bottom);

    connect(m_refreshButton, &QPushButton::clicked, this, [this] { refresh(); });
    connect(m_recordButton, &QPushButton::clicked, this, [this] { refresh(jupyter::Record::Yes); });
    connect(m_recreateButton, &QPushButton::clicked, this, [this] {
        if (m_session)
            m_session->recreate();
    });
    using workspace::MachineSession;
    connect(&session, &MachineSession::notebookOpened, this, &InstalledPanel::follow);
    // Queued: the session may be going with it.
    connect(&session, &MachineSession::notebookClosed, this, [this] { refresh(); }, Qt::QueuedConnection);
    connect(&session, &MachineSession::connectionChanged, this, &InstalledPanel::follow);
    connect(&session, &MachineSession::flowStarted, this, &InstalledPanel::follow);
    connect(&session, &MachineSession::flowFinished, this, [this] { refresh(jupyter::Record::WhenNothingIsLost); });
    refresh();
}

void InstalledPanel::refresh(jupyter::Record record)
{
    follow();
    if (!m_session || !m_session->isConnected())
        return;
    if (m_asking)
        m_asking->cancel(); // the later question sees more
    if (!m_session->isNotebookOpen()) {
        readLock();
        return;
    }
    auto *job = m_session->container().packages(record);
    m_asking = job;
    connect(job, &Job::finished, this, [this, job] {
        if (m_asking == job)
            m_asking = nullptr;
        if (const auto state = job->result())
            show(*state);
        else if (job->state() == Job::State::Failed)
            Q_EMIT failed(job->error());
        follow();
    });
    follow();
}

void InstalledPanel::readLock()
{
    auto *job = m_session->container().readLock();
    m_asking = job;
    connect(job, &Job::finished, this, [this, job] {
        if (m_asking == job)
            m_asking = nullptr;
        if (const auto text = job->result())
            m_file = jupyter::LockState::fromFile(text->toUtf8());
        follow();
    });
    follow();
}

void InstalledPanel::show(const jupyter::PackagesState &state)
{
    m_known = true;
    m_state = state;
    m_model.setPackages(state.wanted);
}

void InstalledPanel::follow()
{
    const bool connected = m_session && m_session->isConnected();
    const bool open = m_session && m_session->isNotebookOpen();
    const bool flowing = m_session && m_session->currentFlow();
    m_summary->setText(!open      ? tr("known once the notebook is open")
                       : m_asking ? tr("looking…")
                       : m_known  ? models::wantedSummary(m_state.wanted)
                                  : QString());
    m_lock->setText(open && m_known ? models::lockSummary(m_state) : !open && m_file ? models::lockSummary(*m_file) : QString());
    m_refreshButton->setEnabled(connected && !m_asking);
    m_recordButton->setEnabled(open && !m_asking && !flowing);
    // Before the notebook is open nobody knows whether the machine is as recorded; what there is to follow is known.
    m_recreateButton->setVisible(open ? m_known && m_state.hasLock && !m_state.lock.broken && !m_state.lock.isAsRecorded() : m_file && !m_file->broken);
    m_recreateButton->setEnabled(connected && !flowing);
}

} // namespace nimbook::ui
