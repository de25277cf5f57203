// SPDX-License-Identifier: Apache-2.0
#include "sandbox/process_watch.h"

#include <csignal>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace nimbook::sandbox {

namespace {

// A handler, not signalfd: a blocked mask would be inherited by every machine that is started.
int wakeUpFd[2] = {-1, -1};

void onSignal(int)
{
    const char one = 1;
    [[maybe_unused]] const auto written = ::write(wakeUpFd[0], &one, 1);
}

} // namespace

ProcessWatch::ProcessWatch()
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, wakeUpFd) != 0)
        return;
    m_signalFd = wakeUpFd[1];
    m_signalNotifier = std::make_unique<QSocketNotifier>(m_signalFd, QSocketNotifier::Read);
    connect(m_signalNotifier.get(), &QSocketNotifier::activated, this, [this] {
        char drained = 0;
        [[maybe_unused]] const auto got = ::read(m_signalFd, &drained, 1);
        Q_EMIT terminationAsked();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

ProcessWatch::~ProcessWatch()
{
    if (m_processFd >= 0)
        ::close(m_processFd);
}

bool ProcessWatch::watchProcess(qint64 pid)
{
    m_processFd = int(::syscall(SYS_pidfd_open, pid_t(pid), 0));
    if (m_processFd < 0)
        return false;
    m_processNotifier = std::make_unique<QSocketNotifier>(m_processFd, QSocketNotifier::Read);
    connect(m_processNotifier.get(), &QSocketNotifier::activated, this, [this] {
        m_processNotifier->setEnabled(false); // it stays readable for ever
        Q_EMIT parentEnded();
    });
    return true;
}

} // namespace nimbook::sandbox
