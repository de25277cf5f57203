// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_reading.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"

#include <QSet>

namespace nimbook::transfer {
namespace {

const char *const listAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not list the folder \"%1\" on %2");
const char *const readTextAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");
constexpr qsizetype mostListed = 2'000'000;
constexpr qsizetype mostNameShown = 300; // bytes; more than isSafeName() takes
constexpr quint32 textChunk = 32 * 1024;

/// Opens something, asks for one piece after the other until the end, closes it.
template<typename Piece, typename Whole>
class RemoteReading : public std::enable_shared_from_this<RemoteReading<Piece, Whole>> {
public:
    RemoteReading(std::shared_ptr<SftpClient> client, const char *attempt, const QByteArray &path, std::function<void(Result<Whole>)> then)
        : m_client(std::move(client)), m_attempt{attempt, path, m_client->machineName()}, m_then(std::move(then))
    {
    }
    virtual ~RemoteReading() = default;

    void start(sftp::Request open)
    {
        m_client->send(std::move(open), [self = this->shared_from_this()](const SftpClient::Answer &answer) {
            const auto handle = expectReply<sftp::Handle>(answer, self->m_attempt);
            if (!handle) {
                self->m_then(failure(handle.error()));
                return;
            }
            self->m_handle = handle->id;
            for (int i = 0; i < self->m_ahead; ++i)
                self->readMore();
        });
    }

protected:
    virtual sftp::Request more(const QByteArray &handle) const = 0;
    virtual Result<void> take(Piece &piece) = 0; ///< into m_whole; an error ends it
    Error nonsense() const { return unexpectedReply(m_attempt); }
    const QByteArray &path() const { return m_attempt.path; }

    Whole m_whole;
    int m_ahead = 1; ///< pieces asked for at once

private:
    void readMore()
    {
        m_client->send(more(m_handle), [self = this->shared_from_this()](const SftpClient::Answer &answer) {
            if (self->m_ended)
                return;
            if (isStatus(answer, sftp::Code::Eof)) {
                self->end(std::move(self->m_whole));
                return;
            }
            auto piece = expectReply<Piece>(answer, self->m_attempt);
            const Result<void> taken = piece ? self->take(*piece) : failure(piece.error());
            if (taken)
                self->readMore();
            else
                self->end(failure(taken.error()));
        });
    }

    void end(Result<Whole> result)
    {
        m_ended = true;
        m_client->send(sftp::onHandle(sftp::Type::Close, m_handle), [](const SftpClient::Answer &) {});
        m_then(std::move(result));
    }

    std::shared_ptr<SftpClient> m_client;
    Attempt m_attempt;
    std::function<void(Result<Whole>)> m_then;
    QByteArray m_handle;
    bool m_ended = false;
};

class FolderReading final : public RemoteReading<sftp::Names, QList<sftp::NameEntry>> {
public:
    FolderReading(std::shared_ptr<SftpClient> client, const QByteArray &path, std::function<void(Result<QList<sftp::NameEntry>>)> then)
        : RemoteReading(std::move(client), listAttempt, path, std::move(then))
    {
        m_ahead = 2; // most folders need one answer and the word that it was the last: both in one round trip
    }

private:
    sftp::Request more(const QByteArray &handle) const override { return sftp::onHandle(sftp::Type::Readdir, handle); }
    Result<void> take(sftp::Names &names) override
    {
        // No names and no end either: a server that would keep us asking for ever.
        if (names.entries.isEmpty() || m_whole.size() > mostListed)
            return failure(nonsense());
        for (sftp::NameEntry &entry : names.entries) {
            if (entry.name == "." || entry.name == ".." || m_seen.contains(entry.name))
                continue;
            if (entry.name.size() > mostNameShown)
                entry.name = entry.name.left(mostNameShown); // no name anywhere; and not a quarter of a megabyte each, two million times
            m_seen.insert(entry.name);
            m_whole.append(std::move(entry));
        }
        return {};
    }

    QSet<QByteArray> m_seen;
};

class TextReading final : public RemoteReading<sftp::Data, QByteArray> {
public:
    using RemoteReading::RemoteReading;
    qint64 limit = 0;

private:
    sftp::Request more(const QByteArray &handle) const override { return sftp::read(handle, quint64(m_whole.size()), textChunk); }
    Result<void> take(sftp::Data &data) override
    {
        if (data.bytes.isEmpty()) // and no end either
            return failure(nonsense());
        m_whole.append(data.bytes);
        if (m_whole.size() > limit)
            return failure(ErrorKind::InvalidInput, transferText("\"%1\" is too long to be read at once.").arg(shownPath(path())));
        return {};
    }
};

} // namespace

void listRemoteFolder(std::shared_ptr<SftpClient> client, const QByteArray &path,
                      std::function<void(Result<QList<sftp::NameEntry>>)> then)
{
    std::make_shared<FolderReading>(std::move(client), path, std::move(then))->start(sftp::onPath(sftp::Type::Opendir, path));
}

void readRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, qint64 limit, std::function<void(Result<QByteArray>)> then)
{
    const auto reading = std::make_shared<TextReading>(std::move(client), readTextAttempt, path, std::move(then));
    reading->limit = limit;
    reading->start(sftp::open(path, sftp::OpenRead));
}

} // namespace nimbook::transfer
