// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QObject>

#include <utility>

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

/// Makes a connected socket to a machine, without ever blocking its thread: over TCP (TcpDialer) or as the settings' Route does it.
///
/// Lives as long as its link: a route of its own kind moves bytes behind the socket all that time.
class Dialer : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual void start() = 0; ///< once; never emits inside
    virtual int takeSocket() = 0; ///< once, after connected(); nonblocking; the caller closes it

    /// The way is interrupted and is being mended behind the same socket: silence does not mean that the machine is dead.
    virtual bool isMending() const { return false; }
    /// Why the socket came to its end, when the way knows better than the socket; kind Internal: it does not.
    virtual Error endReason() const { return {}; }

Q_SIGNALS:
    void connected();
    void failed(const QString &reason); ///< English: errno or resolver text, for Error::detail and as the answer
    void refused(const nimbook::Error &error); ///< somebody on the way said no; goes to the person as it is
};

} // namespace nimbook::ssh
