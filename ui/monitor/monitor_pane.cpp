// SPDX-License-Identifier: Apache-2.0
#include "ui/monitor/monitor_pane.h"

#include "models/quantities.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/monitor/chart_card.h"
#include "workspace/machine_monitor.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nimbook::ui {

namespace {

constexpr double gigabyte = 1e9;
constexpr double megabyte = 1e6;

using monitor::GpuSample;
using monitor::MachineSample;

/// The values of one quantity over time; moments without one are left out.
template<typename Value>
QList<QPointF> pointsOf(const QList<MachineSample> &history, Value value)
{
    QList<QPointF> points;
    points.reserve(history.size());
    for (const MachineSample &sample : history) {
        if (const std::optional<double> y = value(sample))
            points.append({double(sample.time.toMSecsSinceEpoch()), *y});
    }
    return points;
}

std::optional<double> inUnits(std::optional<double> value, double unit)
{
    return value ? std::optional(*value / unit) : std::nullopt;
}

QString percentText(std::optional<double> value)
{
    return value ? MonitorPane::tr("%1 %").arg(std::round(*value)) : MonitorPane::tr("not told");
}

QString speedText(std::optional<double> bytesPerSecond)
{
    if (!bytesPerSecond)
        return QStringLiteral("–");
    const QString text = models::rateText(*bytesPerSecond);
    return text.isEmpty() ? MonitorPane::tr("nothing") : text;
}

} // namespace

MonitorPane::MonitorPane(workspace::MachineSession &session, std::function<void(std::chrono::seconds)> intervalChanged, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_faces(new QStackedWidget(this))
    , m_nothing(new EmptyState(this))
    , m_banner(new ErrorBanner(this))
    , m_gpuNote(makeMutedLabel({}, this))
    , m_interval(new QComboBox(this))
    , m_cardsHost(new QWidget(this))
{
    setObjectName(QStringLiteral("monitorPane"));
    m_nothing->setObjectName(QStringLiteral("monitorEmptyState"));
    m_nothing->setPicture(QStringLiteral("picture-machines"));
    m_banner->setObjectName(QStringLiteral("monitorBanner"));
    m_gpuNote->setObjectName(QStringLiteral("gpuNoteLabel"));
    m_interval->setObjectName(QStringLiteral("sampleIntervalCombo"));
    m_interval->setAccessibleName(tr("How often the machine is looked at"));
    for (const int seconds : {1, 2, 5, 15, 60})
        m_interval->addItem(tr("Every %1 s").arg(seconds), seconds);
    workspace::MachineMonitor &monitor = session.monitor();
    m_interval->setCurrentIndex(std::max(0, m_interval->findData(int(monitor.interval().count()))));

    const auto card = [this](const QString &title, ChartCard::Scale scale, const char *name) {
        auto *made = new ChartCard(title, scale, m_cardsHost);
        made->setObjectName(QLatin1String(name));
        return made;
    };
    m_gpu = card(tr("GPU in use, %"), ChartCard::Scale::Percent, "gpuCard");
    m_gpuMemory = card(tr("GPU memory, GB"), ChartCard::Scale::Fixed, "gpuMemoryCard");
    m_gpuHeat = card(tr("GPU temperature, °C"), ChartCard::Scale::Percent, "gpuTemperatureCard");
    m_gpuPower = card(tr("GPU power, W"), ChartCard::Scale::Fixed, "gpuPowerCard");
    m_cpu = card(tr("CPU in use, %"), ChartCard::Scale::Percent, "cpuCard");
    m_memory = card(tr("Memory, GB"), ChartCard::Scale::Fixed, "memoryCard");
    m_disk = card(tr("Disk, MB/s"), ChartCard::Scale::Free, "diskCard");
    m_network = card(tr("Network, MB/s"), ChartCard::Scale::Free, "networkCard");

    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid * 2, grid, grid * 2, 0);
    top->addWidget(m_gpuNote, 1);
    top->addWidget(m_interval);
    m_cards = new QGridLayout(m_cardsHost);
    m_cards->setContentsMargins(grid * 2, grid, grid * 2, grid * 2);
    m_cards->setHorizontalSpacing(grid * 3);
    m_cards->setVerticalSpacing(grid * 2);
    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("monitorScrollArea"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_cardsHost);
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    m_cardsHost->setBackgroundRole(QPalette::Base);
    auto *picture = new QWidget(this);
    auto *column = new QVBoxLayout(picture);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(scroll, 1);
    m_faces->addWidget(m_nothing);
    m_faces->addWidget(picture);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_faces, 1);

    connect(m_interval, &QComboBox::activated, this, [this, keep = std::move(intervalChanged)] {
        const std::chrono::seconds chosen(m_interval->currentData().toInt());
        m_session.monitor().setInterval(chosen);
        keep(chosen);
    });
    connect(m_nothing, &EmptyState::actionTriggered, this, &MonitorPane::connectFirst);
    connect(&monitor, &workspace::MachineMonitor::sampled, this, [this] {
        if (isVisible())
            showHistory();
    });
    connect(&monitor, &workspace::MachineMonitor::samplingChanged, this, &MonitorPane::showSituation);
    connect(&session, &workspace::MachineSession::machineChanged, this, &MonitorPane::showSituation);
    connect(&session, &workspace::MachineSession::flowStarted, this, &MonitorPane::showSituation);
    connect(&session, &workspace::MachineSession::flowFinished, this, &MonitorPane::showSituation);
    showHistory();
}

void MonitorPane::connectFirst()
{
    m_session.connectFiles(); // the way to the machine without a container
}

void MonitorPane::showSituation()
{
    const workspace::MachineMonitor &monitor = m_session.monitor();
    const QString name = m_session.machine().ref.name;
    m_faces->setCurrentIndex(monitor.history().isEmpty() ? 0 : 1);
    if (monitor.isSampling()) {
        m_nothing->setText(tr("The first numbers are on their way"), tr("%1 is looked at over the connection that is open.").arg(name));
        m_nothing->setAction({}, {});
        m_banner->clear();
    } else if (m_session.currentFlow()) {
        m_nothing->setText(tr("Connecting to %1").arg(name), {});
        m_nothing->setAction({}, {});
    } else {
        m_nothing->setText(tr("Not connected to %1").arg(name), tr("GPU, CPU, memory, disk and network are drawn here while Nimbook is connected."));
        m_nothing->setAction(tr("Connect"), QStringLiteral("monitorConnectButton"));
        if (!monitor.lastError().message.isEmpty())
            m_banner->showError(monitor.lastError());
        else if (!monitor.history().isEmpty())
            m_banner->showMessage(ErrorBanner::Kind::Information, tr("Not connected: the picture ends where the connection did."));
    }
}

void MonitorPane::showHistory()
{
    showSituation();
    const QList<MachineSample> &history = m_session.monitor().history();
    if (history.isEmpty())
        return;
    const MachineSample &latest = history.last();
    for (ChartCard *card : {m_gpu, m_gpuMemory, m_gpuHeat, m_gpuPower, m_cpu, m_memory, m_disk, m_network})
        card->setEnd(latest.time);
    m_memory->setMaximum(latest.memoryTotal / gigabyte);
    m_cpu->setLine(tr("CPU"), pointsOf(history, [](const MachineSample &s) { return s.cpu; }));
    m_memory->setLine(tr("Memory"), pointsOf(history, [](const MachineSample &s) { return std::optional(s.memoryUsed / gigabyte); }));
    m_disk->setLine(tr("Read"), pointsOf(history, [](const MachineSample &s) { return inUnits(s.read, megabyte); }));
    m_disk->setLine(tr("Written"), pointsOf(history, [](const MachineSample &s) { return inUnits(s.written, megabyte); }));
    m_network->setLine(tr("Received"), pointsOf(history, [](const MachineSample &s) { return inUnits(s.received, megabyte); }));
    m_network->setLine(tr("Sent"), pointsOf(history, [](const MachineSample &s) { return inUnits(s.sent, megabyte); }));
    showNumbers(latest);
    showGpus(latest);
    const bool hasGpu = !latest.gpus.isEmpty();
    if (hasGpu != m_hasGpu || m_columns == 0) {
        m_hasGpu = hasGpu;
        m_columns = 0;
        layOutCards();
    }
}

void MonitorPane::showNumbers(const MachineSample &sample)
{
    m_cpu->setNow(!sample.cpu ? QStringLiteral("–") : sample.cores == 1 ? tr("%1 of 1 core").arg(percentText(sample.cpu)) : tr("%1 of %2 cores").arg(percentText(sample.cpu)).arg(sample.cores));
    m_memory->setNow(models::byteRangeText(qint64(sample.memoryUsed), qint64(sample.memoryTotal)));
    m_network->setNow(tr("in %1, out %2").arg(speedText(sample.received), speedText(sample.sent)));
    QStringList room;
    for (const monitor::DiskSample &disk : sample.disks)
        room << tr("%1 free on %2").arg(models::byteText(qint64(disk.free)), disk.path);
    m_disk->setNow(room.join(QStringLiteral(", ")));
}

void MonitorPane::showGpus(const MachineSample &sample)
{
    using monitor::GpuPresence;
    const QList<MachineSample> &history = m_session.monitor().history();
    QStringList names, use, memory, heat, power;
    double largestMemory = 0, largestPower = 0;
    bool mig = false;
    for (const GpuSample &gpu : sample.gpus) {
        const QString name = tr("GPU %1").arg(gpu.index);
        names << name;
        const auto line = [&](ChartCard *card, std::optional<double> GpuSample::*value, double unit) {
            card->setLine(name, pointsOf(history, [&](const MachineSample &old) -> std::optional<double> {
                for (const GpuSample &then : old.gpus) {
                    if (then.index == gpu.index)
                        return inUnits(then.*value, unit);
                }
                return std::nullopt;
            }));
        };
        line(m_gpu, &GpuSample::utilisation, 1);
        line(m_gpuMemory, &GpuSample::memoryUsed, gigabyte);
        line(m_gpuHeat, &GpuSample::temperature, 1);
        line(m_gpuPower, &GpuSample::power, 1);
        largestMemory = std::max(largestMemory, gpu.memoryTotal.value_or(0) / gigabyte);
        largestPower = std::max(largestPower, gpu.powerLimit.value_or(gpu.power.value_or(0) * 1.2));
        use << percentText(gpu.utilisation);
        memory << (gpu.memoryUsed ? models::byteRangeText(qint64(*gpu.memoryUsed), qint64(gpu.memoryTotal.value_or(-1))) : tr("not told"));
        heat << (gpu.temperature ? tr("%1 °C").arg(std::round(*gpu.temperature)) : tr("not told"));
        power << (gpu.power ? tr("%1 W").arg(std::round(*gpu.power)) : tr("not told"));
        mig = mig || gpu.sharedByMig;
    }
    for (ChartCard *card : {m_gpu, m_gpuMemory, m_gpuHeat, m_gpuPower})
        card->keepLines(names);
    m_gpuMemory->setMaximum(largestMemory);
    m_gpuPower->setMaximum(largestPower);
    m_gpu->setNow(use.join(QStringLiteral(", ")));
    m_gpuMemory->setNow(memory.join(QStringLiteral(", ")));
    m_gpuHeat->setNow(heat.join(QStringLiteral(", ")));
    m_gpuPower->setNow(power.join(QStringLiteral(", ")));
    switch (sample.gpuPresence) {
    case GpuPresence::Ready: {
        QString text = sample.gpus.size() == 1 ? sample.gpus.first().name : tr("%n × %1", nullptr, int(sample.gpus.size())).arg(sample.gpus.value(0).name);
        if (mig)
            text += tr(" · cut into MIG instances, so the driver tells no use of the whole GPU");
        m_gpuNote->setText(text);
        break;
    }
    case GpuPresence::DriverMissing:
        m_gpuNote->setText(tr("This machine has a GPU, but its driver does not answer."));
        break;
    default:
        m_gpuNote->setText(tr("This machine has no GPU."));
        break;
    }
}

void MonitorPane::layOutCards()
{
    const int columns = width() < grid * 90 ? 1 : 2;
    if (columns == m_columns)
        return;
    m_columns = columns;
    int at = 0;
    for (ChartCard *card : {m_gpu, m_gpuMemory, m_gpuHeat, m_gpuPower, m_cpu, m_memory, m_disk, m_network}) {
        m_cards->removeWidget(card);
        const bool ofGpu = card == m_gpu || card == m_gpuMemory || card == m_gpuHeat || card == m_gpuPower;
        card->setVisible(m_hasGpu || !ofGpu);
        if (!m_hasGpu && ofGpu)
            continue;
        m_cards->addWidget(card, at / columns, at % columns);
        ++at;
    }
    for (int column = 0; column < 2; ++column)
        m_cards->setColumnStretch(column, column < columns ? 1 : 0);
}

void MonitorPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOutCards();
}

void MonitorPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showHistory();
}

} // namespace nimbook::ui
