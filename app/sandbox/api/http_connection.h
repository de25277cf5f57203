// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_server.h"

#include <QTcpSocket>

namespace nimbook::sandbox {

/// One client's connection; deletes itself when the client leaves.
class HttpConnection : public QObject {
    Q_OBJECT
public:
    HttpConnection(QTcpSocket *socket, HttpServer::Handler handler, const HttpServer::Upgrade &upgrade, QObject *parent);

private:
    enum class Stage { Head, Body, ChunkSize, ChunkData, Answering };

    void onReadyRead();
    bool isForUpgrade() const;
    void handOver();
    bool step();
    bool readHead();
    bool readBody();
    bool readChunk();
    void dispatch();
    void answer(const HttpReply &reply);
    void refuse(int status);

    QTcpSocket *m_socket;
    HttpServer::Handler m_handler;
    const HttpServer::Upgrade &m_upgrade; // the server's, which outlives us
    HttpRequest m_request;
    QByteArray m_buffer;
    Stage m_stage = Stage::Head;
    qint64 m_expected = 0;
    bool m_keepAlive = true;
    quint64 m_serial = 0; ///< which request an answer belongs to
};

} // namespace nimbook::sandbox
