// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QHostAddress>

QT_FORWARD_DECLARE_CLASS(QProcess)

namespace nimbook::sandbox {

/// A TCP socket that listens here, in the computer's network, to be served by a process in another network namespace: so no byte
/// passes through us, and sshd sees its real peer.
class ListeningSocket {
public:
    /// Tries \a preferredPort first (0: any), then any free one.
    static Result<ListeningSocket> open(const QHostAddress &address, quint16 preferredPort);
    /// A socket in the file system instead, where only this user gets to; its port is said to be 22.
    static Result<ListeningSocket> openLocal(const QString &path);

    ListeningSocket(ListeningSocket &&other) noexcept;
    ListeningSocket &operator=(ListeningSocket &&) = delete;
    ~ListeningSocket();

    int descriptor() const { return m_descriptor; }
    quint16 port() const { return m_port; }

private:
    ListeningSocket(int descriptor, quint16 port) : m_descriptor(descriptor), m_port(port) {}

    int m_descriptor = -1;
    quint16 m_port = 0;
};

/// \a process gets its three standard streams and \a descriptor, under the same number, and none of our other ones.
void inheritOnly(QProcess &process, int descriptor);

} // namespace nimbook::sandbox
