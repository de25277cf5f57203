// SPDX-License-Identifier: Apache-2.0
#include "transfer/byte_pipe.h"

#include <algorithm>
#include <utility>

namespace nimbook::transfer {

BytePipe::Put BytePipe::put(QByteArrayView bytes)
{
    const std::lock_guard lock(m_mutex);
    const qsizetype taken = std::clamp<qsizetype>(m_limit - m_bytes.size(), 0, bytes.size());
    m_bytes.append(bytes.data(), taken);
    m_writerWaits = taken < bytes.size();
    return {taken, taken > 0 && !std::exchange(m_announced, true)};
}

bool BytePipe::take(QByteArray &bytes)
{
    bytes.resize(0); // keeps its memory, which the pipe fills next
    const std::lock_guard lock(m_mutex);
    m_bytes.swap(bytes);
    m_announced = false;
    return std::exchange(m_writerWaits, false);
}

} // namespace nimbook::transfer
