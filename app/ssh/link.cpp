// SPDX-License-Identifier: Apache-2.0
#include "ssh/link.h"

#include "base/logging.h"
#include "ssh/host_key_check.h"
#include "ssh/link_session.h"
#include "ssh/tcp_dialer.h"

#include <QAbstractEventDispatcher>
#include <QFile>

#include <fcntl.h>
#include <libssh/server.h> // only for ssh_send_keepalive()
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace nimbook::ssh {

// One poll of libssh takes 4 KiB off the socket (0.10 … 0.12); so many are done before the channels get their turn.
static constexpr int pollsPerService = 64;
// What comes at such a rate may come in pieces of this size: below, the far side's every packet of 32 kB would wake us up.
static constexpr quint64 bulkTurn = 128 * 1024; // bytes of one turn
static constexpr std::chrono::milliseconds bulkPatience{1}; // the last piece is smaller
static constexpr qint64 smallWrite = 2048; // bytes; what is larger fills segments by itself
static constexpr int silentTicksUntilDead = 3;
static constexpr std::chrono::milliseconds suspicion{1500}; // a far side that is there answers within a few round trips
static constexpr quint32 wideWindow = 16 * 1024 * 1024;
static constexpr quint32 usualWindow = 2 * 1024 * 1024;
static constexpr int maxWideWindows = 8; // readers that stall may leave so many in memory; a page has six connections
static constexpr std::chrono::microseconds materialRoundTrip{20'000};

Link::Link(ConnectionSettings settings, QObject *parent) : QObject(parent), m_settings(std::move(settings))
{
    if (m_settings.machineName.isEmpty())
        m_settings.machineName = m_settings.host;
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        end(ErrorKind::Timeout,
            tr("%1 did not answer within %n s.", nullptr, int(m_settings.connectTimeout.count() / 1000)).arg(place()),
            tr("If the machine is just starting, try again in a moment; else check that a firewall rule lets SSH through."),
            QStringLiteral("no end of connect after %1 ms, phase %2").arg(m_settings.connectTimeout.count()).arg(int(m_phase)));
    });
    connect(&m_keepAlive, &QTimer::timeout, this, &Link::onKeepAlive);
    m_bulkPause.setSingleShot(true);
    m_bulkPause.setTimerType(Qt::PreciseTimer);
    connect(&m_bulkPause, &QTimer::timeout, this, [this] {
        setLeastInput(1);
        service();
    });
}

Link::~Link()
{
    m_readable.reset();
    m_writable.reset();
    for (ssh_channel channel : m_orphans)
        ssh_channel_free(channel);
    if (m_event && m_session)
        ssh_event_remove_session(m_event.get(), m_session.get());
    m_event.reset();
    if (m_session)
        ssh_set_counters(m_session.get(), nullptr, nullptr); // a channel may keep the session longer than we live
}

void Link::open()
{
    Q_ASSERT(m_phase == Phase::Idle);
    m_phase = Phase::Dialing;
    m_deadline.start(m_settings.connectTimeout);
    m_dialer = m_settings.route ? m_settings.route->makeDialer(this) : new TcpDialer(m_settings.host, m_settings.port, this);
    connect(m_dialer, &Dialer::connected, this, &Link::onDialed);
    connect(m_dialer, &Dialer::failed, this, [this](const QString &reason) {
        end(ErrorKind::Network, tr("Could not reach %1 over SSH: %2.").arg(place(), reason),
            tr("The machine may still be starting. Try again in a moment."), reason);
    });
    connect(m_dialer, &Dialer::refused, this, &Link::endWith);
    m_dialer->start();
}

void Link::onDialed()
{
    const int socket = m_dialer->takeSocket();
    m_phase = Phase::Handshake;
    Q_EMIT dialed();
    if (!prepareSession(socket))
        return;
    advance();
}

bool Link::prepareSession(int socket)
{
#ifdef TCP_NOTSENT_LOWAT
    const int unsent = 256 * 1024; // bytes; a keystroke must not queue behind megabytes of an upload
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
#endif
    m_session = makeSession(m_settings, socket);
    if (!m_session) {
        end(ErrorKind::InvalidInput, tr("The SSH settings for %1 cannot be used.").arg(place()), {},
            QStringLiteral("ssh_options_set refused host, user or algorithms"));
        return false;
    }
    ssh_set_counters(m_session.get(), &m_traffic, nullptr);
    m_readable = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Write);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &Link::onReadable);
    connect(m_writable.get(), &QSocketNotifier::activated, this, &Link::onReadable);
    return true;
}

void Link::onReadable()
{
    if (m_phase == Phase::Live)
        service();
    else
        advance();
}

void Link::advance()
{
    if (m_phase == Phase::Handshake) {
        const int rc = ssh_connect(m_session.get());
        // libssh puts the socket back into blocking mode once it sees it connected, and would then block on a full one.
        const int socket = ssh_get_fd(m_session.get());
        if (socket >= 0)
            ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
        if (rc == SSH_ERROR)
            return end(ErrorKind::Network, tr("%1 ended the SSH connection before it was set up.").arg(place()),
                       tr("The machine may still be starting. Try again in a moment."), lastError(m_session));
        if (rc == SSH_OK && acceptHostKey() && loadPrivateKey())
            m_phase = Phase::Authenticating;
    }
    if (m_phase == Phase::Authenticating) {
        // The key at once: asking "none" and "would this key do?" first costs two round trips.
        const int rc = m_settings.useAgent ? ssh_userauth_agent(m_session.get(), nullptr)
                                           : ssh_userauth_publickey(m_session.get(), nullptr, m_privateKey.get());
        if (rc == SSH_AUTH_SUCCESS)
            return goLive();
        if (rc == SSH_AUTH_DENIED || rc == SSH_AUTH_PARTIAL)
            return end(ErrorKind::AuthenticationFailed, tr("%1 refused the SSH key of user %2.").arg(place(), m_settings.user),
                       tr("A key that was published just now may take some seconds to arrive. Try again in a moment."),
                       lastError(m_session));
        if (rc != SSH_AUTH_AGAIN)
            return end(ErrorKind::Network, tr("%1 ended the SSH connection while the key was checked.").arg(place()),
                       tr("Try again in a moment."), lastError(m_session));
    }
    if (m_phase == Phase::Handshake || m_phase == Phase::Authenticating)
        armWriteNotifier();
}

bool Link::acceptHostKey()
{
    m_hostKey = presentedHostKey(m_session);
    const Result<void> verdict = checkHostKey(m_settings, m_hostKey);
    if (!verdict)
        endWith(verdict.error());
    return verdict.has_value();
}

bool Link::loadPrivateKey()
{
    if (m_settings.useAgent)
        return true;
    ssh_key raw = nullptr;
    const int rc = ssh_pki_import_privkey_file(QFile::encodeName(m_settings.privateKeyPath).constData(), nullptr, nullptr,
                                               nullptr, &raw);
    m_privateKey.reset(raw);
    if (rc == SSH_OK)
        return true;
    end(ErrorKind::FileSystem, tr("The SSH key %1 cannot be used.").arg(m_settings.privateKeyPath),
        tr("It must be readable and have no passphrase."),
        rc == SSH_EOF ? QStringLiteral("not readable") : QStringLiteral("not a private key, or it has a passphrase"));
    return false;
}

void Link::goLive()
{
    m_privateKey.reset(); // not kept in memory longer than it is needed
    m_deadline.stop();
    m_event.reset(ssh_event_new());
    if (!m_event || ssh_event_add_session(m_event.get(), m_session.get()) != SSH_OK)
        return end(ErrorKind::Internal, tr("The SSH connection to %1 could not be watched.").arg(place()), {},
                   QStringLiteral("ssh_event_add_session failed"));
    m_phase = Phase::Live;
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this, &Link::onTurnEnded);
    m_keepAlive.start(m_settings.keepAliveInterval);
    qCInfo(lcSsh) << "live:" << place() << ssh_get_cipher_out(m_session.get()) << m_hostKey.type;
    wake();
    Q_EMIT live();
}

void Link::wake()
{
    if (m_wakeQueued || m_phase != Phase::Live)
        return;
    m_wakeQueued = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_wakeQueued = false;
            service();
        },
        Qt::QueuedConnection);
}

void Link::service()
{
    if (m_phase != Phase::Live || m_inService)
        return;
    m_inService = true;
    int polls = 0;
    int rc = SSH_OK;
    while (polls < pollsPerService && (rc = ssh_event_dopoll(m_event.get(), 0)) != SSH_AGAIN && rc != SSH_ERROR)
        ++polls;
    const bool more = polls == pollsPerService;
    const bool isBulk = m_traffic.in_bytes - m_servedBytes >= bulkTurn;
    m_servedBytes = m_traffic.in_bytes;
    if (rc != SSH_ERROR)
        Q_EMIT serviced();
    m_inService = false;

    if (rc == SSH_ERROR || (ssh_get_status(m_session.get()) & (SSH_CLOSED | SSH_CLOSED_ERROR)))
        return end(ErrorKind::Network, tr("The SSH connection to %1 was lost.").arg(place()), {}, lastError(m_session));
    freeOrphans();
    if (isBulk) {
        setLeastInput(bulkTurn);
        m_bulkPause.start(bulkPatience);
    }
    // A channel's write also polls, and may have taken in what another channel, already served, waits for.
    if (more || m_traffic.in_bytes != m_servedBytes)
        wake();
    armWriteNotifier();
}

void Link::setLeastInput(int bytes)
{
    if (bytes == m_leastInput || m_phase != Phase::Live)
        return;
    m_leastInput = bytes;
    ::setsockopt(ssh_get_fd(m_session.get()), SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes); // its end is told all the same
}

void Link::wakeIfStirred()
{
    if (m_traffic.in_bytes != m_servedBytes || isCongested())
        wake();
}

void Link::noteWrite(qint64 bytes)
{
    if (bytes <= smallWrite && ++m_smallWritesOfTurn == 2) // a single packet, a keystroke, goes at once
        setCorked(true);
}

void Link::onTurnEnded()
{
    m_smallWritesOfTurn = 0;
    setCorked(false);
}

void Link::setCorked(bool corked)
{
    if (corked == m_corked || m_phase != Phase::Live)
        return;
    const int on = corked;
    if (::setsockopt(ssh_get_fd(m_session.get()), IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0) // a relay's socket is none of TCP's
        m_corked = corked;
}

void Link::armWriteNotifier()
{
    if (m_writable)
        m_writable->setEnabled(isCongested());
}

bool Link::isCongested() const
{
    return ssh_get_status(m_session.get()) & SSH_WRITE_PENDING;
}

void Link::onKeepAlive()
{
    if (m_dialer->isMending()) {
        m_silentTicks = 0;
        return;
    }
    m_silentTicks = m_traffic.in_bytes == m_heardBytes ? m_silentTicks + 1 : 0;
    m_heardBytes = m_traffic.in_bytes;
    if (m_silentTicks >= silentTicksUntilDead)
        return end(ErrorKind::Network, tr("%1 stopped answering.").arg(place()),
                   tr("Check this computer's network and whether the machine still runs."),
                   QStringLiteral("no byte for %1 ms").arg(m_settings.keepAliveInterval.count() * silentTicksUntilDead));
    if (m_silentTicks > 0) {
        // Twice: when the last one was answered, libssh 0.10 only takes note of it in the first call.
        ssh_send_keepalive(m_session.get());
        ssh_send_keepalive(m_session.get());
    }
    wake();
}

void Link::checkAlive()
{
    if (m_phase != Phase::Live)
        return;
    ssh_send_keepalive(m_session.get()); // twice: see onKeepAlive()
    ssh_send_keepalive(m_session.get());
    wake();
    QTimer::singleShot(suspicion, this, [this, heard = quint64(m_traffic.in_bytes)] {
        if (m_phase == Phase::Live && m_traffic.in_bytes == heard && !m_dialer->isMending())
            end(ErrorKind::Network, tr("%1 no longer answers.").arg(place()), tr("Check this computer's network and whether the machine still runs."),
                QStringLiteral("asked, and no byte for %1 ms").arg(suspicion.count()));
    });
}

void Link::noteAnswerTime(std::chrono::microseconds time)
{
    if (m_roundTrip.count() == 0 || time < m_roundTrip)
        m_roundTrip = time;
}

quint32 Link::commonWindow() const
{
    // A literal: this leans on how 0.10 works inside.
    static const bool growsOnRead = ssh_version(SSH_VERSION_INT(0, 11, 0)) == nullptr;
    return growsOnRead && m_roundTrip >= materialRoundTrip ? usualWindow : 0;
}

quint32 Link::takeWideWindow()
{
    if (commonWindow() == 0 || m_wideWindows >= maxWideWindows)
        return 0;
    ++m_wideWindows;
    return wideWindow;
}

char *Link::wideBuffer()
{
    if (!m_wideBuffer)
        m_wideBuffer.reset(new char[wideWindow]); // pages that no read reaches cost nothing
    return m_wideBuffer.get();
}

void Link::adoptOpeningChannel(ssh_channel channel)
{
    m_orphans.push_back(channel);
}

void Link::freeOrphans()
{
    std::erase_if(m_orphans, [](ssh_channel channel) {
        // While a channel is opening, every open function only asks for the state of that opening.
        if (ssh_channel_open_session(channel) == SSH_AGAIN)
            return false;
        closeAndFree(channel);
        return true;
    });
}

void Link::closeAndFree(ssh_channel channel)
{
    // On a full socket the first call sends only the EOF and asks to be called again; else the far side waits for ever.
    for (int i = 0; i < 3 && ssh_channel_is_open(channel) && ssh_channel_close(channel) == SSH_AGAIN; ++i) {
    }
    ssh_channel_free(channel);
}

QString Link::place() const
{
    if (m_settings.route)
        return tr("%1 (%2)", "machine, way to it").arg(m_settings.machineName, m_settings.route->description());
    return tr("%1 (%2 port %3)", "machine, address, port").arg(m_settings.machineName, m_settings.host).arg(m_settings.port);
}

void Link::end(ErrorKind kind, const QString &message, const QString &nextStep, const QString &detail)
{
    endWith(Error{kind, message, nextStep, detail, {}});
}

void Link::endWith(Error error)
{
    if (m_phase == Phase::Ended)
        return;
    m_phase = Phase::Ended;
    m_deadline.stop();
    m_keepAlive.stop();
    m_bulkPause.stop();
    if (m_readable)
        m_readable->setEnabled(false);
    if (m_writable)
        m_writable->setEnabled(false);
    if (m_dialer) {
        if (const Error better = m_dialer->endReason(); better.kind != ErrorKind::Internal)
            error = better;
        m_dialer->deleteLater();
    }
    m_dialer = nullptr;
    qCInfo(lcSsh) << "ended:" << place() << errorKindName(error.kind) << error.detail;
    Q_EMIT ended(error);
}

} // namespace nimbook::ssh
