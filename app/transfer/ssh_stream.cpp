// SPDX-License-Identifier: Apache-2.0
#include "transfer/ssh_stream.h"

namespace nimbook::transfer {

SshStream::SshStream(ssh::Link &link, QString command)
    : m_link(&link), m_command(std::move(command)), m_channel(link), m_buffer(64 * 1024, Qt::Uninitialized)
{
    connect(&link, &ssh::Link::serviced, this, &SshStream::onServiced);
    connect(&link, &ssh::Link::ended, this, &SshStream::close);
    link.wake();
}

qsizetype SshStream::write(QByteArrayView bytes)
{
    qsizetype total = 0;
    while (m_phase == Phase::Open && total < bytes.size()) {
        const qint64 taken = m_channel.write(bytes.data() + total, bytes.size() - total);
        if (taken <= 0) // -1 as well: the end is told by the link or by the channel itself
            break;
        total += taken;
    }
    m_wantsRoom = total < bytes.size();
    if (m_link)
        m_link->wake();
    return total;
}

void SshStream::onServiced()
{
    if (m_phase == Phase::Opening || m_phase == Phase::Requesting)
        open();
    if (m_phase != Phase::Open)
        return;
    readAll();
    if (m_phase == Phase::Open && m_wantsRoom && m_channel.canWrite() && onWritable)
        onWritable();
    if (m_phase == Phase::Open && (m_channel.atEnd() || m_channel.isClosed()))
        close(Error{ErrorKind::Network, tr("The file service of %1 ended.").arg(m_link ? m_link->settings().machineName : QString()),
                    tr("Try again."), QStringLiteral("sftp channel closed by the far side"), {}});
}

void SshStream::open()
{
    using Step = ssh::Channel::Step;
    Step step = Step::Done;
    if (m_phase == Phase::Opening) {
        step = m_channel.openSession();
        if (step == Step::Done)
            m_phase = Phase::Requesting;
    }
    if (m_phase == Phase::Requesting && step == Step::Done) {
        step = m_command.isEmpty() ? m_channel.requestSubsystem(QStringLiteral("sftp")) : m_channel.requestExec(m_command);
        if (step == Step::Done)
            m_phase = Phase::Open;
    }
    if (step == Step::Refused)
        closeRefused();
}

void SshStream::readAll()
{
    for (;;) {
        const qint64 count = m_channel.read(ssh::Channel::Stream::Output, m_buffer.data(), m_buffer.size());
        if (count <= 0)
            break;
        if (onReceived)
            onReceived(QByteArrayView(m_buffer.constData(), count));
        if (m_phase != Phase::Open)
            return;
    }
    // What sftp-server complains about must be taken out of the way, or the window closes over it.
    while (m_channel.read(ssh::Channel::Stream::ErrorOutput, m_buffer.data(), m_buffer.size()) > 0) {
    }
}

void SshStream::close(const Error &error)
{
    if (m_phase == Phase::Closed)
        return;
    m_phase = Phase::Closed;
    if (onClosed)
        onClosed(error);
}

void SshStream::closeRefused()
{
    const QString machine = m_link ? m_link->settings().machineName : QString();
    if (!m_command.isEmpty()) {
        close(Error{ErrorKind::Unsupported, tr("%1 does not run another command now.").arg(machine), {}, m_channel.refusal(), {}});
        return;
    }
    close(Error{ErrorKind::Unsupported,
                tr("%1 does not offer SFTP to this user.").arg(machine),
                tr("The sshd_config of the machine needs a line \"Subsystem sftp\"."), m_channel.refusal(), {}});
}

} // namespace nimbook::transfer
