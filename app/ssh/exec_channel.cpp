// SPDX-License-Identifier: Apache-2.0
#include "ssh/exec_channel.h"

#include <QCoreApplication>

#include <algorithm>

namespace nimbook::ssh {

static constexpr qint64 maxUnderway = 1024 * 1024; // a busy window must not let a chatty command fill the memory
static constexpr qint64 pieceSize = 64 * 1024;

static QString execText(const char *text)
{
    return QCoreApplication::translate("nimbook::ssh::RemoteCommand", text);
}

ExecChannel::ExecChannel(QString command, QByteArray input, QString machineName, std::optional<TerminalSize> terminal)
    : m_command(std::move(command)), m_input(std::move(input)), m_machineName(std::move(machineName)), m_terminal(terminal)
{
}

void ExecChannel::start(Link &link)
{
    m_channel = std::make_unique<Channel>(link);
}

ExecChannel::Harvest ExecChannel::pump()
{
    Harvest harvest;
    Channel::Step step = Channel::Step::Done;
    if (m_phase == Phase::Opening) {
        step = m_channel->openSession();
        if (step == Channel::Step::Done)
            m_phase = m_terminal ? Phase::Terminal : Phase::Requesting;
        harvest.refused = step == Channel::Step::Refused;
    }
    if (m_phase == Phase::Terminal) {
        step = m_channel->requestTerminal(*m_terminal);
        if (step == Channel::Step::Done)
            m_phase = Phase::Requesting;
        if (step == Channel::Step::Refused)
            harvest.end = failure(ErrorKind::RemoteCommandFailed,
                                  execText(QT_TRANSLATE_NOOP("nimbook::ssh::RemoteCommand", "%1 gives this user no terminal."))
                                      .arg(m_machineName),
                                  {}, m_channel->refusal());
    }
    if (m_phase == Phase::Requesting) {
        step = m_channel->requestExec(m_command);
        if (step == Channel::Step::Done)
            m_phase = Phase::Running;
        if (step == Channel::Step::Refused)
            harvest.end = failure(ErrorKind::RemoteCommandFailed,
                                  execText(QT_TRANSLATE_NOOP("nimbook::ssh::RemoteCommand", "%1 does not run commands for this user."))
                                      .arg(m_machineName),
                                  {}, m_channel->refusal());
    }
    if (m_phase != Phase::Running)
        return harvest; // a broken link ends every command from outside

    sendInput();
    harvest.output = take(Channel::Stream::Output);
    harvest.errorOutput = take(Channel::Stream::ErrorOutput);
    if (m_channel->isClosed())
        harvest.end = m_channel->exitStatus() ? Result<int>(*m_channel->exitStatus()) : Result<int>(noStatus());
    return harvest;
}

void ExecChannel::sendInput()
{
    while (m_inputSent < m_input.size()) {
        const qint64 taken = m_channel->write(m_input.constData() + m_inputSent,
                                              std::min<qint64>(pieceSize, m_input.size() - m_inputSent));
        if (taken < 0) {
            m_inputSent = m_input.size(); // the command is gone and will not read the rest
            return;
        }
        if (taken == 0)
            return;
        m_inputSent += taken;
    }
    if (!m_terminal)
        m_channel->sendEof();
    m_input.clear();
    m_inputSent = 0;
}

void ExecChannel::send(const QByteArray &input)
{
    m_input += input;
}

void ExecChannel::resize(const TerminalSize &size)
{
    m_terminal = size;
    if (m_phase == Phase::Running)
        m_channel->resizeTerminal(size);
}

QByteArray ExecChannel::take(Channel::Stream stream)
{
    QByteArray all;
    while (m_underway < maxUnderway) {
        QByteArray piece(pieceSize, Qt::Uninitialized);
        const qint64 count = m_channel->read(stream, piece.data(), piece.size());
        if (count <= 0)
            break;
        piece.truncate(count);
        m_underway += count;
        all += piece;
    }
    return all;
}

tl::unexpected<Error> ExecChannel::noStatus() const
{
    const QString signal = m_channel->exitSignal();
    if (signal.isEmpty())
        return failure(ErrorKind::RemoteCommandFailed,
                       execText(QT_TRANSLATE_NOOP("nimbook::ssh::RemoteCommand", "%1 ended the command without saying how it went."))
                           .arg(m_machineName));
    return failure(ErrorKind::RemoteCommandFailed,
                   execText(QT_TRANSLATE_NOOP("nimbook::ssh::RemoteCommand", "The command on %1 was ended by the signal %2."))
                       .arg(m_machineName, signal));
}

void ExecChannel::terminate()
{
    if (m_channel && m_phase == Phase::Running)
        m_channel->sendSignal("TERM");
}

} // namespace nimbook::ssh
