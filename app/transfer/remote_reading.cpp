// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_reading.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"

namespace nimbook::transfer {
namespace {

const char *const readTextAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");
constexpr quint32 textChunk = 32 * 1024;

class TextReading : public std::enable_shared_from_this<TextReading> {
public:
    std::shared_ptr<SftpClient> client;
    Attempt attempt;
    qint64 limit = 0;
    std::function<void(Result<QByteArray>)> then;

    void start()
    {
        client->send(sftp::open(attempt.path, sftp::OpenRead), [self = shared_from_this()](const SftpClient::Answer &answer) {
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
        client->send(sftp::read(m_handle, quint64(m_bytes.size()), textChunk), [self = shared_from_this()](const SftpClient::Answer &answer) {
            if (isStatus(answer, sftp::Code::Eof)) {
                self->end(std::move(self->m_bytes));
                return;
            }
            const auto data = expectReply<sftp::Data>(answer, self->attempt);
            if (!data || data->bytes.isEmpty()) { // no bytes and no end: a server that would keep us asking for ever
                self->end(failure(data ? unexpectedReply(self->attempt) : data.error()));
                return;
            }
            self->m_bytes.append(data->bytes);
            if (self->m_bytes.size() > self->limit)
                self->end(failure(ErrorKind::InvalidInput, transferText("\"%1\" is too long to be read at once.").arg(shownPath(self->attempt.path))));
            else
                self->readMore();
        });
    }

    void end(Result<QByteArray> result)
    {
        client->send(sftp::onHandle(sftp::Type::Close, m_handle), [](const SftpClient::Answer &) {});
        then(std::move(result));
    }

    QByteArray m_handle;
    QByteArray m_bytes;
};

} // namespace

void readRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, qint64 limit, std::function<void(Result<QByteArray>)> then)
{
    const auto reading = std::make_shared<TextReading>();
    reading->attempt = Attempt{readTextAttempt, path, client->machineName()};
    reading->client = std::move(client);
    reading->limit = limit;
    reading->then = std::move(then);
    reading->start();
}

} // namespace nimbook::transfer
