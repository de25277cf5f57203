// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/owned_thread.h"

#include <QUrl>

#include <memory>

namespace nimbook::ui {

/// The one way out of the browser engine: a SOCKS proxy of our own that leads to the tunnels of open notebooks and nowhere else.
///
/// The policy of a page alone does not do it. Measured with Qt 6.4.2: a redirect is followed without asking the request interceptor
/// again, Jupyter's token along with it; rel=preconnect and WebRTC's TURN over TCP never ask it at all. All of them come by here.
/// Other programs are turned away at the door, so that the gate does not hand them the tunnel.
///
/// One a process: the engine reads its flags when it starts, so make the gate before the first profile. Thread: any.
class EngineGate {
public:
    EngineGate();
    ~EngineGate();
    Q_DISABLE_COPY_MOVE(EngineGate)

    bool isOpen() const { return m_port != 0; } ///< false: no port could be had; pages must not be shown then
    quint16 port() const { return m_port; }

    void allow(const QUrl &origin); ///< host and port; counted, since two panes may show the same one
    void withdraw(const QUrl &origin);
    bool isAllowed(const QString &host, quint16 port) const;

private:
    class Rules;
    class Worker;

    std::shared_ptr<Rules> m_rules;
    Worker *m_worker; // deleted by its own thread when that ends
    quint16 m_port = 0;
    OwnedThread m_thread;
};

} // namespace nimbook::ui
