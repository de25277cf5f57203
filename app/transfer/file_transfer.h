// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_errors.h"
#include "transfer/sftp_lane.h"

#include <functional>
#include <memory>
#include <optional>

namespace nimbook::transfer {

/// What one file's journey needs to know.
struct FileTask {
    QByteArray source;
    QByteArray destination;
    qint64 size = 0; ///< as planned; what the source says at its opening counts
    bool replace = false;
};

struct FileResult {
    std::optional<Error> error;
    bool inDoubt = false; ///< the last step, the rename, was sent and its answer never came
    bool verified = false; ///< SHA-256 on both ends, and equal
    qint64 size = 0;      ///< of the source, as it was sent
    qint64 modified = 0;
};

/// One file under way. Whatever happens, its destination is either what it was before or the whole new file.
///
/// Keeps itself alive until the last answer; onEnded comes exactly once, after the clean-up, unless the lane goes away first.
class FileTransfer : public DataSource, public std::enable_shared_from_this<FileTransfer> {
public:
    FileTransfer(std::shared_ptr<SftpLane> lane, FileTask task) : m_lane(std::move(lane)), m_task(std::move(task)), m_size(m_task.size) {}

    virtual void start() = 0;
    enum class Leftover { Remove, Keep };
    void cancel(Leftover leftover = Leftover::Remove); ///< ends with Cancelled, or well if the file had its name already
    bool hasLane() const { return m_lane->client().isAlive(); }
    const FileTask &task() const { return m_task; }
    qint64 unsent() const { return m_size - m_sent; } ///< bytes not asked for or sent yet

    std::function<void(qint64 bytes)> onMoved; ///< so many bytes more have arrived
    std::function<void(const FileResult &)> onRenaming; ///< the last step comes now
    std::function<void(FileTransfer &, const FileResult &)> onEnded;

protected:
    std::shared_ptr<FileTransfer> self() { return shared_from_this(); }
    SftpClient &client() { return m_lane->client(); }
    bool hasFailed() const { return m_error.has_value(); }
    bool keepsLeftover() const { return m_leftover == Leftover::Keep; } ///< what has arrived is of use to another attempt
    void note(const Error &error); ///< the first one counts
    /// Where the far disk is full, the error comes to say so; then \a then.
    void explain(const QByteArray &remoteFolder, std::function<void()> then);
    void moved(qint64 bytes);
    void renaming(const FileResult &result);
    void finish(const FileResult &result); ///< the file has its name, or perhaps
    void finishFailed();                   ///< with the error noted
    Attempt attempt(const char *text, const QByteArray &path);

    /// One request of the many; \a then sees its answer, settle() follows when none is open any more.
    void ask(sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost = 0);
    virtual void settle() = 0;

    std::shared_ptr<SftpLane> m_lane;
    FileTask m_task;
    qint64 m_size = 0;
    qint64 m_sent = 0;
    int m_open = 0; ///< requests without an answer, and guards around groups of them

private:
    std::optional<Error> m_error;
    Leftover m_leftover = Leftover::Remove;
    bool m_ended = false;
};

} // namespace nimbook::transfer
