// SPDX-License-Identifier: Apache-2.0
#include "bench/child_process.h"

#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace nimbook::bench {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

static std::atomic<pid_t> runningGroup{-1};
static std::atomic<bool> interrupted{false};

void watchInterrupts()
{
    const auto onSignal = [](int) {
        interrupted = true;
        if (runningGroup > 0)
            ::kill(-runningGroup, SIGKILL);
    };
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
}

bool isInterrupted()
{
    return interrupted;
}

ChildProcess::~ChildProcess()
{
    if (m_pid > 0) {
        ::kill(-m_pid, SIGKILL);
        collect(RunResult::End::Failed);
    }
    for (int fd : {m_stdin, m_stdout, m_stderr}) {
        if (fd >= 0)
            ::close(fd);
    }
}

bool ChildProcess::start(const QStringList &command, const QByteArray &input)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
        return false;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes, 0);

    std::vector<QByteArray> words;
    for (const QString &word : command)
        words.push_back(word.toLocal8Bit());
    std::vector<char *> arguments;
    for (QByteArray &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    m_started = SteadyClock::now();
    const int rc = ::posix_spawnp(&m_pid, arguments[0], &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    for (int fd : {in[0], out[1], err[1]})
        ::close(fd);
    m_stdin = in[1];
    m_stdout = out[0];
    m_stderr = err[0];
    for (int fd : {m_stdout, m_stderr})
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
    if (rc != 0) {
        m_pid = -1;
        return false;
    }
    runningGroup = m_pid;
    if (!input.isNull()) {
        if (::write(m_stdin, input.constData(), size_t(input.size())) != input.size())
            return false;
        ::close(std::exchange(m_stdin, -1));
    }
    return true;
}

void ChildProcess::drain()
{
    char buffer[16 * 1024];
    for (ssize_t count; (count = ::read(m_stdout, buffer, sizeof buffer)) > 0;)
        m_output.append(buffer, count);
    for (ssize_t count; (count = ::read(m_stderr, buffer, sizeof buffer)) > 0;)
        m_errors = (m_errors + QByteArray(buffer, count)).right(4096);
}

QByteArray ChildProcess::readLine(std::chrono::duration<double> limit)
{
    const auto end = SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(limit);
    for (;;) {
        drain();
        if (const qsizetype newline = m_output.indexOf('\n'); newline >= 0) {
            const QByteArray line = m_output.left(newline);
            m_output.remove(0, newline + 1);
            return line;
        }
        pollfd poll{m_stdout, POLLIN, 0};
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
        if (left <= 0ms || ::poll(&poll, 1, int(left.count()) + 1) < 0 || (poll.revents & POLLHUP && !(poll.revents & POLLIN)))
            return {};
    }
}

// Not rusage's figure: that begins with our own size, which the child has until it becomes another program.
void ChildProcess::notePeak()
{
    QFile status(QStringLiteral("/proc/%1/status").arg(m_pid));
    if (!status.open(QIODevice::ReadOnly))
        return;
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("VmHWM:");
    if (at >= 0)
        m_peakKib = std::max(m_peakKib, text.mid(at + 6).simplified().split(' ').value(0).toLongLong());
}

RunResult ChildProcess::wait(std::chrono::duration<double> limit)
{
    if (m_pid <= 0)
        return {};
    const auto end = m_started + std::chrono::duration_cast<SteadyClock::duration>(limit);
    const int handle = int(::syscall(SYS_pidfd_open, m_pid, 0)); // wait4() has no time limit
    auto ending = RunResult::End::Well;
    for (bool over = false; !over;) {
        pollfd polls[3] = {{handle, POLLIN, 0}, {m_stdout, POLLIN, 0}, {m_stderr, POLLIN, 0}};
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
        notePeak();
        ::poll(polls, 3, std::clamp<int>(int(left.count()) + 1, 0, 200));
        over = polls[0].revents & POLLIN;
        m_endedAfter = std::chrono::duration<double>(SteadyClock::now() - m_started).count();
        drain();
        if (!over && polls[1].revents == POLLHUP && polls[2].revents == POLLHUP)
            ::poll(polls, 1, std::clamp<int>(int(left.count()) + 1, 0, 200)); // no more words: only its end is waited for
        if (!over && left < 0ms) {
            ending = RunResult::End::TimeLimit;
            ::kill(-m_pid, SIGKILL);
            over = true;
        }
    }
    ::close(handle);
    return collect(ending);
}

RunResult ChildProcess::stop()
{
    if (m_pid <= 0)
        return {};
    ::kill(-m_pid, SIGTERM);
    RunResult result = wait(std::chrono::duration<double>(SteadyClock::now() - m_started) + 5s);
    if (result.end == RunResult::End::Failed)
        result.end = RunResult::End::Well; // it did what was asked
    return result;
}

RunResult ChildProcess::collect(RunResult::End ending)
{
    RunResult result;
    int status = 0;
    rusage usage{};
    while (::wait4(m_pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    runningGroup = -1;
    m_pid = -1;
    drain();
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    result.end = ending == RunResult::End::Well && !(WIFEXITED(status) && WEXITSTATUS(status) == 0) ? RunResult::End::Failed : ending;
    result.seconds = m_endedAfter;
    result.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    result.peakKib = m_peakKib;
    result.output = m_output;
    result.lastWords = m_errors.trimmed().split('\n').last();
    if (WIFSIGNALED(status))
        result.lastWords += " [signal " + QByteArray::number(WTERMSIG(status)) + ']';
    return result;
}

RunResult runProgram(const QStringList &command, std::chrono::duration<double> limit, const QByteArray &input)
{
    if (isInterrupted())
        return {};
    ChildProcess process;
    if (!process.start(command, input.isNull() ? QByteArray("") : input))
        return {};
    return process.wait(limit);
}

std::optional<QString> findProgram(const QString &name)
{
    const QString path = QStandardPaths::findExecutable(name);
    return path.isEmpty() ? std::nullopt : std::optional(path);
}

} // namespace nimbook::bench
