// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/result.h"
#include "transfer/local_file.h"

#include <QByteArray>

#include <array>
#include <optional>
#include <vector>

namespace nimbook::transfer {

/// What has become of a file of the transfer. In doubt: its last step, the rename, was sent; whether it happened is not known.
/// Undone: the far side refused it after all.
enum class Outcome : quint8 { Finished = 'F', InDoubt = 'D', Undone = 'U' };
struct EarlierFile {
    Outcome outcome = Outcome::Finished;
    qint64 size = 0;
    qint64 modified = 0; ///< seconds since 1970
    bool operator==(const EarlierFile &) const = default;
};

/// The finished files of one transfer, on disk: 33 bytes each, appended as it goes, read again only by the next attempt.
///
/// A record is in the kernel's hands when note() returns, so it outlives this process however it ends. A torn last record is
/// ignored. Thread: one at a time.
class OutcomeLog {
public:
    /// \param path empty: a file without a name, for this process only
    static Result<std::shared_ptr<OutcomeLog>> open(const QByteArray &path);

    void note(const QByteArray &source, const QByteArray &plannedPath, const EarlierFile &file);

    bool load();   ///< the latest word on each file, for find(); false: nothing was noted
    void unload(); ///< gives the memory back
    std::optional<EarlierFile> find(const QByteArray &source, const QByteArray &plannedPath) const;

private:
    using Key = std::array<char, 16>;
    struct Record {
        Key key;
        EarlierFile file;
    };
    explicit OutcomeLog(FileDescriptor fd) : m_fd(std::move(fd)) {}
    static Key keyOf(const QByteArray &source, const QByteArray &plannedPath);

    FileDescriptor m_fd;
    std::vector<Record> m_records; ///< by key
};

} // namespace nimbook::transfer
