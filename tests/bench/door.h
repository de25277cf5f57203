// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/child_process.h"
#include "bench/place.h"

#include <memory>

namespace nimbook::bench {

/// A running tunnel of one kind to a port of the machine's loopback, in a process of its own.
class Door {
public:
    enum class Kind { Ours, OpenSsh };

    /// Starts it and does not wait: port() may not listen yet.
    Door(Kind kind, const Place &place, quint16 farPort);

    Kind kind() const { return m_kind; }
    quint16 port() const { return m_port; } ///< 0: it did not start
    std::chrono::steady_clock::time_point started() const { return m_started; }
    double cpuSeconds() const; ///< of its process until now
    RunResult stop() { return m_process.stop(); }

private:
    Kind m_kind;
    std::chrono::steady_clock::time_point m_started;
    ChildProcess m_process;
    quint16 m_port = 0;
};

} // namespace nimbook::bench
