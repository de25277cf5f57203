// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/tunnel.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace nimbook::workspace {

/// Other ports of one machine that lead to this computer: TensorBoard's 6006, Flask's 4567. Each is a tunnel of its own, listening on the
/// same number here when that is free.
class PortForwards : public QObject {
    Q_OBJECT
public:
    struct Forward {
        QString name; ///< "TensorBoard"
        quint16 remotePort = 0;
        QString host; ///< as the machine names it: its own 127.0.0.1, or the container's address
        ssh::ConnectionSettings settings; ///< where the machine was when it was last told
        std::unique_ptr<ssh::Tunnel> tunnel;
    };

    using QObject::QObject;

    const std::vector<Forward> &all() const { return m_forwards; }
    const Forward *find(quint16 remotePort) const; ///< null: it is not forwarded; valid until the next change
    /// When the port is forwarded already, only its host may be another one; one that has failed is tried again.
    /// \param localPort tried first; 0: the same number as there
    void add(const QString &name, quint16 remotePort, const QString &host, const ssh::ConnectionSettings &settings, quint16 localPort = 0);
    void remove(quint16 remotePort);
    void follow(const QString &host, quint16 port); ///< the machine is there now
    void suspectLinks();
    void clear();

Q_SIGNALS:
    void changed(); ///< the list, or the state of one of them

private:
    void begin(Forward &forward, const ssh::ConnectionSettings &settings, quint16 localPort);

    std::vector<Forward> m_forwards;
};

} // namespace nimbook::workspace
