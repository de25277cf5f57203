// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_dialer.h"

#include "base/logging.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QUrlQuery>
#include <QWebSocketHandshakeOptions>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace nimbook::ssh {

namespace {

using namespace std::chrono_literals;

constexpr auto tickInterval = 2s;       // as long as gcloud waits before it acknowledges a little
constexpr auto pingAfter = 4s;          // of silence
constexpr auto deadAfter = 12s;         // of silence; sooner than the link would call the machine dead
constexpr auto handshakeLimit = 20s;
constexpr auto mendingLimit = 15min;
constexpr qint64 queuedInSocket = 256 * 1024; // bytes; a keystroke must not queue behind megabytes of an upload

/// Qt tells the status of a refused handshake in words only; since 6.6 it means to answer a 401 itself and then tells only why it cannot.
int statusIn(const QString &errorText)
{
    if (errorText.contains(QLatin1String("WWW-Authenticate")))
        return 401;
    static const QRegularExpression number(QStringLiteral("\\b([1-5]\\d\\d)\\b"));
    return number.match(errorText).captured(1).toInt();
}

} // namespace

IapDialer::IapDialer(IapTarget target, std::shared_ptr<IapTokens> tokens, QObject *parent)
    : Dialer(parent), m_target(std::move(target)), m_tokens(std::move(tokens))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &IapDialer::openWebSocket);
    connect(&m_tick, &QTimer::timeout, this, &IapDialer::onTick);
    connect(m_tokens.get(), &IapTokens::tokenReady, this, &IapDialer::onToken, Qt::QueuedConnection);
    connect(m_tokens.get(), &IapTokens::tokenFailed, this, &IapDialer::onTokenFailed, Qt::QueuedConnection);
}

IapDialer::~IapDialer()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void IapDialer::start()
{
    askToken();
}

void IapDialer::askToken(const Secret &refused)
{
    m_ticket = m_tokens->request(refused);
}

void IapDialer::onToken(quint64 ticket, const Secret &token)
{
    if (ticket != m_ticket || m_phase == Phase::Ended)
        return;
    m_token = token;
    m_tick.start(tickInterval);
    openWebSocket();
}

void IapDialer::onTokenFailed(quint64 ticket, const Error &error)
{
    if (ticket != m_ticket || m_phase == Phase::Ended)
        return;
    // Without a network there is no token either: that is what mending is for.
    if (m_phase == Phase::Mending && (error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::ServerError))
        mend(m_backoff.delay(m_attempt++));
    else
        end(error);
}

QUrl IapDialer::address() const
{
    QUrlQuery query;
    const bool resume = !m_stream.sid().isEmpty();
    if (resume) {
        query.addQueryItem(QStringLiteral("sid"), QString::fromUtf8(m_stream.sid()));
        query.addQueryItem(QStringLiteral("ack"), QString::number(m_stream.received()));
    } else {
        query.addQueryItem(QStringLiteral("project"), m_target.project);
        query.addQueryItem(QStringLiteral("port"), QString::number(m_target.port));
    }
    query.addQueryItem(QStringLiteral("newWebsocket"), QStringLiteral("True"));
    query.addQueryItem(QStringLiteral("zone"), m_target.zone);
    if (!resume) {
        query.addQueryItem(QStringLiteral("instance"), m_target.instance);
        query.addQueryItem(QStringLiteral("interface"), m_target.networkInterface);
    }
    QUrl url = m_target.relay.resolved(QUrl(resume ? QStringLiteral("reconnect") : QStringLiteral("connect")));
    url.setQuery(query);
    return url;
}

void IapDialer::openWebSocket()
{
    if (m_phase == Phase::Asking)
        m_phase = Phase::Connecting;
    dropWebSocket();
    m_socket = new QWebSocket(QStringLiteral("bot:iap-tunneler"), QWebSocketProtocol::VersionLatest, this);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, &IapDialer::onMessage);
    connect(m_socket, &QWebSocket::connected, this, [this] { m_upgraded = true; });
    connect(m_socket, &QWebSocket::disconnected, this, &IapDialer::onGone);
    // A refused handshake is an error without an end. Queued, because the reason is complete only afterwards.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(m_socket, &QWebSocket::errorOccurred, this, &IapDialer::onGone, Qt::QueuedConnection);
#else
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &IapDialer::onGone, Qt::QueuedConnection);
#endif
    connect(m_socket, &QWebSocket::bytesWritten, this, &IapDialer::pumpOut);
    connect(m_socket, &QWebSocket::pong, this, [this] { m_heard.start(); });
    QNetworkRequest request(address());
    request.setRawHeader("Authorization", "Bearer " + m_token.reveal());
    request.setRawHeader("User-Agent", "nimbook/" NIMBOOK_VERSION);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QStringLiteral("relay.tunnel.cloudproxy.app")});
    if (QHostAddress address; address.setAddress(m_target.relay.host()) && address.isLoopback())
        m_socket->setProxy(QNetworkProxy::NoProxy);
    m_upgraded = false;
    m_heard.start();
    m_socket->open(request, options);
}

void IapDialer::dropWebSocket()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater();
    m_socket = nullptr;
    m_stream.connectionLost();
}

void IapDialer::onMessage(const QByteArray &message)
{
    m_heard.start();
    iap::Stream::Heard heard = m_stream.hear(message);
    if (!heard.fault.isEmpty()) {
        dropWebSocket();
        end({ErrorKind::Protocol, tr("Identity-Aware Proxy sent something for %1 that cannot be understood.").arg(m_target.instance),
             tr("Connect again."), heard.fault, {}});
        return;
    }
    if (heard.close) {
        const iap::LongClose close = *heard.close;
        dropWebSocket();
        obey(iap::judgeClose(int(close.code), m_target.instance, close.reason), close.reason);
        return;
    }
    if (!heard.data.isEmpty()) {
        m_inbox += heard.data;
        pumpIn();
    }
    if (heard.ready)
        onReady();
    pumpOut(); // acknowledgements make room, and may be due
}

void IapDialer::onReady()
{
    m_attempt = 0;
    m_tokenIsFresh = false;
    const bool first = m_phase == Phase::Connecting;
    m_phase = Phase::Open;
    qCInfo(lcSsh) << "relay session" << (first ? "opened to" : "resumed to") << m_target.instance;
    if (!first)
        return;
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
        end({ErrorKind::Internal, tr("No socket pair could be made."), {}, QString::fromLocal8Bit(std::strerror(errno)), {}});
        return;
    }
    m_inner.reset(ends[0]);
    m_outer.reset(ends[1]);
    m_readable = std::make_unique<QSocketNotifier>(m_inner.get(), QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(m_inner.get(), QSocketNotifier::Write);
    m_writable->setEnabled(false);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &IapDialer::pumpOut);
    connect(m_writable.get(), &QSocketNotifier::activated, this, [this] {
        pumpIn();
        pumpOut(); // an acknowledgement may be due now
    });
    Q_EMIT connected();
    pumpIn(); // the machine may have spoken first
}

void IapDialer::onGone()
{
    if (!m_socket)
        return; // an error and an end, of the same WebSocket
    const QString reason = m_socket->closeReason().isEmpty() ? m_socket->errorString() : m_socket->closeReason();
    // Qt says "normal" of a connection that broke, too; only then there is an error as well.
    const bool broke = m_socket->closeCode() == QWebSocketProtocol::CloseCodeNormal && m_socket->error() != QAbstractSocket::UnknownSocketError;
    const int code = broke ? int(QWebSocketProtocol::CloseCodeAbnormalDisconnection) : int(m_socket->closeCode());
    const auto verdict = m_upgraded ? iap::judgeClose(code, m_target.instance, reason)
                                    : iap::judgeHandshake(statusIn(reason), m_target.instance, reason);
    qCInfo(lcSsh) << "relay WebSocket to" << m_target.instance << "ended:" << code << reason;
    dropWebSocket();
    obey(verdict, reason);
}

void IapDialer::obey(const iap::CloseVerdict &verdict, const QString &reason)
{
    using iap::CloseMeaning;
    switch (verdict.meaning) {
    case CloseMeaning::EndOfStream:
        if (m_stream.sid().isEmpty())
            Q_EMIT failed(reason);
        else
            endOfStream();
        return;
    case CloseMeaning::NewToken:
        if (m_tokenIsFresh) {
            end({ErrorKind::NotSignedIn, tr("Identity-Aware Proxy does not accept this sign-in."), tr("Sign in again."), reason, {}});
            return;
        }
        m_tokenIsFresh = true;
        if (!m_stream.sid().isEmpty()) {
            if (m_phase != Phase::Mending)
                m_lostSince.start();
            m_phase = Phase::Mending;
        }
        askToken(m_token);
        return;
    case CloseMeaning::Interrupted:
        if (m_stream.sid().isEmpty()) {
            m_phase = Phase::Ended;
            Q_EMIT failed(reason.isEmpty() ? QStringLiteral("the relay closed the connection") : reason);
        } else {
            mend(m_backoff.delay(m_attempt++));
        }
        return;
    case CloseMeaning::Refused:
    case CloseMeaning::Lost:
        end(verdict.error);
        return;
    }
}

void IapDialer::mend(std::chrono::milliseconds wait)
{
    if (m_phase != Phase::Mending)
        m_lostSince.start();
    m_phase = Phase::Mending;
    if (std::chrono::milliseconds(m_lostSince.elapsed()) > mendingLimit) {
        end({ErrorKind::Network, tr("The connection to %1 through Identity-Aware Proxy could not be taken up again.").arg(m_target.instance),
             tr("Check this computer's network, then connect again."), {}, {}});
        return;
    }
    m_retry.start(wait);
}

void IapDialer::end(const Error &error)
{
    const bool hadSession = m_inner.get() >= 0;
    m_phase = Phase::Ended;
    m_retry.stop();
    m_tick.stop();
    dropWebSocket();
    m_endReason = error;
    if (hadSession)
        endOfStream();
    else
        Q_EMIT refused(error);
}

void IapDialer::endOfStream()
{
    m_phase = Phase::Ended;
    m_tick.stop();
    m_inputEnded = true;
    pumpIn();
}

void IapDialer::pumpOut()
{
    if (m_phase != Phase::Open || !m_socket)
        return;
    while (m_socket->bytesToWrite() < queuedInSocket) {
        const QByteArray message = m_stream.nextMessage();
        if (!message.isEmpty())
            m_socket->sendBinaryMessage(message);
        else if (!readInner())
            return;
    }
    if (m_readable)
        m_readable->setEnabled(false); // bytesWritten() calls again
}

bool IapDialer::readInner()
{
    if (!m_inner || !m_stream.hasRoom()) {
        if (m_readable)
            m_readable->setEnabled(false); // an acknowledgement calls again
        return false;
    }
    char buffer[iap::maxData];
    const ssize_t count = ::read(m_inner.get(), buffer, sizeof buffer);
    if (count > 0) {
        m_stream.write(QByteArray(buffer, count));
        return true;
    }
    const bool ended = count == 0 || (errno != EAGAIN && errno != EINTR);
    m_readable->setEnabled(!ended);
    if (ended) { // libssh has closed its half: nobody wants the rest
        m_phase = Phase::Ended;
        m_tick.stop();
        m_socket->close();
    }
    return false;
}

void IapDialer::pumpIn()
{
    if (!m_inner)
        return;
    qsizetype taken = 0;
    while (taken < m_inbox.size()) {
        // MSG_NOSIGNAL: libssh may have closed its half a moment ago.
        const ssize_t count = ::send(m_inner.get(), m_inbox.constData() + taken, size_t(m_inbox.size() - taken), MSG_NOSIGNAL);
        if (count <= 0)
            break;
        taken += count;
    }
    m_stream.delivered(taken);
    m_inbox.remove(0, taken);
    m_writable->setEnabled(!m_inbox.isEmpty());
    if (m_inbox.isEmpty() && m_inputEnded)
        ::shutdown(m_inner.get(), SHUT_RDWR);
}

void IapDialer::onTick()
{
    if (!m_socket)
        return;
    const auto silence = std::chrono::milliseconds(m_heard.elapsed());
    const auto limit = m_phase == Phase::Open ? std::chrono::milliseconds(deadAfter) : std::chrono::milliseconds(handshakeLimit);
    if (silence > limit) {
        dropWebSocket();
        obey({}, QStringLiteral("no answer from the relay"));
        return;
    }
    if (m_phase != Phase::Open)
        return;
    if (const QByteArray ack = m_stream.idleAck(); !ack.isEmpty())
        m_socket->sendBinaryMessage(ack);
    if (silence > pingAfter)
        m_socket->ping();
}

} // namespace nimbook::ssh
