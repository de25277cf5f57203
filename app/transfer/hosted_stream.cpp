// SPDX-License-Identifier: Apache-2.0
#include "transfer/hosted_stream.h"

#include "transfer/file_errors.h"

namespace nimbook::transfer {

using Step = ssh::Channel::Step;

HostedStream::HostedStream(ssh::Link &link, QString command, std::shared_ptr<StreamPipes> pipes)
    : m_link(link), m_command(std::move(command)), m_pipes(std::move(pipes)), m_channel(link), m_buffer(64 * 1024, Qt::Uninitialized)
{
}

HostedStream::Outcome HostedStream::serve()
{
    if (open() == Step::Refused)
        return refused();
    Outcome outcome;
    if (m_phase == Phase::Opening)
        return outcome;
    send(outcome); // while the request is under way as well: what it starts finds its input there
    if (m_phase == Phase::Requesting)
        return outcome;
    receive(outcome);
    if (m_received.isEmpty() && (m_channel.atEnd() || m_channel.isClosed()))
        outcome.ended = Error{ErrorKind::Network, transferText("The file service of %1 ended.").arg(m_link.settings().machineName),
                              transferText("Try again."), QStringLiteral("channel closed by the far side"), {}};
    return outcome;
}

Step HostedStream::open()
{
    using namespace std::chrono;
    Step step = Step::Done;
    if (m_phase == Phase::Opening) {
        step = m_channel.openSession();
        if (step == Step::Done) {
            m_phase = Phase::Requesting;
            m_requested = steady_clock::now();
        }
    }
    if (m_phase == Phase::Requesting && step == Step::Done) {
        step = m_command.isEmpty() ? m_channel.requestSubsystem(QStringLiteral("sftp")) : m_channel.requestExec(m_command);
        if (step == Step::Done) {
            m_phase = Phase::Open;
            m_link.noteAnswerTime(duration_cast<microseconds>(steady_clock::now() - m_requested));
        }
    }
    return step;
}

void HostedStream::send(Outcome &outcome)
{
    for (;;) {
        if (m_sent == m_outgoing.size()) {
            m_sent = 0;
            if (m_pipes->toMachine.take(m_outgoing))
                outcome.wakeUser = true;
            if (m_outgoing.isEmpty())
                return;
        }
        const qint64 taken = m_channel.write(m_outgoing.constData() + m_sent, m_outgoing.size() - m_sent);
        if (taken <= 0) // -1 as well: the end is told by the link or by the channel itself
            return;
        m_sent += taken;
    }
}

void HostedStream::receive(Outcome &outcome)
{
    for (;;) {
        if (m_received.isEmpty()) {
            const qint64 count = m_channel.read(ssh::Channel::Stream::Output, m_buffer.data(), m_buffer.size());
            if (count <= 0)
                break;
            m_received = QByteArrayView(m_buffer.constData(), count);
        }
        const auto put = m_pipes->fromMachine.put(m_received);
        m_received = m_received.sliced(put.taken);
        outcome.wakeUser = outcome.wakeUser || put.wakeReader;
        if (!m_received.isEmpty())
            return;
    }
    // What sftp-server complains about must be taken out of the way, or the window closes over it.
    char complaint[1024];
    while (m_channel.read(ssh::Channel::Stream::ErrorOutput, complaint, sizeof complaint) > 0) {
    }
}

HostedStream::Outcome HostedStream::refused() const
{
    const QString machine = m_link.settings().machineName;
    if (!m_command.isEmpty())
        return {false, Error{ErrorKind::Unsupported, transferText("%1 does not run another command now.").arg(machine), {}, m_channel.refusal(), {}}};
    return {false, Error{ErrorKind::Unsupported, transferText("%1 does not offer SFTP to this user.").arg(machine),
                         transferText("The sshd_config of the machine needs a line \"Subsystem sftp\"."), m_channel.refusal(), {}}};
}

} // namespace nimbook::transfer
