// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace nimbook::workspace {

/// Tells when connections that stood may be dead although nobody said so: this computer slept, or its network changed.
///
/// Three sources, each enough: logind's PrepareForSleep on the system bus, the kernel's two clocks (one of which stands still during sleep),
/// and QNetworkInformation where the system has a backend for it.
class WakeWatch : public QObject {
    Q_OBJECT
public:
    explicit WakeWatch(QObject *parent = nullptr);

    /// How much longer than the other clock the one that counts sleep has run since the last look; more than a second or two is a sleep.
    static bool wasAsleep(std::chrono::nanoseconds withSleep, std::chrono::nanoseconds withoutSleep);

public Q_SLOTS:
    void onPrepareForSleep(bool goingToSleep); ///< logind's signal; false: it woke up

Q_SIGNALS:
    void cameBack();

private:
    void watchLogind();
    void watchNetwork();
    void onTick();
    void announce();

    QTimer m_tick;
    QTimer m_settle; // a change of network comes as several signals
    std::chrono::nanoseconds m_withSleep;
    std::chrono::nanoseconds m_withoutSleep;
};

} // namespace nimbook::workspace
