// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_transfer.h"

namespace nimbook::transfer {

void FileTransfer::cancel(Leftover leftover)
{
    m_leftover = leftover;
    note(Error{ErrorKind::Cancelled, transferText("Cancelled."), {}, {}, {}});
    // The lane forgets us at its next turn; whoever waits for an answer settles there.
}

void FileTransfer::note(const Error &error)
{
    if (!m_error)
        m_error = error;
}

void FileTransfer::explain(const QByteArray &remoteFolder, std::function<void()> then)
{
    ++m_open;
    explainBySpace(client(), remoteFolder, *m_error, [self = self(), then = std::move(then)](Error error) {
        self->m_error = std::move(error);
        then();
        if (--self->m_open == 0)
            self->settle();
    });
}

void FileTransfer::moved(qint64 bytes)
{
    if (onMoved)
        onMoved(bytes);
}

void FileTransfer::renaming(const FileResult &result)
{
    if (onRenaming)
        onRenaming(result);
}

void FileTransfer::finishFailed()
{
    FileResult result;
    result.error = m_error;
    finish(result);
}

void FileTransfer::finish(const FileResult &result)
{
    if (std::exchange(m_ended, true))
        return;
    const auto ended = std::exchange(onEnded, nullptr);
    onMoved = nullptr;
    onRenaming = nullptr;
    if (ended)
        ended(*this, result);
}

Attempt FileTransfer::attempt(const char *text, const QByteArray &path)
{
    return Attempt{text, path, client().machineName()};
}

void FileTransfer::ask(sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost)
{
    ++m_open;
    client().send(std::move(request), [self = self(), then = std::move(then)](const SftpClient::Answer &answer) {
        then(answer);
        if (--self->m_open == 0)
            self->settle();
    }, cost);
}

} // namespace nimbook::transfer
