// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace nimbook::bench {

/// Blocking sockets on 127.0.0.1, without time limits of their own: the runs have theirs.
int listenOnLoopback(quint16 &port); ///< -1: none to be had; \a port becomes a free one
int connectTo(quint16 port);         ///< -1: nobody listens
void setNoDelay(int socket);
quint16 freePort();                  ///< for programs that must be told one

bool sendWhole(int socket, const char *data, qint64 size);
bool receiveWhole(int socket, char *data, qint64 size);

} // namespace nimbook::bench
