// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace nimbook::cli {

namespace {

// A handler and a pipe, not signalfd: a blocked mask would be inherited by every program that is started.
int pipeEnds[2] = {-1, -1};
volatile std::sig_atomic_t signalsSeen = 0;

void onSignal(int)
{
    signalsSeen = signalsSeen + 1;
    if (signalsSeen > 1)
        ::_exit(130);
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = ::write(pipeEnds[1], &byte, 1);
}

int openPipe()
{
    if (pipeEnds[0] < 0 && ::pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("nimbookctl: no pipe for signals");
    return pipeEnds[0];
}

} // namespace

Interrupts::Interrupts(QObject *parent) : QObject(parent), m_notifier(openPipe(), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        if (::read(pipeEnds[0], &byte, 1) == 1)
            Q_EMIT asked();
    });
    struct sigaction action {};
    action.sa_handler = onSignal;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::sigaction(number, &action, nullptr);
}

Interrupts::~Interrupts()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, SIG_DFL);
}

} // namespace nimbook::cli
