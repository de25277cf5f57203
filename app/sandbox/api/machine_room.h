// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/instances/instance_host.h"

#include <QHash>
#include <QTcpServer>

#include <functional>

namespace nimbook::sandbox {

/// Where the sandbox's machines really run: one InstanceHost per instance id, or, for a machine that shall never
/// answer, a socket that accepts and stays silent.
class MachineRoom : public QObject {
    Q_OBJECT
public:
    using Powered = std::function<void(const Result<quint16> &sshPort)>;

    explicit MachineRoom(QString directory, QObject *parent = nullptr);
    ~MachineRoom() override;

    /// Fills in the machine's directory. A machine that is on already is reported at once.
    void powerOn(InstanceSpec spec, bool staySilent, Powered done);
    void powerOff(const QString &id, std::function<void()> done);
    void reset(const QString &id, std::function<void()> done);
    void destroy(const QString &id); ///< the machine's disk goes with it; only while off

    bool isOn(const QString &id) const;
    void setMetadata(const QString &id, const QMap<QString, QString> &metadata);
    const InstanceHost *host(const QString &id) const; ///< null: never booted since the sandbox started

    /// A connection to the machine's SSH server, being made; null: it is off, or nothing listens at that port.
    std::unique_ptr<QIODevice> connectToSsh(const QString &id, quint16 port) const;

    /// Powers off everything, then calls \a done; nothing is told to anybody else.
    void shutDown(std::function<void()> done);

    /// Room for one more address of this sandbox; two sandboxes never share one.
    QHostAddress nextAddress();

    void setAddressCounter(int counter) { m_nextAddress = counter; }
    int addressCounter() const { return m_nextAddress; }

Q_SIGNALS:
    void wentOff(const QString &id); ///< the machine shut itself down from inside

private:
    struct Machine {
        std::unique_ptr<InstanceHost> host;
        std::unique_ptr<QTcpServer> silence;
        QHostAddress address;
        Powered onPowered;
        std::function<void()> onOff;
    };

    QString directoryOf(const QString &id) const;
    void onPoweredOn(const QString &id);
    void onPoweredOff(const QString &id);
    void onFailed(const QString &id, const Error &error);

    QString m_directory;
    QTcpServer m_claim; ///< holds this sandbox's part of 127.0.0.0/8
    int m_network = 0;
    int m_nextAddress = 0;
    QHash<QString, std::shared_ptr<Machine>> m_machines;
};

} // namespace nimbook::sandbox
