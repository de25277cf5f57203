// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QByteArrayView>

#include <functional>

namespace nimbook::transfer {

/// Two-way bytes to one sftp-server. Everything on the worker's thread; the callbacks never come from inside write().
class ByteStream {
public:
    virtual ~ByteStream() = default;

    /// Takes as much as fits now and says how much; after less than all, onWritable follows when there is room again.
    virtual qsizetype write(QByteArrayView bytes) = 0;

    std::function<void(QByteArrayView)> onReceived;
    std::function<void()> onWritable;
    std::function<void(const Error &)> onClosed; ///< the last callback
};

} // namespace nimbook::transfer
