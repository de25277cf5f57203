// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>

namespace nimbook::transfer {

/// Bytes per second that several lanes share: a bucket that refills. Time is passed in by nobody: it looks at a monotonic clock.
/// Whoever finds it empty stands in line and gets one piece at a time, so that a large file on one lane does not starve the others.
class Throttle : public QObject {
    Q_OBJECT
public:
    explicit Throttle(QObject *parent = nullptr);

    void setRate(qint64 bytesPerSecond); ///< 0: no limit
    qint64 rate() const { return m_rate; }
    bool mayTake(const void *who) const { return m_rate == 0 || (m_tokens > 0 && (m_line.empty() || m_turn == who)); }
    void spend(qint64 bytes); ///< may go below nothing: the debt is waited for

    /// \a turn is called when it is that of \a who: it takes a piece, and stands in line again for the next.
    void lineUp(const void *who, std::function<void()> turn);
    void leave(const void *who);

private:
    struct Waiting {
        const void *who;
        std::function<void()> turn;
    };

    void refill();
    void serve();

    qint64 m_rate = 0;
    double m_tokens = 0;
    std::chrono::steady_clock::time_point m_last{};
    std::deque<Waiting> m_line; ///< empty while there is something in the bucket
    const void *m_turn = nullptr;
    QTimer m_timer;
};

} // namespace nimbook::transfer
