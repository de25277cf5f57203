// SPDX-License-Identifier: Apache-2.0
#include "ssh/tcp_dialer.h"

#include <QHostInfo>

#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace nimbook::ssh {

using namespace std::chrono_literals;

static socklen_t fillAddress(const QHostAddress &address, quint16 port, sockaddr_storage &storage)
{
    std::memset(&storage, 0, sizeof storage);
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        auto *v4 = reinterpret_cast<sockaddr_in *>(&storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        v4->sin_addr.s_addr = htonl(address.toIPv4Address());
        return sizeof(sockaddr_in);
    }
    auto *v6 = reinterpret_cast<sockaddr_in6 *>(&storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&v6->sin6_addr, &bytes, sizeof bytes);
    v6->sin6_scope_id = address.scopeId().toUInt();
    return sizeof(sockaddr_in6);
}

TcpDialer::TcpDialer(const QString &host, quint16 port, QObject *parent) : Dialer(parent), m_host(host), m_port(port)
{
    m_addressTimer.setSingleShot(true);
    connect(&m_addressTimer, &QTimer::timeout, this, [this] {
        m_lastReason = QStringLiteral("no answer from %1").arg(m_addresses.first().toString());
        m_addresses.removeFirst();
        tryNextAddress();
    });
}

TcpDialer::~TcpDialer()
{
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
    m_notifier.reset();
}

void TcpDialer::start()
{
    m_lookup = QHostInfo::lookupHost(m_host, this, [this](const QHostInfo &info) {
        m_lookup = -1;
        m_addresses = info.addresses();
        m_lastReason = info.errorString();
        tryNextAddress();
    });
}

void TcpDialer::tryNextAddress()
{
    m_addressTimer.stop();
    m_notifier.reset();
    m_socket.reset();
    while (!m_addresses.isEmpty()) {
        sockaddr_storage storage;
        const socklen_t length = fillAddress(m_addresses.first(), m_port, storage);
        m_socket.reset(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const int on = 1;
        ::setsockopt(m_socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (m_socket
            && (::connect(m_socket.get(), reinterpret_cast<sockaddr *>(&storage), length) == 0 || errno == EINPROGRESS)) {
            m_notifier = std::make_unique<QSocketNotifier>(m_socket.get(), QSocketNotifier::Write);
            connect(m_notifier.get(), &QSocketNotifier::activated, this, &TcpDialer::onConnectEnded);
            if (m_addresses.size() > 1)
                m_addressTimer.start(3s);
            return;
        }
        m_lastReason = QString::fromLocal8Bit(std::strerror(errno));
        m_addresses.removeFirst();
    }
    Q_EMIT failed(m_lastReason);
}

void TcpDialer::onConnectEnded()
{
    m_notifier->setEnabled(false);
    int code = 0;
    socklen_t length = sizeof code;
    ::getsockopt(m_socket.get(), SOL_SOCKET, SO_ERROR, &code, &length);
    if (code == 0) {
        m_addressTimer.stop();
        m_notifier.release()->deleteLater(); // we are inside its signal
        Q_EMIT connected();
        return;
    }
    m_notifier.release()->deleteLater();
    m_lastReason = QString::fromLocal8Bit(std::strerror(code));
    m_addresses.removeFirst();
    tryNextAddress();
}

} // namespace nimbook::ssh
