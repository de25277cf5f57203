// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_listing.h"

#include "transfer/file_errors.h"

#include <QSet>

namespace nimbook::transfer {
namespace {

const char *const listAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not list the folder \"%1\" on %2");
constexpr qsizetype mostListed = 2'000'000;

class Listing : public std::enable_shared_from_this<Listing> {
public:
    std::shared_ptr<SftpClient> client;
    Attempt attempt;
    std::function<void(Result<QList<sftp::NameEntry>>)> then;

    void start()
    {
        client->send(sftp::onPath(sftp::Type::Opendir, attempt.path), [self = shared_from_this()](const SftpClient::Answer &answer) {
            const auto handle = expectReply<sftp::Handle>(answer, self->attempt);
            if (!handle) {
                self->then(failure(handle.error()));
                return;
            }
            self->m_handle = handle->id;
            self->readMore();
        });
    }

private:
    void readMore()
    {
        client->send(sftp::onHandle(sftp::Type::Readdir, m_handle), [self = shared_from_this()](const SftpClient::Answer &answer) {
            if (isStatus(answer, sftp::Code::Eof)) {
                self->close();
                self->then(std::move(self->m_entries));
                return;
            }
            auto names = expectReply<sftp::Names>(answer, self->attempt);
            // No names and no end either: a server that would keep us asking for ever.
            if (names && (names->entries.isEmpty() || self->m_entries.size() > mostListed))
                names = failure(unexpectedReply(self->attempt));
            if (!names) {
                self->close();
                self->then(failure(names.error()));
                return;
            }
            for (sftp::NameEntry &entry : names->entries)
                self->add(std::move(entry));
            self->readMore();
        });
    }

    void add(sftp::NameEntry entry)
    {
        if (entry.name == "." || entry.name == ".." || m_seen.contains(entry.name))
            return;
        m_seen.insert(entry.name);
        m_entries.append(std::move(entry));
    }

    void close()
    {
        client->send(sftp::onHandle(sftp::Type::Close, m_handle), [](const SftpClient::Answer &) {});
    }

    QByteArray m_handle;
    QList<sftp::NameEntry> m_entries;
    QSet<QByteArray> m_seen;
};

} // namespace

void listRemoteFolder(std::shared_ptr<SftpClient> client, const QByteArray &path,
                      std::function<void(Result<QList<sftp::NameEntry>>)> then)
{
    const auto listing = std::make_shared<Listing>();
    listing->attempt = Attempt{listAttempt, path, client->machineName()};
    listing->client = std::move(client);
    listing->then = std::move(then);
    listing->start();
}

} // namespace nimbook::transfer
