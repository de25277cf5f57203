// SPDX-License-Identifier: Apache-2.0
#include "transfer/segments.h"

namespace nimbook::transfer {

Segments::Segments(qint64 fileSize) : m_size(fileSize), m_missing(size_t((fileSize + length - 1) / length))
{
    for (size_t i = 0; i < count(); ++i)
        m_missing[i] = range(i).length;
}

Range Segments::range(size_t segment) const
{
    const qint64 offset = qint64(segment) * length;
    return {offset, qMin(length, m_size - offset)};
}

void Segments::want(size_t segment)
{
    const Range wanted = range(segment);
    // Neighbours in one piece, so that a new file is one entry however large it is.
    if (!m_work.empty() && m_work.back().offset + m_work.back().length == wanted.offset)
        m_work.back().length += wanted.length;
    else
        m_work.push_back(wanted);
}

Range Segments::take(qint64 most)
{
    Range &next = m_work.front();
    // Never over the border of a segment: arrived() counts for one.
    const qint64 toBorder = length - next.offset % length;
    const Range taken{next.offset, qMin(qMin(most, toBorder), next.length)};
    next.offset += taken.length;
    next.length -= taken.length;
    if (next.length == 0)
        m_work.pop_front();
    return taken;
}

std::optional<size_t> Segments::arrived(qint64 offset, qint64 bytes)
{
    const auto segment = size_t(offset / length);
    m_missing[segment] -= bytes;
    return m_missing[segment] == 0 ? std::optional(segment) : std::nullopt;
}

} // namespace nimbook::transfer
