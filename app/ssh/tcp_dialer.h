// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/dialer.h"

#include <QHostAddress>
#include <QList>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace nimbook::ssh {

/// Looks a name up and connects a TCP socket, one address after the other.
///
/// Not done by libssh: its name lookup blocks, and its error says only that it did not work.
class TcpDialer final : public Dialer {
    Q_OBJECT
public:
    TcpDialer(const QString &host, quint16 port, QObject *parent);
    ~TcpDialer() override;

    void start() override;
    int takeSocket() override { return m_socket.release(); }

private:
    void tryNextAddress();
    void onConnectEnded();

    QString m_host;
    quint16 m_port;
    int m_lookup = -1;
    QList<QHostAddress> m_addresses;
    QString m_lastReason;
    Descriptor m_socket;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_addressTimer; // a silent first address must not use up the time of the second
};

} // namespace nimbook::ssh
