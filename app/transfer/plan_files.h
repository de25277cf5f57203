// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "transfer/local_file.h"

#include <QByteArray>

#include <functional>
#include <optional>

namespace nimbook::transfer {

struct PlanFile {
    int folder = 0;
    QByteArray name;
    QByteArray source; ///< empty: in the folder's source, under the same name
    qint64 size = 0;
    qint64 modified = 0; ///< seconds since 1970
    quint32 permissions = 0644;
    bool replace = false; ///< an existing file of that name was found, and may go
    QByteArray plannedName = {}; ///< before keeping both gave it another one; empty: it did not
    qint64 replaced = 0; ///< bytes of the file that goes when this one gets its name
};

/// The files of a plan in the order of the walk. A few stay in memory, many go to a nameless file on disk, so that a plan of a
/// million files takes no more memory than one of a thousand. Read from front to back, changed by being written anew.
class PlanFiles {
public:
    void append(const PlanFile &file);
    qint64 count() const { return m_count; }
    qint64 bytes() const { return m_bytes; } ///< the sum of their sizes

    void forEach(const std::function<void(const PlanFile &)> &visit) const;
    /// \param keep may change the file; false takes it out
    void filter(const std::function<bool(PlanFile &)> &keep);

    /// One file after the other; the plan must not change meanwhile.
    class Reader {
    public:
        explicit Reader(const PlanFiles *files = nullptr) : m_files(files) {}
        std::optional<PlanFile> next(); ///< nothing as well, and error(), for a record that no walk can have written

    private:
        bool fill(qsizetype wanted);

        const PlanFiles *m_files;
        qint64 m_offset = 0; ///< of the bytes after m_buffer
        QByteArray m_buffer;
        qsizetype m_used = 0;
        qint64 m_read = 0; ///< files
    };

    const std::optional<Error> &error() const { return m_error; } ///< the disk took or gave no more: the plan is not whole

private:
    void spill();

    QByteArray m_tail; ///< what is not on disk
    FileDescriptor m_fd;
    qint64 m_spilled = 0; ///< bytes on disk
    qint64 m_count = 0;
    qint64 m_bytes = 0;
    int m_lastFolder = -1; ///< the highest number among the files
    mutable std::optional<Error> m_error;
};

} // namespace nimbook::transfer
