// SPDX-License-Identifier: Apache-2.0
#include "transfer/plan_files.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace nimbook::transfer {
namespace {

const char *const planAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write down the list of files in \"%1\"");
constexpr qsizetype spillSize = 256 * 1024; // bytes

/// What stands in front of the three names of a record.
struct PlanRecordHead {
    qint64 size;
    qint64 modified;
    qint64 replaced;
    qint32 folder;
    quint32 permissions;
    quint32 nameSize;
    quint32 sourceSize;
    quint32 plannedNameSize;
    quint32 replace;
};

} // namespace

void PlanFiles::append(const PlanFile &file)
{
    PlanRecordHead head{};
    head.size = file.size;
    head.modified = file.modified;
    head.replaced = file.replaced;
    head.folder = file.folder;
    head.permissions = file.permissions;
    head.nameSize = quint32(file.name.size());
    head.sourceSize = quint32(file.source.size());
    head.plannedNameSize = quint32(file.plannedName.size());
    head.replace = file.replace;
    m_tail.append(reinterpret_cast<const char *>(&head), sizeof head);
    m_tail += file.name + file.source + file.plannedName;
    m_lastFolder = std::max(m_lastFolder, file.folder);
    ++m_count;
    m_bytes += file.size;
    if (m_tail.size() >= spillSize)
        spill();
}

void PlanFiles::spill()
{
    if (m_error)
        return;
    if (m_fd.get() < 0) {
        auto fd = makeScratchFile();
        if (!fd) {
            m_error = fd.error();
            return;
        }
        m_fd = std::move(*fd);
    }
    QByteArrayView rest(m_tail);
    while (!rest.isEmpty()) {
        const ssize_t written = ::pwrite(m_fd.get(), rest.data(), size_t(rest.size()), m_spilled);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            m_error = localError({planAttempt, scratchFolder()}, errno);
            return;
        }
        m_spilled += written;
        rest = rest.sliced(written);
    }
    m_tail.truncate(0);
}

bool PlanFiles::Reader::fill(qsizetype wanted)
{
    if (m_buffer.size() - m_used >= wanted)
        return true;
    m_buffer.remove(0, std::exchange(m_used, 0));
    const qint64 onDisk = m_files->m_spilled - m_offset;
    if (onDisk > 0) {
        const qsizetype before = m_buffer.size();
        const auto piece = qsizetype(std::min<qint64>(onDisk, spillSize));
        m_buffer.resize(before + piece);
        const ssize_t got = ::pread(m_files->m_fd.get(), m_buffer.data() + before, size_t(piece), m_offset);
        m_buffer.resize(before + std::max<ssize_t>(0, got));
        if (got <= 0)
            return false;
        m_offset += got;
    } else {
        const QByteArrayView rest = QByteArrayView(m_files->m_tail).sliced(qsizetype(m_offset - m_files->m_spilled));
        if (rest.isEmpty())
            return false;
        m_buffer.append(rest);
        m_offset += rest.size();
    }
    return fill(wanted);
}

std::optional<PlanFile> PlanFiles::Reader::next()
{
    if (!m_files || m_read == m_files->m_count)
        return std::nullopt;
    PlanRecordHead head;
    const auto whole = [&] { return qsizetype(sizeof head) + head.nameSize + head.sourceSize + head.plannedNameSize; };
    const auto broken = [this] {
        if (!m_files->m_error)
            m_files->m_error = localError({planAttempt, scratchFolder()}, EIO);
        return std::nullopt;
    };
    bool isThere = fill(sizeof head);
    if (isThere) {
        std::memcpy(&head, m_buffer.constData() + m_used, sizeof head);
        isThere = fill(whole());
    }
    if (!isThere)
        return broken();
    const char *at = m_buffer.constData() + m_used + sizeof head;
    const auto string = [&at](quint32 size) { return QByteArray(std::exchange(at, at + size), size); };
    PlanFile file;
    file.size = head.size;
    file.modified = head.modified;
    file.replaced = head.replaced;
    file.folder = head.folder;
    file.permissions = head.permissions;
    file.replace = head.replace;
    if (head.nameSize > 0)
        file.name = string(head.nameSize);
    if (head.sourceSize > 0)
        file.source = string(head.sourceSize);
    if (head.plannedNameSize > 0)
        file.plannedName = string(head.plannedNameSize);
    // The last gate before names become paths, whoever wrote them down.
    const bool isInPlan = file.folder >= 0 && file.folder <= m_files->m_lastFolder && isSafeName(file.name)
        && (file.plannedName.isEmpty() || isSafeName(file.plannedName));
    if (!isInPlan)
        return broken();
    m_used += whole();
    ++m_read;
    return file;
}

void PlanFiles::forEach(const std::function<void(const PlanFile &)> &visit) const
{
    Reader reader(this);
    while (const auto file = reader.next())
        visit(*file);
}

void PlanFiles::filter(const std::function<bool(PlanFile &)> &keep)
{
    PlanFiles kept;
    Reader reader(this);
    while (auto file = reader.next()) {
        if (keep(*file))
            kept.append(*file);
    }
    if (m_error && !kept.m_error)
        kept.m_error = m_error;
    *this = std::move(kept);
}

} // namespace nimbook::transfer
