// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <deque>
#include <optional>
#include <vector>

namespace nimbook::transfer {

struct Range {
    qint64 offset = 0;
    qint64 length = 0;
    bool operator==(const Range &) const = default;
};

/// A file as pieces that are proven one by one: which of them are still to be moved, and which have all their bytes.
class Segments {
public:
    static constexpr qint64 length = 16 * 1024 * 1024; // what a lost connection costs at most, and what one digest covers

    static constexpr qint64 largestFile = 64ll * 1024 * 1024 * 1024 * 1024; // bytes; a larger size is a lie, and this needs memory for each

    explicit Segments(qint64 fileSize = 0);

    size_t count() const { return m_missing.size(); } ///< 0 for an empty file
    Range range(size_t segment) const;

    bool isComplete(size_t segment) const { return m_missing[segment] == 0; }
    void want(size_t segment);       ///< its bytes are to be moved
    bool hasWork() const { return !m_work.empty(); }
    Range take(qint64 most);         ///< the next bytes to be moved; hasWork()

    /// So many bytes at \a offset are there; the segment when it has all of its own now. They lie within one segment.
    std::optional<size_t> arrived(qint64 offset, qint64 bytes);

private:
    qint64 m_size;
    std::vector<qint64> m_missing; ///< bytes of each
    std::deque<Range> m_work;
};

} // namespace nimbook::transfer
