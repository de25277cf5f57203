// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace nimbook::transfer {

/// Bytes per second that several lanes share: a bucket that refills. Time is passed in by nobody: it looks at a monotonic clock.
class Throttle : public QObject {
    Q_OBJECT
public:
    explicit Throttle(QObject *parent = nullptr);

    void setRate(qint64 bytesPerSecond); ///< 0: no limit
    qint64 rate() const { return m_rate; }
    bool isOpen() const { return m_rate == 0 || m_tokens > 0; }
    void spend(qint64 bytes); ///< may go below nothing: the debt is waited for

Q_SIGNALS:
    void opened();

private:
    void refill();

    qint64 m_rate = 0;
    double m_tokens = 0;
    std::chrono::steady_clock::time_point m_last{};
    QTimer m_timer;
};

} // namespace nimbook::transfer
