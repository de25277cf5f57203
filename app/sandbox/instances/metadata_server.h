// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/instances/guest_attribute_store.h"
#include "sandbox/instances/machine_identity.h"

#include <QLocalServer>
#include <QObject>

QT_FORWARD_DECLARE_CLASS(QLocalSocket)

namespace nimbook::sandbox {

/// metadata.google.internal of one machine: the part that the guest agent and our remote scripts use.
///
/// Listens on a UNIX socket, because nothing outside can listen inside the machine's network namespace; socat carries the
/// machine's TCP connections to it. Source: "About VM metadata" and "Guest attributes" of Google's documentation.
class MetadataServer : public QObject {
    Q_OBJECT
public:
    MetadataServer(InstanceSpec &spec, GuestAttributeStore &guestAttributes, QObject *parent = nullptr);
    ~MetadataServer() override { close(); }

    Result<void> listen(const QString &directory, const MachineIdentity &identity); ///< makes directory/metadata.sock
    void close();

private:
    struct Request {
        QByteArray verb;
        QString path; ///< without query
        bool flavoured = false;
        qint64 contentLength = 0;
        QByteArray body;
    };
    struct Answer {
        int status = 200;
        QByteArray body;
    };

    void serve(QLocalSocket *socket);
    Answer answer(const Request &request);
    Answer guestAttributeAnswer(const Request &request, const QString &path);
    QString instanceValue(const QString &path) const;

    InstanceSpec &m_spec; // the host's own, so that a change of metadata is seen at once
    GuestAttributeStore &m_guestAttributes;
    int m_directory = -1; // open while m_server listens: the socket's own path leads through this descriptor
    QLocalServer m_server;
};

} // namespace nimbook::sandbox
