// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace nimbook::transfer {

/// How long a machine may be silent while it owes answers. Shared by all that ask one machine: the megabytes that one lane has under way
/// on a slow line, and the big file that one of its programs brings to the disk, keep the others waiting. One thread.
class Patience {
public:
    using Time = std::chrono::milliseconds;

    explicit Patience(Time silence = std::chrono::seconds(60)) : m_silence(silence) {}

    /// A request is under way until the same is taken off again.
    /// \param bytes that travel for it
    /// \param extra what it may take besides, however fast the line
    void add(qint64 bytes, Time extra);
    void takeOff(qint64 bytes, Time extra) { add(-bytes, -extra); }

    Time silence() const { return m_silence; } ///< when nothing is under way that takes long
    Time allowed() const;                      ///< now

    static Time forDisk(qint64 bytes); ///< to read so much from a slow disk, or to bring it there

private:
    Time m_silence;
    qint64 m_bytes = 0;
    Time m_extra{0};
};

/// Tells when one program on the machine has been silent for too long. A machine that is held up here, and the bytes that wait
/// meanwhile, are no silence: time is counted in turns of the event loop. Thread: the one that made it.
class SilenceWatch {
public:
    using Owed = std::function<std::optional<Patience::Time>()>;

    /// \param owed what it may take besides; nothing: no answer is owed
    /// \param onSilence once; the last thing that it does, so that it may end the watch
    SilenceWatch(std::shared_ptr<Patience> patience, Owed owed, std::function<void()> onSilence);
    Q_DISABLE_COPY_MOVE(SilenceWatch)

    void expect(); ///< an answer is owed from now on
    void heard() { m_silent = {}; }
    std::chrono::seconds waited() const { return std::chrono::duration_cast<std::chrono::seconds>(m_silent); }

private:
    void look();

    std::shared_ptr<Patience> m_patience;
    Owed m_owed;
    std::function<void()> m_onSilence;
    Patience::Time m_silent{0};
    QTimer m_timer;
};

} // namespace nimbook::transfer
