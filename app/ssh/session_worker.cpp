// SPDX-License-Identifier: Apache-2.0
#include "ssh/session_worker.h"

#include <algorithm>

namespace nimbook::ssh {

// OpenSSH refuses the eleventh session channel of a connection (MaxSessions 10); the others wait here for their turn.
static constexpr int usualMaxChannels = 8;
static constexpr int keptForShort = 3; // shells and logs stay for hours; the opening of a notebook must not wait for their end

SessionWorker::SessionWorker(ConnectionSettings settings) : m_settings(std::move(settings)), m_maxChannels(usualMaxChannels) {}

SessionWorker::~SessionWorker()
{
    m_commands.clear();
}

void SessionWorker::open(quint64 epoch)
{
    m_epoch = epoch;
    if (m_link) {
        if (m_link->isLive())
            Q_EMIT opened(m_epoch, m_link->hostKey());
        return; // else the attempt under way answers
    }
    m_maxChannels = usualMaxChannels;
    m_link = new Link(m_settings, this);
    m_wasLive = false;
    connect(m_link, &Link::live, this, [this] {
        m_wasLive = true;
        Q_EMIT opened(m_epoch, m_link->hostKey());
        startWaiting();
    });
    connect(m_link, &Link::serviced, this, &SessionWorker::pump);
    connect(m_link, &Link::ended, this, &SessionWorker::onEnded);
    m_link->open();
}

void SessionWorker::onEnded(const Error &error)
{
    const HostKey presented = m_link->hostKey();
    const bool wasLive = m_wasLive;
    dropLink();
    failCommands(error);
    if (wasLive)
        Q_EMIT lost(m_epoch, error);
    else
        Q_EMIT openFailed(m_epoch, error, presented);
}

void SessionWorker::checkAlive()
{
    if (m_link)
        m_link->checkAlive();
}

void SessionWorker::close()
{
    if (!m_link)
        return;
    failCommands(Error{ErrorKind::Cancelled, tr("The SSH session was closed."), {}, {}, {}});
    dropLink();
}

void SessionWorker::dropLink()
{
    m_link->disconnect(this);
    m_link->deleteLater();
    m_link = nullptr;
}

void SessionWorker::run(quint64 id, const QString &command, const QByteArray &input, std::optional<TerminalSize> terminal, bool lasting)
{
    if (!m_link) {
        Q_EMIT commandEnded(id, failure(ErrorKind::Network, tr("There is no SSH connection to %1.").arg(m_settings.machineName),
                                        tr("Connect first.")));
        return;
    }
    m_commands.emplace(id, Command{std::make_unique<ExecChannel>(command, input, m_settings.machineName, terminal), lasting});
    if (m_link->isLive())
        startWaiting();
}

void SessionWorker::send(quint64 id, const QByteArray &input)
{
    const auto found = m_commands.find(id);
    if (found == m_commands.end())
        return;
    found->second.channel->send(input);
    if (m_link)
        m_link->wake();
}

void SessionWorker::resize(quint64 id, const TerminalSize &size)
{
    const auto found = m_commands.find(id);
    if (found == m_commands.end())
        return;
    found->second.channel->resize(size);
    if (m_link)
        m_link->wake();
}

void SessionWorker::abandon(quint64 id)
{
    const auto found = m_commands.find(id);
    if (found == m_commands.end())
        return;
    found->second.channel->terminate();
    m_commands.erase(found);
    if (m_link)
        m_link->wake();
}

void SessionWorker::consumed(quint64 id, qint64 bytes)
{
    const auto found = m_commands.find(id);
    if (found == m_commands.end())
        return;
    found->second.channel->consumed(bytes);
    m_link->wake();
}

int SessionWorker::runningCommands() const
{
    return int(std::count_if(m_commands.begin(), m_commands.end(), [](const auto &entry) { return entry.second.channel->hasStarted(); }));
}

void SessionWorker::startWaiting()
{
    int running = runningCommands();
    auto lasting = std::count_if(m_commands.begin(), m_commands.end(),
                                 [](const auto &entry) { return entry.second.lasting && entry.second.channel->hasStarted(); });
    const int mostLasting = std::max(1, m_maxChannels - keptForShort);
    for (auto &[id, command] : m_commands) {
        if (command.channel->hasStarted())
            continue;
        if (running < m_maxChannels && (!command.lasting || lasting < mostLasting)) {
            command.channel->start(*m_link);
            ++running;
            lasting += command.lasting;
            m_link->wake();
            if (command.toldToWait)
                Q_EMIT commandWaits(id, false);
        } else if (!std::exchange(command.toldToWait, true)) {
            Q_EMIT commandWaits(id, true);
        }
    }
}

void SessionWorker::pump()
{
    for (auto it = m_commands.begin(); it != m_commands.end();) {
        if (!it->second.channel->hasStarted()) {
            ++it;
            continue;
        }
        ExecChannel::Harvest harvest = it->second.channel->pump();
        if (harvest.refused) {
            const int others = runningCommands() - 1;
            if (others > 0) { // this server allows fewer at once than usual: wait for one of them to end
                m_maxChannels = others;
                it->second.channel->reset();
                ++it;
                continue;
            }
            harvest.end = failure(ErrorKind::RemoteCommandFailed, tr("%1 does not let this user run commands.").arg(m_settings.machineName));
        }
        if (!harvest.output.isEmpty() || !harvest.errorOutput.isEmpty())
            Q_EMIT outputReceived(it->first, harvest.output, harvest.errorOutput);
        if (!harvest.end) {
            ++it;
            continue;
        }
        Q_EMIT commandEnded(it->first, *harvest.end);
        it = m_commands.erase(it);
    }
    startWaiting();
}

void SessionWorker::failCommands(const Error &error)
{
    const auto commands = std::exchange(m_commands, {});
    for (const auto &[id, command] : commands)
        Q_EMIT commandEnded(id, failure(error));
}

} // namespace nimbook::ssh
