// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTcpSocket>

#include <functional>
#include <optional>

namespace nimbook::ui {

/// Where a client of a SOCKS 5 proxy wants to go.
struct SocksTarget {
    QString host;
    quint16 port = 0;
    bool operator==(const SocksTarget &) const = default;
};

enum class SocksRead { Incomplete, Complete, Malformed };

/// Reads a CONNECT request (RFC 1928, section 4) from the front of \a bytes and takes it off when it is complete.
SocksRead readSocksRequest(QByteArray &bytes, SocksTarget &target);

/// One connection of the engine through the gate: greeting, request, then bytes both ways with back-pressure.
class GateConnection final : public QObject {
    Q_OBJECT
public:
    using MayGo = std::function<bool(const SocksTarget &target)>;

    GateConnection(QTcpSocket *client, MayGo mayGo, QObject *parent);

private:
    enum class Phase { Greeting, Request, Connecting, Open, Over };

    void onClientData();
    void connectTo(const SocksTarget &target);
    void refuse(char code);
    void move(QTcpSocket &from, QTcpSocket &to);
    void end();

    QTcpSocket *m_client;
    QTcpSocket m_server;
    MayGo m_mayGo;
    QByteArray m_head;
    Phase m_phase = Phase::Greeting;
};

} // namespace nimbook::ui
