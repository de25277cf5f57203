// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/catalogue.h"
#include "workspace/machine_container.h"
#include "workspace/machine_session.h"

#include <QPointer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace nimbook::ui {

class ErrorBanner;
class FlowLine;
class LogView;

/// The machine's container: what runs, its image and digest, how it is made, what it uses, its log as it is written. Goes before its session.
class ContainerPane : public QWidget {
    Q_OBJECT
public:
    ContainerPane(const workspace::Catalogue &catalogue, workspace::MachineSession &session, QWidget *parent = nullptr);
    ~ContainerPane() override;

Q_SIGNALS:
    void restartWanted(); ///< that ends kernels: whoever hears it asks first

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override; ///< nobody looks: the log and the figures are no longer fetched

private:
    QWidget *buildHead();
    QWidget *buildForm(const workspace::Catalogue &catalogue);
    QWidget *buildLog();
    void lookAgain();
    void watch();
    void unwatch();
    void apply();
    void build();
    void stop();
    void follow();
    void showFlow(Flow *flow);
    void onFlowFinished(Flow *flow);
    void showStatus(const jupyter::ContainerStatus &status);

    QPointer<workspace::MachineSession> m_session;
    jupyter::ContainerStatus m_status;
    jupyter::ContainerSettings m_settings;
    bool m_settingsKnown = false;
    QPointer<jupyter::RemoteScript> m_logs;
    QPointer<jupyter::RemoteScript> m_usage;
    QPointer<jupyter::RemoteScript> m_work; // a build or a stop

    ErrorBanner *m_banner;
    FlowLine *m_flow;
    QLabel *m_state;
    QLabel *m_use;
    QLabel *m_digest;
    QComboBox *m_image;
    QLineEdit *m_source;
    QLineEdit *m_shm;
    QComboBox *m_restart;
    QPlainTextEdit *m_environment;
    LogView *m_log;
    QPushButton *m_startButton;
    QPushButton *m_restartButton;
    QPushButton *m_stopButton;
    QPushButton *m_updateButton;
    QPushButton *m_buildButton;
    QPushButton *m_applyButton;
};

} // namespace nimbook::ui
