// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_errors.h"
#include "transfer/place_before.h"
#include "transfer/remote_hasher.h"
#include "transfer/segments.h"
#include "transfer/sftp_lane.h"
#include "transfer/work_pool.h"

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
    bool mayHavePart = false; ///< an earlier attempt may have left some of it
    std::optional<PlaceBefore> before = {}; ///< nothing else may be replaced
};

/// What it travels with. The pools outlive it.
struct FileTools {
    std::vector<std::shared_ptr<SftpLane>> lanes; ///< the first one for everything but the data of a big file
    std::shared_ptr<RemoteHasher> hasher;         ///< null: nothing is verified
    WorkPool *disk = nullptr;                     ///< for what waits for the disk
    WorkPool *digests = nullptr;                  ///< for what keeps the processor busy
};

struct FileResult {
    std::optional<Error> error;
    bool inDoubt = false;  ///< the last step, the rename, was sent and its answer never came
    bool verified = false; ///< SHA-256 on both ends, and equal
    QString whyNotVerified;
    qint64 size = 0; ///< of the source, as it was sent
    qint64 modified = 0;
};

/// One file under way. Whatever happens, its destination is either what it was before or the whole new file, proven by
/// SHA-256 where the machine can compute it.
///
/// A big file goes over all lanes at once, each with a handle of its own; its segments are proven as they arrive. Keeps itself
/// alive until the last answer; onEnded comes exactly once, after the clean-up, unless the lane goes away first.
class FileTransfer : public std::enable_shared_from_this<FileTransfer> {
public:
    FileTransfer(FileTools tools, FileTask task);
    virtual ~FileTransfer() = default;

    virtual void start() = 0;
    enum class Leftover { Remove, Keep };
    void cancel(Leftover leftover = Leftover::Remove); ///< ends with Cancelled, or well if the file had its name already
    bool hasLane() const;
    void addLane(const std::shared_ptr<SftpLane> &lane); ///< one more, for what is left of a big file
    /// What has arrived is of use to another attempt: enough of it, and no fault of its own.
    bool leavesPart() const;
    const FileTask &task() const { return m_task; }
    qint64 size() const { return m_size; }
    qint64 unsent() const { return m_size - m_sent; } ///< bytes not asked for or sent yet
    qint64 provenBytes() const { return m_proven; }   ///< of a part that was there before
    virtual bool holdsFile() const = 0; ///< a local one is open for it
    void letGo() { m_legs.clear(); } ///< nobody waits for its end any more

    std::function<void(qint64 bytes)> onMoved; ///< so many bytes more have arrived
    std::function<void(const FileResult &)> onRenaming; ///< the last step comes now
    std::function<void(FileTransfer &, const FileResult &)> onEnded;

protected:
    std::shared_ptr<FileTransfer> self() { return shared_from_this(); }
    SftpClient &client() { return m_tools.lanes.front()->client(); }
    bool hasFailed() const { return m_error.has_value(); }
    void note(const Error &error); ///< the first one counts
    /// Where the far disk is full, the error comes to say so; then \a then.
    void explain(const QByteArray &remoteFolder, std::function<void()> then);
    void moved(qint64 bytes);
    void proven(const Range &range); ///< it need not be moved
    void askedForAll() { m_sent = m_size; } ///< without legs
    void renaming(const FileResult &result);
    void finish(FileResult result); ///< the file has its name, or perhaps
    void finishFailed();            ///< with the error noted
    Attempt attempt(const char *text, const QByteArray &path);

    /// One request of the many; \a then sees its answer, settle() follows when none is open any more.
    /// \param extra, cost as SftpClient::send() has them
    void ask(sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost = 0, Patience::Time extra = {});
    void askOn(SftpClient &client, sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost = 0, Patience::Time extra = {});
    void hold() { ++m_open; }
    void release();
    virtual void settle() = 0;

    /// A lane's share in the file.
    struct Leg : public DataSource {
        bool feed() override { return file->feedLeg(*this); }
        std::shared_ptr<FileTransfer> file;
        std::shared_ptr<SftpLane> lane;
        QByteArray handle;
        Range range = {}; ///< its next bytes
    };
    /// Moves what the segments want: over one lane with \a handle, and over all others too when it is much.
    void beginLegs(const QByteArray &handle);
    void closeExtraLegs(const char *attemptText, const QByteArray &path);
    size_t legCount() const { return m_legs.size(); }
    virtual sftp::Request openLeg() const = 0;
    virtual void checkLeg(Leg &leg, std::function<void()> then); ///< before its first chunk: is it the same file?
    virtual qint64 moveChunk(Leg &leg, qint64 offset, qint64 length) = 0; ///< bytes sent or asked for; 0: there are no more
    virtual void onAllAsked() = 0; ///< no further chunk follows; some are still under way

    /// Both digests of a segment; judged when they are there.
    struct Check {
        std::optional<Result<QByteArray>> near;
        std::optional<Result<QByteArray>> far;
        bool isComplete() const { return near && far; }
        bool isEqual() const { return *near && *far && **near == **far && !(**near).isEmpty(); }
    };
    bool verifies() const { return m_tools.hasher && m_tools.hasher->isAvailable(); }
    void askFar(const std::shared_ptr<Check> &check, const QByteArray &path, size_t segment, std::function<void()> then);
    void askNear(const std::shared_ptr<Check> &check, std::function<Result<QByteArray>()> digest, std::function<void()> then);
    void judge(const Check &check, const QByteArray &path); ///< notes what is wrong
    FileResult outcome(qint64 modified) const;

    FileTools m_tools;
    FileTask m_task;
    qint64 m_size = 0;
    Segments m_segments;
    QString m_whyNotVerified;

private:
    bool feedLeg(Leg &leg);
    void beginExtraLeg(const std::shared_ptr<SftpLane> &lane);
    void onLegFed();

    std::vector<std::shared_ptr<Leg>> m_legs;
    int m_feeding = 0; ///< legs that may send more
    qint64 m_sent = 0;
    qint64 m_proven = 0;
    int m_open = 0; ///< requests without an answer, and guards around groups of them
    std::optional<Error> m_error;
    std::optional<Leftover> m_leftover;
    bool m_ended = false;
};

} // namespace nimbook::transfer
