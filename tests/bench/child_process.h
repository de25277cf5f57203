// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QStringList>

#include <chrono>
#include <optional>

#include <sys/types.h>

namespace nimbook::bench {

/// How a program's run ended, and what it took.
struct RunResult {
    enum class End { Well, Failed, TimeLimit, NotStarted };

    End end = End::NotStarted;
    double seconds = 0;    ///< from start to end of the process
    double cpuSeconds = 0; ///< user + system, of it and of the children it waited for
    qint64 peakKib = 0;    ///< its largest resident size, looked at five times a second
    QByteArray output;     ///< stdout
    QByteArray lastWords;  ///< the last line of stderr

    bool isWell() const { return end == End::Well; }
};

/// A program in a process group of its own, so that a time limit ends all of it. Ctrl-C ends the one that runs.
class ChildProcess {
public:
    ChildProcess() = default;
    ~ChildProcess(); ///< kills what still runs
    Q_DISABLE_COPY_MOVE(ChildProcess)

    /// \param input null: an empty stdin; the whole of it must fit a pipe's 64 KiB
    bool start(const QStringList &command, const QByteArray &input = {});
    /// Waits for the end; at the limit kills the group.
    RunResult wait(std::chrono::duration<double> limit);
    RunResult stop(); ///< asks it to end (SIGTERM), then waits for some seconds
    /// The next line of its stdout, without the newline; empty at the limit or at its end.
    QByteArray readLine(std::chrono::duration<double> limit);
    pid_t pid() const { return m_pid; }

private:
    RunResult collect(RunResult::End end);
    void drain();
    void notePeak();

    pid_t m_pid = -1;
    int m_stdin = -1; // of a companion: open as long as we live
    int m_stdout = -1;
    int m_stderr = -1;
    QByteArray m_output;
    QByteArray m_errors;
    std::chrono::steady_clock::time_point m_started;
    double m_endedAfter = 0;
    qint64 m_peakKib = 0;
};

RunResult runProgram(const QStringList &command, std::chrono::duration<double> limit, const QByteArray &input = {});
std::optional<QString> findProgram(const QString &name); ///< in PATH

void watchInterrupts(); ///< Ctrl-C and SIGTERM: the program under way is killed, and…
bool isInterrupted();   ///< …everything is left in order

} // namespace nimbook::bench
