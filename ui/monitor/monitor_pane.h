// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QWidget>

#include <chrono>
#include <functional>

class QComboBox;
class QGridLayout;
class QLabel;
class QStackedWidget;

namespace nimbook::ui {

class ChartCard;
class EmptyState;
class ErrorBanner;

/// What the machine is doing, over the last hour: GPUs, CPU, memory, disk and network.
class MonitorPane final : public QWidget {
    Q_OBJECT
public:
    /// \param intervalChanged is told the seconds that the person chose, to keep them
    MonitorPane(workspace::MachineSession &session, std::function<void(std::chrono::seconds)> intervalChanged, QWidget *parent);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void layOutCards();
    void showHistory();
    void showNumbers(const monitor::MachineSample &sample);
    void showGpus(const monitor::MachineSample &sample);
    void showSituation();
    void connectFirst();

    workspace::MachineSession &m_session;
    QStackedWidget *m_faces;
    EmptyState *m_nothing;
    ErrorBanner *m_banner;
    QLabel *m_gpuNote;
    QComboBox *m_interval;
    QGridLayout *m_cards;
    QWidget *m_cardsHost;
    ChartCard *m_gpu;
    ChartCard *m_gpuMemory;
    ChartCard *m_gpuHeat;
    ChartCard *m_gpuPower;
    ChartCard *m_cpu;
    ChartCard *m_memory;
    ChartCard *m_disk;
    ChartCard *m_network;
    int m_columns = 0;
    bool m_hasGpu = false;
};

} // namespace nimbook::ui
