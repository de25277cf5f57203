// SPDX-License-Identifier: Apache-2.0
#include "transfer/throttle.h"

#include <algorithm>

namespace nimbook::transfer {
namespace {
constexpr std::chrono::milliseconds refillInterval{20};
constexpr double burst = 0.1; // seconds' worth of bytes that an idle bucket holds
}

Throttle::Throttle(QObject *parent) : QObject(parent), m_timer(this)
{
    m_timer.setInterval(refillInterval);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Throttle::refill);
}

void Throttle::setRate(qint64 bytesPerSecond)
{
    m_rate = std::max<qint64>(0, bytesPerSecond);
    m_tokens = double(m_rate) * burst;
    m_last = std::chrono::steady_clock::now();
    if (m_rate == 0)
        m_timer.stop();
    serve();
}

void Throttle::spend(qint64 bytes)
{
    m_turn = nullptr;
    if (m_rate == 0)
        return;
    if (!m_timer.isActive()) { // idle until now: full
        m_last = std::chrono::steady_clock::now();
        m_tokens = double(m_rate) * burst;
        m_timer.start();
    }
    m_tokens -= double(bytes);
}

void Throttle::lineUp(const void *who, std::function<void()> turn)
{
    const auto isThis = [who](const Waiting &waiting) { return waiting.who == who; };
    if (std::none_of(m_line.begin(), m_line.end(), isThis))
        m_line.push_back({who, std::move(turn)});
}

void Throttle::leave(const void *who)
{
    std::erase_if(m_line, [who](const Waiting &waiting) { return waiting.who == who; });
}

void Throttle::serve()
{
    while (!m_line.empty() && (m_rate == 0 || m_tokens > 0)) {
        const Waiting next = std::move(m_line.front()); // it may stand in line again at once
        m_line.pop_front();
        m_turn = next.who;
        next.turn();
        m_turn = nullptr;
    }
}

void Throttle::refill()
{
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - std::exchange(m_last, now);
    m_tokens = std::min(m_tokens + double(m_rate) * passed.count(), double(m_rate) * burst);
    if (m_tokens <= 0)
        return;
    serve();
    if (m_tokens >= double(m_rate) * burst) // nobody wants any
        m_timer.stop();
}

} // namespace nimbook::transfer
