// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <mutex>

namespace nimbook::transfer {

/// Bytes from one thread to another, bounded. One writer, one reader; whoever has to wait is woken by the other, once.
class BytePipe {
public:
    explicit BytePipe(qsizetype limit) : m_limit(limit) {}

    struct Put {
        qsizetype taken = 0;
        bool wakeReader = false; ///< it does not know of any bytes yet
    };
    Put put(QByteArrayView bytes); ///< after less than all the reader says when there is room again

    /// Everything there is, into \a bytes, which loses what it held. \return the writer waits for room: wake it
    bool take(QByteArray &bytes);

private:
    const qsizetype m_limit; ///< bytes; as many again may be with the reader
    std::mutex m_mutex;      ///< guards all below
    QByteArray m_bytes;
    bool m_announced = false;
    bool m_writerWaits = false;
};

/// The two directions of a stream whose SSH connection lives on another thread.
struct StreamPipes {
    BytePipe toMachine{256 * 1024};
    BytePipe fromMachine{1024 * 1024}; ///< when it is full, SSH's own window makes the machine wait
};

} // namespace nimbook::transfer
