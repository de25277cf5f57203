// SPDX-License-Identifier: Apache-2.0
#include "workspace/wake_watch.h"

#include "base/logging.h"

#include <QDBusConnection>
#include <QNetworkInformation>

#include <ctime>

namespace nimbook::workspace {

using namespace std::chrono_literals;

namespace {

std::chrono::nanoseconds clockNow(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

} // namespace

WakeWatch::WakeWatch(QObject *parent)
    : QObject(parent), m_withSleep(clockNow(CLOCK_BOOTTIME)), m_withoutSleep(clockNow(CLOCK_MONOTONIC))
{
    connect(&m_tick, &QTimer::timeout, this, &WakeWatch::onTick);
    m_tick.start(2s);
    m_settle.setSingleShot(true);
    m_settle.setInterval(100ms);
    connect(&m_settle, &QTimer::timeout, this, &WakeWatch::cameBack);
    watchLogind();
    watchNetwork();
}

void WakeWatch::watchLogind()
{
    QDBusConnection bus = QDBusConnection::systemBus();
    if (!bus.isConnected())
        return; // a container or a bare system: the clocks tell as well
    bus.connect(QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"), QStringLiteral("org.freedesktop.login1.Manager"),
                QStringLiteral("PrepareForSleep"), this, SLOT(onPrepareForSleep(bool)));
}

void WakeWatch::watchNetwork()
{
    if (!QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability))
        return;
    connect(QNetworkInformation::instance(), &QNetworkInformation::reachabilityChanged, this, [this](QNetworkInformation::Reachability reachability) {
        qCInfo(lcWorkspace) << "network:" << reachability;
        if (reachability != QNetworkInformation::Reachability::Disconnected)
            announce();
    });
}

bool WakeWatch::wasAsleep(std::chrono::nanoseconds withSleep, std::chrono::nanoseconds withoutSleep)
{
    return withSleep - withoutSleep > 1500ms; // a busy computer reads the two clocks some milliseconds apart
}

void WakeWatch::onTick()
{
    const auto withSleep = clockNow(CLOCK_BOOTTIME);
    const auto withoutSleep = clockNow(CLOCK_MONOTONIC);
    if (wasAsleep(withSleep - m_withSleep, withoutSleep - m_withoutSleep)) {
        qCInfo(lcWorkspace) << "this computer slept";
        announce();
    }
    m_withSleep = withSleep;
    m_withoutSleep = withoutSleep;
}

void WakeWatch::onPrepareForSleep(bool goingToSleep)
{
    qCInfo(lcWorkspace) << (goingToSleep ? "going to sleep" : "awake again");
    if (!goingToSleep)
        announce();
}

void WakeWatch::announce()
{
    m_settle.start();
}

} // namespace nimbook::workspace
