// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_file.h"

#include "transfer/names.h"

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const downloadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");

} // namespace

DownloadFile::DownloadFile(std::shared_ptr<SftpLane> lane, FileTask task, WorkPool &pool)
    : FileTransfer(std::move(lane), std::move(task)), m_pool(pool)
{
}

void DownloadFile::start()
{
    ask(sftp::open(m_task.source, sftp::OpenRead), [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

void DownloadFile::onOpened(const SftpClient::Answer &answer)
{
    const auto handle = expectReply<sftp::Handle>(answer, attempt(downloadAttempt, m_task.source));
    if (!handle) {
        note(handle.error());
        return;
    }
    m_handle = handle->id;
    m_phase = Phase::Reading;
    ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &stat) { onLooked(stat); });
}

void DownloadFile::onLooked(const SftpClient::Answer &answer)
{
    const auto attributes = expectReply<sftp::Attributes>(answer, attempt(downloadAttempt, m_task.source));
    if (!attributes) {
        note(attributes.error());
        return;
    }
    m_attributes = *attributes;
    const bool usable = m_attributes.size && *m_attributes.size <= quint64(std::numeric_limits<qint64>::max())
        && (!m_attributes.permissions || m_attributes.isFile());
    if (!usable) {
        note(unexpectedReply(attempt(downloadAttempt, m_task.source)));
        return;
    }
    auto part = LocalPart::create(m_task.destination);
    if (!part) {
        note(part.error());
        return;
    }
    m_part = std::make_shared<LocalPart>(std::move(*part));
    m_size = qint64(*m_attributes.size);
    if (m_size == 0)
        return;
    ++m_open; // asking counts as one open request, until all is asked for
    m_lane->add(self());
}

bool DownloadFile::feed()
{
    if (!hasFailed() && m_sent < m_size) {
        const qint64 length = qMin<qint64>(m_size - m_sent, SftpLane::chunkSize);
        const qint64 offset = std::exchange(m_sent, m_sent + length);
        askForChunk(offset, length);
    }
    if (!hasFailed() && m_sent < m_size)
        return true;
    if (--m_open == 0)
        settle();
    return false;
}

void DownloadFile::askForChunk(qint64 offset, qint64 length)
{
    ask(sftp::read(m_handle, quint64(offset), quint32(length)),
        [=, this](const SftpClient::Answer &answer) { onChunk(offset, length, answer); }, length);
}

void DownloadFile::onChunk(qint64 offset, qint64 length, const SftpClient::Answer &answer)
{
    if (hasFailed())
        return;
    if (isStatus(answer, sftp::Code::Eof)) {
        note(changed());
        return;
    }
    const auto data = expectReply<sftp::Data>(answer, attempt(downloadAttempt, m_task.source));
    if (!data) {
        note(data.error());
        return;
    }
    const qint64 got = data->bytes.size();
    if (got == 0 || got > length) {
        note(unexpectedReply(attempt(downloadAttempt, m_task.source)));
        return;
    }
    if (const auto written = m_part->write(offset, data->bytes); !written) {
        note(written.error());
        return;
    }
    moved(got);
    if (got < length) // a server may give less than was asked for
        askForChunk(offset + got, length - got);
}

void DownloadFile::settle()
{
    switch (m_phase) {
    case Phase::Opening:
        finishFailed();
        return;
    case Phase::Reading:
        close();
        return;
    case Phase::Closing:
        if (hasFailed()) {
            m_part.reset(); // before anyone is told
            finishFailed();
        } else {
            bringHome();
        }
        return;
    case Phase::Finishing:
        return;
    }
}

void DownloadFile::close()
{
    m_phase = Phase::Closing;
    ++m_open;
    if (!hasFailed())
        ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &answer) { onLookedAgain(answer); });
    ask(sftp::onHandle(sftp::Type::Close, m_handle), [](const SftpClient::Answer &) {});
    if (hasFailed())
        m_part.reset();
    if (--m_open == 0)
        settle();
}

void DownloadFile::onLookedAgain(const SftpClient::Answer &answer)
{
    const auto attributes = expectReply<sftp::Attributes>(answer, attempt(downloadAttempt, m_task.source));
    if (!attributes)
        note(attributes.error());
    else if (attributes->size != m_attributes.size || attributes->modified != m_attributes.modified)
        note(changed());
}

void DownloadFile::bringHome()
{
    m_phase = Phase::Finishing;
    const quint32 permissions = m_attributes.permissions.value_or(0644);
    const qint64 modified = m_attributes.modified.value_or(0);
    FileResult end{std::nullopt, false, false, m_size, modified};
    renaming(end);
    const auto existing = m_task.replace ? LocalPart::Existing::Replace : LocalPart::Existing::Keep;
    m_pool.run([=, part = std::exchange(m_part, nullptr)] { return part->finish(permissions, modified, existing); },
               [self = self(), end, this](const Result<Done> &result) mutable {
                   if (!result)
                       end.error = result.error();
                   finish(end);
               });
}

Error DownloadFile::changed()
{
    return Error{ErrorKind::Conflict,
                 transferText("\"%1\" changed on %2 while it was being downloaded; nothing was replaced.").arg(shownPath(m_task.source), client().machineName()),
                 transferText("Try again when nothing writes to it."), {}, {}};
}

} // namespace nimbook::transfer
