// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QHostAddress>
#include <QMap>
#include <QObject>

#include <memory>

namespace nimbook::sandbox {

/// What the REST half knows of a machine when it powers it on.
struct InstanceSpec {
    QString id;   ///< numeric, as text
    QString name; ///< becomes the host name
    QString project;
    QString zone;
    QString directory;        ///< the machine's disk: kept over stop and start, removed by destroy()
    QHostAddress address;     ///< a loopback address of its own, e.g. 127.77.3.4; null: none, SSH is reached by sshSocket() alone
    quint16 preferredSshPort = 0; ///< 0: any free one; otherwise tried first
    QMap<QString, QString> metadata; ///< instance metadata: ssh-keys, startup-script, enable-guest-attributes …
};

struct GuestAttribute {
    QString nameSpace; ///< "hostkeys", "nimbook"
    QString key;
    QString value;
    bool operator==(const GuestAttribute &) const = default;
};

/// One machine of the sandbox: a bubblewrap namespace with its own network, /src, sshd, host keys and users.
///
/// Life: powerOn() → poweredOn() or failed(); powerOff() → poweredOff(). Never blocks; thread: the one that made it.
/// Deleting it, or the death of this process, ends everything inside.
class InstanceHost : public QObject {
    Q_OBJECT
public:
    explicit InstanceHost(InstanceSpec spec, QObject *parent = nullptr);
    ~InstanceHost() override;

    void powerOn();
    void powerOff();
    void reset(); ///< hard power cycle; stays "on" for the caller, ends in poweredOn()
    bool isOn() const;

    /// Applied to a running machine within a second: logins, keys, what the metadata server answers.
    void setMetadata(const QMap<QString, QString> &metadata);

    quint16 sshPort() const; ///< 0 until powered on
    QHostAddress address() const;
    QString sshSocket() const; ///< a socket in the file system, of a machine without an address
    /// The serial console: bytes from absolute offset \a start; \a actualStart is larger when the 1 MB buffer has moved on.
    QByteArray serialOutput(qint64 start, qint64 *actualStart, qint64 *next) const;
    QList<GuestAttribute> guestAttributes() const;

    /// Removes the machine's disk. Only while off.
    void destroy();

Q_SIGNALS:
    void poweredOn();  ///< sshd accepts connections; the startup script may still run
    void poweredOff(); ///< also when the machine shut itself down from inside
    void failed(const nimbook::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::sandbox
