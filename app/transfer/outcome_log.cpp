// SPDX-License-Identifier: Apache-2.0
#include "transfer/outcome_log.h"

#include "transfer/file_errors.h"
#include "transfer/sha256.h"

#include <QtEndian>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace nimbook::transfer {
namespace {
const char *const logAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write down the progress in \"%1\"");
constexpr qsizetype recordSize = 1 + 16 + 8 + 8;
}

Result<std::shared_ptr<OutcomeLog>> OutcomeLog::open(const QByteArray &path)
{
    const int common = O_RDWR | O_CLOEXEC | O_APPEND;
    if (path.isEmpty()) {
        auto scratch = makeScratchFile(O_APPEND);
        if (!scratch)
            return failure(scratch.error());
        return std::shared_ptr<OutcomeLog>(new OutcomeLog(std::move(*scratch)));
    }
    FileDescriptor fd(::open(path.constData(), common | O_CREAT | O_NOFOLLOW, 0600));
    if (fd.get() < 0)
        return failure(localError({logAttempt, path}, errno));
    // What a crash tore off would shift all that follows.
    const off_t size = ::lseek(fd.get(), 0, SEEK_END);
    if (size % recordSize != 0 && ::ftruncate(fd.get(), size - size % recordSize) != 0)
        return failure(localError({logAttempt, path}, errno));
    return std::shared_ptr<OutcomeLog>(new OutcomeLog(std::move(fd)));
}

OutcomeLog::Key OutcomeLog::keyOf(const QByteArray &source, const QByteArray &plannedPath)
{
    Sha256 hash;
    hash.add(source);
    hash.add(QByteArrayView("\0", 1)); // no path holds one
    hash.add(plannedPath);
    const QByteArray digest = hash.digest();
    Key key;
    std::copy_n(digest.constData(), key.size(), key.data());
    return key;
}

void OutcomeLog::note(const QByteArray &source, const QByteArray &plannedPath, const EarlierFile &file)
{
    std::array<char, recordSize> record;
    const Key key = keyOf(source, plannedPath);
    record[0] = char(file.outcome);
    std::copy_n(key.data(), key.size(), record.data() + 1);
    qToLittleEndian(file.size, record.data() + 17);
    qToLittleEndian(file.modified, record.data() + 25);
    // A full disk costs the memory of this transfer, not the transfer: without a record the next attempt asks again.
    const ssize_t written = ::write(m_fd.get(), record.data(), record.size());
    if (written > 0 && written < ssize_t(record.size()) && ::ftruncate(m_fd.get(), ::lseek(m_fd.get(), 0, SEEK_END) - written) != 0)
        m_fd.close();
}

bool OutcomeLog::load()
{
    m_records.clear();
    QByteArray buffer(recordSize * 4096, Qt::Uninitialized);
    for (off_t offset = 0;;) {
        const ssize_t got = ::pread(m_fd.get(), buffer.data(), size_t(buffer.size()), offset);
        if (got < recordSize)
            break;
        const ssize_t whole = got - got % recordSize;
        for (const char *at = buffer.constData(); at < buffer.constData() + whole; at += recordSize) {
            Record record;
            record.file.outcome = at[0] == char(Outcome::Finished) ? Outcome::Finished : at[0] == char(Outcome::InDoubt) ? Outcome::InDoubt : Outcome::Undone;
            std::copy_n(at + 1, record.key.size(), record.key.data());
            record.file.size = qFromLittleEndian<qint64>(at + 17);
            record.file.modified = qFromLittleEndian<qint64>(at + 25);
            m_records.push_back(record);
        }
        offset += whole;
    }
    std::stable_sort(m_records.begin(), m_records.end(), [](const Record &a, const Record &b) { return a.key < b.key; });
    // Of several the last one counts.
    const auto later = std::unique(m_records.rbegin(), m_records.rend(), [](const Record &a, const Record &b) { return a.key == b.key; });
    m_records.erase(m_records.begin(), later.base());
    std::erase_if(m_records, [](const Record &record) { return record.file.outcome == Outcome::Undone; });
    return !m_records.empty();
}

void OutcomeLog::unload()
{
    m_records = {};
}

std::optional<EarlierFile> OutcomeLog::find(const QByteArray &source, const QByteArray &plannedPath) const
{
    if (m_records.empty())
        return std::nullopt;
    const Key key = keyOf(source, plannedPath);
    const auto found = std::lower_bound(m_records.begin(), m_records.end(), key, [](const Record &record, const Key &k) { return record.key < k; });
    return found != m_records.end() && found->key == key ? std::optional(found->file) : std::nullopt;
}

} // namespace nimbook::transfer
