// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/container_pane.h"

#include "ui/common/accent_button.h"
#include "ui/common/error_banner.h"
#include "ui/common/flow_line.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/packages/log_view.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace nimbook::ui {

using workspace::MachineSession;

namespace {

QString stateText(const jupyter::ContainerStatus &status)
{
    const QString word = status.state.isEmpty() || status.state == QLatin1String("absent") ? ContainerPane::tr("There is no container yet.")
        : status.isRunning()                                                               ? (status.answers ? ContainerPane::tr("Jupyter runs") : ContainerPane::tr("The container runs, Jupyter does not answer"))
        : status.state == QLatin1String("exited")                                          ? ContainerPane::tr("Stopped")
                                                                                           : ContainerPane::tr("The container is %1").arg(status.state);
    if (!status.isRunning() || !status.started.isValid())
        return word;
    const QString since = ContainerPane::tr("%1 since %2").arg(word, QLocale().toString(status.started.toLocalTime(), QLocale::ShortFormat));
    return status.restarts > 0 ? ContainerPane::tr("%1, started again %2 times").arg(since).arg(status.restarts) : since;
}

} // namespace

ContainerPane::ContainerPane(const workspace::Catalogue &catalogue, MachineSession &session, QWidget *parent)
    : QWidget(parent)
    , m_session(&session)
    , m_banner(new ErrorBanner(this))
    , m_flow(new FlowLine(this))
    , m_state(new QLabel(this))
    , m_use(makeMutedLabel({}, this))
    , m_digest(makeMutedLabel({}, this))
    , m_image(new QComboBox(this))
    , m_source(new QLineEdit(QStringLiteral("/src/Dockerfile"), this))
    , m_shm(new QLineEdit(this))
    , m_restart(new QComboBox(this))
    , m_environment(new QPlainTextEdit(this))
    , m_log(new LogView(this))
    , m_startButton(new QPushButton(tr("Sta&rt"), this))
    , m_restartButton(new QPushButton(tr("R&estart"), this))
    , m_stopButton(new QPushButton(tr("S&top"), this))
    , m_updateButton(new QPushButton(tr("Look for a &newer image"), this))
    , m_buildButton(new QPushButton(tr("&Build"), this))
    , m_applyButton(new AccentButton(tr("&Apply"), this))
{
    setObjectName(QStringLiteral("containerPane"));
    m_banner->setObjectName(QStringLiteral("containerBanner"));
    m_flow->setObjectName(QStringLiteral("containerFlowLine"));
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(buildForm(catalogue));
    splitter->addWidget(new Separator(Qt::Vertical, splitter));
    splitter->addWidget(buildLog());
    splitter->setSizes({1000, 1, 1200});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_flow);
    layout->addWidget(buildHead());
    layout->addWidget(new Separator(Qt::Horizontal, this));
    layout->addWidget(splitter, 1);

    connect(m_startButton, &QPushButton::clicked, this, [this] {
        if (m_session)
            showFlow(m_session->openNotebook());
    });
    connect(m_restartButton, &QPushButton::clicked, this, &ContainerPane::restartWanted);
    connect(m_stopButton, &QPushButton::clicked, this, &ContainerPane::stop);
    connect(m_updateButton, &QPushButton::clicked, this, [this] {
        if (m_session)
            showFlow(m_session->updateImage());
    });
    connect(m_buildButton, &QPushButton::clicked, this, &ContainerPane::build);
    connect(m_applyButton, &QPushButton::clicked, this, &ContainerPane::apply);
    connect(&session.container(), &workspace::MachineContainer::stopped, this, [this] { // from a menu, perhaps
        unwatch();
        lookAgain();
    });
    connect(&session, &MachineSession::connectionChanged, this, &ContainerPane::lookAgain);
    connect(&session, &MachineSession::flowStarted, this, &ContainerPane::showFlow);
    connect(&session, &MachineSession::flowFinished, this, &ContainerPane::onFlowFinished);
    connect(&session, &MachineSession::notebookClosed, this, &ContainerPane::follow);
    if (session.currentFlow())
        showFlow(session.currentFlow());
    follow();
}

ContainerPane::~ContainerPane() = default;

QWidget *ContainerPane::buildHead()
{
    auto *head = new QWidget(this);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_state->setFont(bold);
    m_state->setObjectName(QStringLiteral("containerStateLabel"));
    m_use->setObjectName(QStringLiteral("containerUseLabel"));
    m_startButton->setObjectName(QStringLiteral("startContainerButton"));
    m_restartButton->setObjectName(QStringLiteral("restartContainerButton"));
    m_restartButton->setToolTip(tr("Its kernels end; what is installed and what is in /src stays"));
    m_stopButton->setObjectName(QStringLiteral("stopContainerButton"));
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(grid, grid, grid, grid);
    layout->setSpacing(grid);
    layout->addWidget(m_state);
    layout->addWidget(m_use, 1);
    layout->addWidget(m_startButton);
    layout->addWidget(m_restartButton);
    layout->addWidget(m_stopButton);
    return head;
}

QWidget *ContainerPane::buildForm(const workspace::Catalogue &catalogue)
{
    m_image->setObjectName(QStringLiteral("containerImageCombo"));
    m_image->setEditable(true);
    m_image->setInsertPolicy(QComboBox::NoInsert);
    m_image->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_image->setMinimumContentsLength(24);
    for (const auto &entry : catalogue.containerImages()) {
        m_image->addItem(entry.reference);
        m_image->setItemData(m_image->count() - 1, entry.title + u'\n' + entry.description, Qt::ToolTipRole);
    }
    m_image->addItem(workspace::MachineContainer::builtImage());
    m_image->setCurrentText(m_session->containerImage());
    m_digest->setObjectName(QStringLiteral("containerDigestLabel"));
    m_digest->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_updateButton->setObjectName(QStringLiteral("updateImageButton"));
    m_source->setObjectName(QStringLiteral("buildSourceEdit"));
    m_source->setToolTip(tr("A Dockerfile, an environment.yml for conda or a requirements.txt on the machine; the last two build on the image above"));
    m_buildButton->setObjectName(QStringLiteral("buildImageButton"));
    m_shm->setObjectName(QStringLiteral("shmSizeEdit"));
    m_shm->setPlaceholderText(QStringLiteral("1g"));
    m_restart->setObjectName(QStringLiteral("restartPolicyCombo"));
    m_restart->addItem(tr("Always, but not after you stopped it"), QStringLiteral("unless-stopped"));
    m_restart->addItem(tr("Always"), QStringLiteral("always"));
    m_restart->addItem(tr("After a failure"), QStringLiteral("on-failure"));
    m_restart->addItem(tr("Never"), QStringLiteral("no"));
    m_environment->setObjectName(QStringLiteral("environmentEdit"));
    m_environment->setTabChangesFocus(true);
    m_environment->setPlaceholderText(tr("One a line: HF_TOKEN=…\nA name alone keeps the value that the machine has."));
    m_environment->setMaximumHeight(fontMetrics().height() * 6);
    m_applyButton->setObjectName(QStringLiteral("applyContainerButton"));
    m_applyButton->setToolTip(tr("A container that was made otherwise is replaced: its kernels end, /src and the packages stay"));

    auto *sourceRow = new QHBoxLayout;
    sourceRow->addWidget(m_source, 1);
    sourceRow->addWidget(m_buildButton);
    auto *page = new QWidget(this);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setSpacing(grid);
    form->addRow(tr("&Image"), m_image);
    form->addRow(tr("Digest"), m_digest);
    form->addRow(QString(), m_updateButton);
    form->addRow(tr("B&uild from"), sourceRow);
    form->addRow(tr("&Shared memory"), m_shm);
    form->addRow(tr("Start a&gain"), m_restart);
    form->addRow(tr("&Variables"), m_environment);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(grid, grid, grid, grid);
    layout->setSpacing(grid);
    layout->addLayout(form);
    layout->addWidget(m_applyButton, 0, Qt::AlignRight);
    layout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(page);
    return scroll;
}

QWidget *ContainerPane::buildLog()
{
    auto *side = new QWidget(this);
    auto *heading = new QLabel(tr("&Log"), side);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    heading->setBuddy(m_log);
    heading->setContentsMargins(grid, grid, grid, 0);
    m_log->setObjectName(QStringLiteral("containerLogEdit"));
    m_log->setAccessibleName(tr("Log of the container"));
    m_log->setPlaceholderText(tr("What the container prints stands here as it comes."));
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addWidget(heading);
    layout->addWidget(m_log, 1);
    return side;
}

void ContainerPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    lookAgain();
}

void ContainerPane::hideEvent(QHideEvent *event)
{
    unwatch();
    QWidget::hideEvent(event);
}

void ContainerPane::lookAgain()
{
    follow();
    if (!m_session || !m_session->isConnected() || !isVisible())
        return;
    auto *look = m_session->container().status();
    connect(look, &Job::finished, this, [this, look] {
        if (const auto status = look->result())
            showStatus(*status);
        else if (look->state() == Job::State::Failed)
            m_banner->showError(look->error());
    });
    if (m_settingsKnown)
        return;
    auto *ask = m_session->container().settings();
    connect(ask, &Job::finished, this, [this, ask] {
        const auto settings = ask->result();
        if (!settings || m_settingsKnown)
            return;
        m_settingsKnown = true;
        m_settings = *settings;
        m_shm->setText(settings->shmSize);
        m_restart->setCurrentIndex(std::max(0, m_restart->findData(settings->restartPolicy)));
        m_environment->setPlainText(settings->variables.join(u'\n'));
        follow();
    });
}

void ContainerPane::showStatus(const jupyter::ContainerStatus &status)
{
    m_status = status;
    // Sixty-four digits would push the form out of its column; the tooltip has them all.
    m_digest->setText(status.digest.isEmpty() ? (status.image.isEmpty() ? QStringLiteral("–") : tr("none: no registry knows this image"))
                                              : status.digest.section(u'@', 1).left(19) + u'…');
    m_digest->setToolTip(status.digest);
    watch();
    follow();
}

void ContainerPane::watch()
{
    if (!m_session || !m_session->isConnected() || !isVisible() || m_status.state == QLatin1String("absent"))
        return;
    if (!m_logs && !m_work) {
        m_log->clearLog();
        m_logs = m_session->container().followLogs(200);
        connect(m_logs, &jupyter::RemoteScript::logReceived, m_log, &LogView::append);
    }
    if (!m_usage) {
        m_usage = m_session->container().watchUsage();
        connect(m_usage, &jupyter::RemoteScript::logReceived, this, [this](const QString &line) {
            if (const auto use = jupyter::usageFromLine(line))
                m_use->setText(use->cpu.isEmpty() ? QString() : tr("CPU %1 of a core · %2 of %3 memory · processes: %4").arg(use->cpu, use->memory, use->limit, use->processes));
        });
    }
}

void ContainerPane::unwatch()
{
    for (const auto &script : {m_logs, m_usage}) {
        if (script)
            script->cancel();
    }
    m_logs = nullptr;
    m_usage = nullptr;
}

void ContainerPane::apply()
{
    if (!m_session)
        return;
    m_banner->clear();
    m_session->setContainerImage(m_image->currentText());
    jupyter::ContainerSettings settings;
    settings.shmSize = m_shm->text().trimmed().isEmpty() ? QStringLiteral("1g") : m_shm->text().trimmed();
    settings.restartPolicy = m_restart->currentData().toString();
    auto *save = m_session->container().changeSettings(settings, m_environment->toPlainText().split(u'\n', Qt::SkipEmptyParts));
    m_applyButton->setEnabled(false);
    connect(save, &Job::finished, this, [this, save] {
        if (const auto saved = save->result()) {
            m_settings = *saved;
            m_environment->setPlainText(saved->variables.join(u'\n')); // values do not stay on the screen
            unwatch();
            if (m_session)
                showFlow(m_session->openNotebook());
        } else if (save->state() == Job::State::Failed) {
            m_banner->showError(save->error());
        }
        follow();
    });
}

void ContainerPane::build()
{
    if (!m_session || m_work)
        return;
    m_banner->clear();
    unwatch();
    m_log->clearLog();
    m_work = m_session->container().build(m_source->text().trimmed(), m_image->currentText().trimmed());
    connect(m_work, &jupyter::RemoteScript::logReceived, m_log, &LogView::append);
    connect(m_work, &Job::progressChanged, this, [this](const Progress &progress) {
        m_use->setText(tr("Building: step %1 of %2").arg(progress.done + 1).arg(progress.total));
    });
    connect(m_work, &Job::finished, this, [this, work = m_work.data()] {
        m_work = nullptr;
        if (const auto built = work->result()) {
            m_image->setCurrentText(built->value(QStringLiteral("image")));
            m_banner->showMessage(ErrorBanner::Kind::Information, tr("The image is built. Apply runs it."));
        } else if (work->state() == Job::State::Failed) {
            m_banner->showError(work->error());
        }
        follow();
    });
    follow();
}

void ContainerPane::stop()
{
    if (!m_session || m_work)
        return;
    m_work = m_session->container().stop();
    connect(m_work, &Job::finished, this, [this, work = m_work.data()] {
        m_work = nullptr;
        if (work->state() == Job::State::Failed)
            m_banner->showError(work->error());
        unwatch();
        lookAgain();
    });
    follow();
}

void ContainerPane::showFlow(Flow *flow)
{
    // One that runs already may have been given the container as well: whoever asked calls this again.
    if (leadsToContainer(*flow)) {
        m_banner->clear();
        m_flow->setFlow(flow);
    }
    follow();
}

void ContainerPane::onFlowFinished(Flow *flow)
{
    if (flow->state() == Job::State::Failed && leadsToContainer(*flow))
        m_banner->showError(flow->error());
    lookAgain();
}

void ContainerPane::follow()
{
    const bool connected = m_session && m_session->isConnected();
    const bool busy = m_work || (m_session && m_session->currentFlow());
    m_state->setText(!connected ? tr("Not connected: opening the notebook connects") : busy ? tr("Working…") : stateText(m_status));
    if (!connected || !m_status.isRunning())
        m_use->clear();
    m_startButton->setVisible(!connected || !m_status.isRunning());
    m_startButton->setEnabled(!busy);
    for (QPushButton *button : {m_restartButton, m_stopButton}) {
        button->setVisible(connected && m_status.isRunning());
        button->setEnabled(!busy);
    }
    m_updateButton->setEnabled(connected && !busy && !m_image->currentText().startsWith(QLatin1String("nimbook.local/")));
    m_buildButton->setEnabled(connected && !busy);
    m_applyButton->setEnabled(connected && !busy && m_settingsKnown);
}

} // namespace nimbook::ui
