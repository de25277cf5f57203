// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nimbook::testing {

/// A TCP server on 127.0.0.1 that gives each connection a thread with plain blocking calls: easy to read, hard to get wrong.
///
/// Its end shuts all sockets and joins the threads, so a handler that waits in recv() or send() ends as well.
class LoopbackServer {
public:
    using Handler = std::function<void(int socket)>;

    /// \param port 0: any free one
    explicit LoopbackServer(Handler handler, quint16 port = 0);
    ~LoopbackServer();
    Q_DISABLE_COPY_MOVE(LoopbackServer)

    quint16 port() const { return m_port; }

private:
    void acceptAll();

    Handler m_handler;
    int m_listener = -1;
    quint16 m_port = 0;
    std::mutex m_mutex; // guards the two below
    std::vector<int> m_sockets;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};

int connectLoopback(quint16 port); ///< a blocking socket with time limits of 20 s, or -1
bool sendAll(int socket, const QByteArray &bytes);
QByteArray receive(int socket, qsizetype size); ///< exactly so many, fewer at the end of the stream
QByteArray receiveAll(int socket);              ///< up to the end of the stream
void echo(int socket);                          ///< a handler: sends back what comes, then ends its side

} // namespace nimbook::testing
