// SPDX-License-Identifier: Apache-2.0
#include "ssh/channel.h"

#include "ssh/link.h"

#include <algorithm>

namespace nimbook::ssh {

static constexpr qint64 bulkBytes = 1024 * 1024; // received: who got so much will want more

// The callbacks only take note: libssh calls them from inside its own reads and writes, where it must not be called again.

int Channel::onData(ssh_session, ssh_channel, void *, uint32_t, int isError, void *self)
{
    auto *channel = static_cast<Channel *>(self);
    (isError ? channel->m_hasErrorOutput : channel->m_hasOutput) = true;
    return 0; // the bytes stay in libssh's buffer, which its window bounds
}

void Channel::onEof(ssh_session, ssh_channel, void *self)
{
    static_cast<Channel *>(self)->m_remoteEof = true;
}

void Channel::onClose(ssh_session, ssh_channel, void *self)
{
    auto *channel = static_cast<Channel *>(self);
    channel->m_remoteEof = true;
    channel->m_remoteClosed = true;
}

void Channel::onExitStatus(ssh_session, ssh_channel, int status, void *self)
{
    static_cast<Channel *>(self)->m_exitStatus = status;
}

void Channel::onExitSignal(ssh_session, ssh_channel, const char *signal, int, const char *, const char *, void *self)
{
    static_cast<Channel *>(self)->m_exitSignal = QString::fromUtf8(signal);
}

Channel::Channel(Link &link) : m_link(&link), m_session(link.session())
{
    if (!link.isLive())
        return;
    m_channel = ssh_channel_new(m_session.get());
    if (!m_channel)
        return;
    m_callbacks.userdata = this;
    m_callbacks.channel_data_function = &Channel::onData;
    m_callbacks.channel_eof_function = &Channel::onEof;
    m_callbacks.channel_close_function = &Channel::onClose;
    m_callbacks.channel_exit_status_function = &Channel::onExitStatus;
    m_callbacks.channel_exit_signal_function = &Channel::onExitSignal;
    ssh_callbacks_init(&m_callbacks);
    ssh_add_channel_callbacks(m_channel, &m_callbacks);
}

Channel::~Channel()
{
    if (!m_channel)
        return;
    // A freed channel lives on in libssh until the far side has closed it as well.
    ssh_remove_channel_callbacks(m_channel, &m_callbacks);
    const bool linkLives = m_link && m_link->isLive();
    if (linkLives && m_hasWideWindow)
        m_link->returnWideWindow();
    if (linkLives && m_opening)
        m_link->adoptOpeningChannel(m_channel);
    else if (linkLives)
        Link::closeAndFree(m_channel);
    else
        ssh_channel_free(m_channel);
    if (linkLives)
        m_link->wake();
}

Channel::Step Channel::stepOf(int rc)
{
    if (rc == SSH_AGAIN)
        return Step::Again;
    if (rc == SSH_OK)
        return Step::Done;
    m_refusal = lastError(m_session);
    const bool broken = ssh_get_status(m_session.get()) & (SSH_CLOSED | SSH_CLOSED_ERROR);
    return m_link && m_link->isLive() && !broken ? Step::Refused : Step::Broken;
}

Channel::Step Channel::openSession()
{
    if (!m_channel)
        return Step::Broken;
    const Step step = stepOf(ssh_channel_open_session(m_channel));
    m_opening = step == Step::Again;
    if (step == Step::Done)
        onOpened();
    return step;
}

Channel::Step Channel::openForward(const QString &host, quint16 port, quint16 fromPort)
{
    using namespace std::chrono;
    if (!m_channel)
        return Step::Broken;
    if (!m_opening)
        m_openingSince = steady_clock::now();
    const Step step = stepOf(ssh_channel_open_forward(m_channel, host.toUtf8().constData(), port, "127.0.0.1", fromPort));
    m_opening = step == Step::Again;
    if (step == Step::Done && m_link) {
        m_link->noteAnswerTime(duration_cast<microseconds>(steady_clock::now() - m_openingSince));
        onOpened();
    }
    return step;
}

void Channel::onOpened()
{
    // Before anything came: the first bytes would else wait a round trip behind libssh's 64 kB.
    m_window = m_link && m_link->isLive() ? m_link->commonWindow() : 0;
    if (m_window > 0)
        askForWindow();
}

Channel::Step Channel::requestTerminal(const TerminalSize &size)
{
    return m_channel ? stepOf(ssh_channel_request_pty_size(m_channel, "xterm-256color", size.columns, size.rows)) : Step::Broken;
}

void Channel::resizeTerminal(const TerminalSize &size)
{
    if (m_channel && m_link && m_link->isLive() && !m_opening && !m_remoteClosed)
        ssh_channel_change_pty_size(m_channel, size.columns, size.rows);
}

Channel::Step Channel::requestExec(const QString &command)
{
    return m_channel ? stepOf(ssh_channel_request_exec(m_channel, command.toUtf8().constData())) : Step::Broken;
}

Channel::Step Channel::requestSubsystem(const QString &name)
{
    return m_channel ? stepOf(ssh_channel_request_subsystem(m_channel, name.toUtf8().constData())) : Step::Broken;
}

bool Channel::canWrite() const
{
    return m_channel && m_link && m_link->isLive() && !m_remoteClosed && !m_eofSent
        && ssh_channel_window_size(m_channel) > 0 && !m_link->isCongested();
}

qint64 Channel::write(const char *data, qint64 size)
{
    if (!m_channel || !m_link || !m_link->isLive() || m_remoteClosed || m_eofSent)
        return -1;
    if (!canWrite())
        return 0;
    // No more than the window: libssh waits for the rest to fit, and in nonblocking mode that is a busy loop.
    const auto fits = uint32_t(std::min<qint64>(size, ssh_channel_window_size(m_channel)));
    m_link->noteWrite(fits);
    const int taken = ssh_channel_write(m_channel, data, fits);
    return taken < 0 ? -1 : taken;
}

void Channel::sendEof()
{
    if (!m_channel || m_eofSent || m_remoteClosed)
        return;
    m_eofSent = true;
    ssh_channel_send_eof(m_channel);
    if (m_link)
        m_link->wake();
}

void Channel::sendSignal(const char *name)
{
    if (m_channel && m_link && m_link->isLive() && !m_opening && !m_remoteClosed)
        ssh_channel_request_send_signal(m_channel, name);
}

qint64 Channel::read(Stream stream, char *buffer, qint64 size)
{
    const int isError = stream == Stream::ErrorOutput;
    bool &has = isError ? m_hasErrorOutput : m_hasOutput;
    if (!m_channel || !m_link || !m_link->isLive())
        return -1;
    if (!isError && !m_surplus.isEmpty()) {
        const qint64 taken = std::min<qint64>(size, m_surplus.size());
        std::copy_n(m_surplus.constData(), taken, buffer);
        m_surplus.remove(0, taken);
        return taken;
    }
    if (!has || size <= 0)
        return 0;
    const int count = ssh_channel_read_timeout(m_channel, buffer, uint32_t(size), isError, 0);
    if (count == SSH_ERROR)
        return -1;
    if (count < size)
        has = false; // this was all; onData sets it again
    if (count <= 0)
        return 0;
    m_received += count;
    if (!isError && !has && m_received >= m_widenAt)
        widen();
    return count;
}

void Channel::widen()
{
    if (m_window == 0)
        m_window = m_link->commonWindow();
    if (m_window > 0 && !m_hasWideWindow && m_received >= bulkBytes) {
        if (const quint32 wide = m_link->takeWideWindow()) {
            m_window = wide;
            m_hasWideWindow = true;
        }
    }
    m_widenAt = m_received + bulkBytes;
    if (m_window > 0)
        askForWindow();
}

void Channel::askForWindow()
{
    m_widenAt = m_received + m_window / 4;
    const int count = ssh_channel_read_timeout(m_channel, m_link->wideBuffer(), m_window, 0, 0);
    m_hasOutput = false; // it asked for more than there can be
    if (count > 0) {
        m_received += count;
        m_surplus = QByteArray(m_link->wideBuffer(), count);
    }
}

bool Channel::atEnd() const
{
    return !m_channel || (m_remoteEof && !hasInput());
}

bool Channel::isClosed() const
{
    return !m_channel || (m_remoteClosed && !hasInput());
}

} // namespace nimbook::ssh
