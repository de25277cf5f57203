// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

namespace nimbook::testing {

/// A TCP server that answers each whole request with the bytes a test gives: for what a decent HTTP server never does.
class RawHttpServer : public QTcpServer {
public:
    using Handler = std::function<void(QTcpSocket &socket, const QByteArray &request)>;

    explicit RawHttpServer(Handler handler) : m_handler(std::move(handler))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(*socket); });
        });
    }

    QUrl url(const QString &path = QStringLiteral("/")) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(serverPort()).arg(path));
    }

    QByteArrayList requests;

    static QByteArray answer(const QByteArray &status, const QByteArray &body, const QByteArray &headers = {})
    {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body;
    }

private:
    void onReadyRead(QTcpSocket &socket)
    {
        QByteArray &buffer = m_buffers[&socket];
        buffer += socket.readAll();
        const qsizetype head = buffer.indexOf("\r\n\r\n");
        if (head < 0)
            return;
        const qsizetype mark = buffer.toLower().indexOf("content-length:");
        const qsizetype length = mark < 0 || mark > head ? 0 : buffer.mid(mark + 15, buffer.indexOf('\r', mark) - mark - 15).trimmed().toLongLong();
        if (buffer.size() < head + 4 + length)
            return;
        const QByteArray request = std::exchange(buffer, {});
        requests.append(request);
        m_handler(socket, request);
    }

    Handler m_handler;
    QHash<QTcpSocket *, QByteArray> m_buffers;
};

} // namespace nimbook::testing
