// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace nimbook::ssh {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : m_fd(fd) {}
    Descriptor(Descriptor &&other) noexcept : m_fd(other.release()) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        reset(other.release());
        return *this;
    }
    ~Descriptor() { reset(); }

    int get() const { return m_fd; }
    explicit operator bool() const { return m_fd >= 0; }
    int release() { return std::exchange(m_fd, -1); }
    void reset(int fd = -1);

private:
    int m_fd;
};

/// Looks a name up and connects a TCP socket, one address after the other, without ever blocking its thread.
///
/// Not done by libssh: its name lookup blocks, and its error says only that it did not work.
class Dialer : public QObject {
    Q_OBJECT
public:
    Dialer(const QString &host, quint16 port, QObject *parent);
    ~Dialer() override;

    void start();
    int takeSocket() { return m_socket.release(); } ///< after connected(); nonblocking; the caller closes it

Q_SIGNALS:
    void connected();
    void failed(const QString &reason); ///< English: errno or resolver text, for Error::detail and as the answer

private:
    void tryNextAddress();
    void onConnectEnded();

    QString m_host;
    quint16 m_port;
    int m_lookup = -1;
    QList<QHostAddress> m_addresses;
    QString m_lastReason;
    Descriptor m_socket;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_addressTimer; // a silent first address must not use up the time of the second
};

} // namespace nimbook::ssh
