// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <chrono>
#include <deque>
#include <memory>

namespace nimbook::testing {

/// A TCP port that leads to another one, every byte later by the same time: a far network, without a limit to its rate.
class DelayProxy : public QObject {
public:
    DelayProxy(quint16 target, std::chrono::milliseconds oneWay) : m_target(target), m_oneWay(oneWay)
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            auto *near = m_server.nextPendingConnection();
            auto *far = new QTcpSocket(near);
            far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
            carry(near, far);
            carry(far, near);
            connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
        });
    }

    quint16 port() const { return m_server.serverPort(); }

    /// Every connection ends now; new ones are taken.
    void cut()
    {
        for (QTcpSocket *near : m_server.findChildren<QTcpSocket *>(Qt::FindDirectChildrenOnly))
            near->abort();
    }

private:
    struct Piece {
        qint64 due;
        QByteArray bytes;
    };
    struct Queue {
        QElapsedTimer clock;
        QTimer timer;
        std::deque<Piece> pieces;
    };

    void carry(QTcpSocket *from, QTcpSocket *to)
    {
        auto queue = std::make_shared<Queue>();
        queue->clock.start();
        queue->timer.setSingleShot(true);
        queue->timer.setTimerType(Qt::PreciseTimer);
        Queue *const raw = queue.get();
        connect(&queue->timer, &QTimer::timeout, to, [raw, to] {
            while (!raw->pieces.empty() && raw->pieces.front().due <= raw->clock.elapsed()) {
                to->write(raw->pieces.front().bytes);
                raw->pieces.pop_front();
            }
            if (!raw->pieces.empty())
                raw->timer.start(int(std::max<qint64>(1, raw->pieces.front().due - raw->clock.elapsed())));
        });
        connect(from, &QTcpSocket::readyRead, to, [this, queue, from] {
            queue->pieces.push_back({queue->clock.elapsed() + m_oneWay.count(), from->readAll()});
            if (!queue->timer.isActive())
                queue->timer.start(int(m_oneWay.count()));
        });
    }

    QTcpServer m_server;
    quint16 m_target;
    std::chrono::milliseconds m_oneWay;
};

} // namespace nimbook::testing
