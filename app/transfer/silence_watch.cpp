// SPDX-License-Identifier: Apache-2.0
#include "transfer/silence_watch.h"

#include <algorithm>

namespace nimbook::transfer {
namespace {
constexpr qint64 bytesPerSilence = 4 * 1024 * 1024; // 70 kB/s: what one lane has under way may stand before another's answer
constexpr qint64 slowestDisk = 4 * 1024; // bytes in a millisecond: a small standard disk, with something else at work on it
constexpr int looksPerSilence = 8;
} // namespace

void Patience::add(qint64 bytes, Time extra)
{
    m_bytes += bytes;
    m_extra += extra;
}

Patience::Time Patience::allowed() const
{
    return m_silence + m_silence * m_bytes / bytesPerSilence + m_extra;
}

Patience::Time Patience::forDisk(qint64 bytes)
{
    return Time(bytes / slowestDisk);
}

SilenceWatch::SilenceWatch(std::shared_ptr<Patience> patience, Owed owed, std::function<void()> onSilence)
    : m_patience(std::move(patience)), m_owed(std::move(owed)), m_onSilence(std::move(onSilence))
{
    m_timer.setInterval(std::max(m_patience->silence() / looksPerSilence, Patience::Time(1)));
    m_timer.callOnTimeout(&m_timer, [this] { look(); });
}

void SilenceWatch::expect()
{
    if (m_timer.isActive())
        return;
    m_silent = {};
    m_timer.start();
}

void SilenceWatch::look()
{
    const auto extra = m_owed();
    if (!extra) {
        m_timer.stop();
        return;
    }
    m_silent += m_timer.intervalAsDuration();
    if (m_silent < m_patience->allowed() + *extra)
        return;
    m_timer.stop();
    const auto onSilence = m_onSilence; // which may end us
    onSilence();
}

} // namespace nimbook::transfer
