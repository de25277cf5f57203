// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "workspace/settings.h"

#include <QObject>

namespace nimbook::workspace {

class MachineContainer;
class MachineLink;

/// The named forwards of one machine, as the person wants them: written down, and put up with every connection until they are taken away.
class RememberedForwards : public QObject {
    Q_OBJECT
public:
    /// All of them outlive this object.
    RememberedForwards(MachineLink &link, MachineContainer &container, Settings &settings, QObject *parent);

    /// Remembers it, and puts it up now; opened() or failed() tells.
    void add(const QString &name, quint16 remotePort, bool inContainer);
    void remove(quint16 remotePort);
    /// There is a connection: what is remembered and missing is put up, and the container is looked for where it is now.
    void putUp();

Q_SIGNALS:
    void opened(quint16 remotePort); ///< one that was just added; its local port may still be on its way
    void failed(const nimbook::Error &error); ///< one that was just added leads nowhere, and is not remembered

private:
    void onForwardsChanged();
    void forget(quint16 remotePort);

    MachineLink &m_link;
    MachineContainer &m_container;
    Settings &m_settings;
};

} // namespace nimbook::workspace
