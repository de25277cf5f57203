// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/engine_gate.h"

#include "base/logging.h"
#include "base/peer_program.h"
#include "ui/notebook/gate_connection.h"

#include <QMap>
#include <QMutex>
#include <QNetworkProxy>
#include <QTcpServer>

namespace nimbook::ui {

class EngineGate::Rules {
public:
    void count(const QUrl &origin, int step)
    {
        const QMutexLocker lock(&m_mutex);
        int &uses = m_uses[{origin.host(), quint16(origin.port(80))}];
        uses += step;
        if (uses <= 0)
            m_uses.remove({origin.host(), quint16(origin.port(80))});
    }
    bool allows(const QString &host, quint16 port) const
    {
        const QMutexLocker lock(&m_mutex);
        return m_uses.contains({host, port});
    }

private:
    mutable QMutex m_mutex;
    QMap<std::pair<QString, quint16>, int> m_uses;
};

class EngineGate::Worker : public QObject {
public:
    explicit Worker(std::shared_ptr<Rules> rules) : m_server(new QTcpServer(this)), m_rules(std::move(rules))
    {
        m_server->setProxy(QNetworkProxy::NoProxy);
        connect(m_server, &QTcpServer::newConnection, this, &Worker::admit);
    }
    quint16 listen() { return m_server->listen(QHostAddress::LocalHost) ? m_server->serverPort() : 0; }

private:
    void admit()
    {
        while (QTcpSocket *client = m_server->nextPendingConnection()) {
            const auto program = peerProgram(int(client->socketDescriptor()));
            if (!program || !program->isThisProcess()) { // Qt has the engine's network service in this process
                qCWarning(lcUi) << "another program came to the engine's gate and was sent away";
                delete client;
                continue;
            }
            new GateConnection(client, [rules = m_rules](const SocksTarget &target) {
                const bool may = rules->allows(target.host, target.port);
                if (!may)
                    qCInfo(lcUi) << "the engine wanted to go to" << target.host << target.port << "and may not";
                return may;
            }, this);
        }
    }

    QTcpServer *m_server;
    std::shared_ptr<Rules> m_rules;
};

EngineGate::EngineGate() : m_rules(std::make_shared<Rules>()), m_worker(new Worker(m_rules)), m_thread(QStringLiteral("engine gate"))
{
    m_port = m_worker->listen();
    m_worker->moveToThread(m_thread.get());
    QObject::connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
    // Loopback is no exception; UDP, which knows no proxy, is not for WebRTC; and no protocol that would go around.
    const QByteArray flags = "--proxy-server=socks5://127.0.0.1:" + QByteArray::number(m_port)
        + " --proxy-bypass-list=<-loopback> --force-webrtc-ip-handling-policy=disable_non_proxied_udp --disable-quic";
    qputenv("QTWEBENGINE_CHROMIUM_FLAGS", (qgetenv("QTWEBENGINE_CHROMIUM_FLAGS") + ' ' + flags).trimmed());
}

EngineGate::~EngineGate() = default;

void EngineGate::allow(const QUrl &origin)
{
    m_rules->count(origin, 1);
}

void EngineGate::withdraw(const QUrl &origin)
{
    m_rules->count(origin, -1);
}

bool EngineGate::isAllowed(const QString &host, quint16 port) const
{
    return m_rules->allows(host, port);
}

} // namespace nimbook::ui
