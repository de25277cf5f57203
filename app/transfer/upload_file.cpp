// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_file.h"

#include "transfer/names.h"

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const uploadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write \"%1\" on %2");

quint32 time32(qint64 seconds)
{
    return quint32(qBound<qint64>(0, seconds, std::numeric_limits<quint32>::max())); // SFTP v3 has no more
}

} // namespace

UploadFile::UploadFile(std::shared_ptr<SftpLane> lane, FileTask task) : FileTransfer(std::move(lane), std::move(task))
{
    m_part = joinPath(folderOf(m_task.destination), partName(nameOf(m_task.destination)));
}

void UploadFile::start()
{
    auto source = LocalSource::open(m_task.source);
    if (!source) {
        note(source.error());
        finishFailed();
        return;
    }
    m_source = std::move(*source);
    m_size = m_source->size();
    openPart();
}

void UploadFile::openPart()
{
    sftp::Attributes attributes;
    attributes.permissions = 0600; // nobody else reads it before it has its own mode
    ask(sftp::open(m_part, sftp::OpenWrite | sftp::OpenCreate | sftp::OpenExclusive, attributes),
        [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

void UploadFile::onOpened(const SftpClient::Answer &answer)
{
    if (isStatus(answer, sftp::Code::Failure) && !m_retriedOpen && !hasFailed()) {
        // Most likely a part file that a broken connection left behind.
        m_retriedOpen = true;
        ask(sftp::onPath(sftp::Type::Remove, m_part), [](const SftpClient::Answer &) {});
        openPart();
        return;
    }
    const auto handle = expectReply<sftp::Handle>(answer, attempt(uploadAttempt, m_task.destination));
    if (!handle) {
        note(handle.error());
        return;
    }
    m_handle = handle->id;
    m_phase = Phase::Sending;
    ++m_open; // sending counts as one open request, until the tail is out
    m_lane->add(self());
}

bool UploadFile::feed()
{
    if (m_phase != Phase::Sending)
        return false;
    if (!hasFailed() && m_sent < m_size)
        sendChunk();
    if (!hasFailed() && m_sent < m_size)
        return true;
    sendTail();
    return false;
}

void UploadFile::sendChunk()
{
    const qint64 wanted = qMin<qint64>(m_size - m_sent, SftpLane::chunkSize);
    sftp::Request request(sftp::Type::Write, wanted + 64);
    request.string(m_handle).bigNumber(quint64(m_sent));
    const auto got = m_source->read(m_sent, request.beginBlock(wanted), wanted);
    if (!got) {
        note(got.error());
        return;
    }
    if (*got == 0) { // shorter than it was: compare() would find it as well, after all the rest
        m_size = m_sent;
        return;
    }
    request.shrinkBlock(*got);
    m_sent += *got;
    ask(std::move(request), [this, count = *got](const SftpClient::Answer &answer) {
        const auto ok = expectOk(answer, attempt(uploadAttempt, m_task.destination));
        if (ok)
            moved(count);
        else
            note(ok.error());
    }, *got);
}

void UploadFile::sendTail()
{
    m_phase = Phase::Closing;
    if (!hasFailed()) {
        sftp::Attributes attributes;
        attributes.permissions = m_source->permissions();
        attributes.modified = time32(m_source->modified());
        attributes.accessed = time32(m_source->accessed());
        // Some file systems (FAT, bucket mounts) have no modes; the bytes count.
        ask(sftp::setHandleAttributes(m_handle, attributes), [](const SftpClient::Answer &) {});
        if (client().canSync()) {
            ask(sftp::sync(m_handle), [this](const SftpClient::Answer &answer) {
                if (const auto ok = expectOk(answer, attempt(uploadAttempt, m_task.destination)); !ok)
                    note(ok.error());
            });
        }
        ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &answer) {
            const auto arrived = expectReply<sftp::Attributes>(answer, attempt(uploadAttempt, m_task.destination));
            if (arrived)
                m_arrivedSize = arrived->size;
            else
                note(arrived.error());
        });
    }
    ask(sftp::onHandle(sftp::Type::Close, m_handle), [this](const SftpClient::Answer &answer) {
        if (const auto ok = expectOk(answer, attempt(uploadAttempt, m_task.destination)); !ok)
            note(ok.error());
    });
    if (--m_open == 0)
        settle();
}

void UploadFile::settle()
{
    switch (m_phase) {
    case Phase::Opening:
        m_phase = Phase::CleaningUp;
        explain(folderOf(m_task.destination), [] {});
        return;
    case Phase::CleaningUp:
        finishFailed();
        return;
    case Phase::Sending:
        return;
    case Phase::Closing:
        if (!hasFailed())
            compare();
        if (hasFailed())
            abandon();
        else
            rename();
        return;
    case Phase::Renaming:
        if (hasFailed())
            abandon();
        else
            finish(outcome());
        return;
    }
}

void UploadFile::compare()
{
    if (!m_source->isUnchanged() || m_sent != m_source->size()) {
        note(Error{ErrorKind::Conflict, transferText("\"%1\" changed while it was being uploaded; nothing was replaced.").arg(shownPath(m_task.source)),
                   transferText("Try again when nothing writes to it."), {}, {}});
    } else if (m_arrivedSize && *m_arrivedSize != quint64(m_size)) {
        note(Error{ErrorKind::FileSystem,
                   transferText("\"%1\" did not arrive whole on %2: %3 of %4 bytes.")
                       .arg(shownPath(m_task.destination), client().machineName()).arg(*m_arrivedSize).arg(m_size),
                   transferText("Try again."), {}, {}});
    }
}

FileResult UploadFile::outcome() const
{
    return FileResult{std::nullopt, false, false, m_size, m_source->modified()};
}

void UploadFile::rename()
{
    m_phase = Phase::Renaming;
    renaming(outcome());
    ++m_open;
    if (m_task.replace && !client().canReplace()) // not in one step, but all that such a server offers
        ask(sftp::onPath(sftp::Type::Remove, m_task.destination), [](const SftpClient::Answer &) {});
    const bool inOneStep = m_task.replace && client().canReplace();
    ask(inOneStep ? sftp::posixRename(m_part, m_task.destination) : sftp::rename(m_part, m_task.destination),
        [this](const SftpClient::Answer &answer) { onRenamed(answer); });
    if (--m_open == 0)
        settle();
}

void UploadFile::onRenamed(const SftpClient::Answer &answer)
{
    if (!answer) {
        FileResult lost = outcome(); // renamed perhaps: the answer never came
        lost.error = answer.error();
        lost.inDoubt = true;
        finish(lost);
        return;
    }
    const auto ok = expectOk(answer, attempt(uploadAttempt, m_task.destination));
    if (ok)
        return;
    if (!isStatus(answer, sftp::Code::Failure)) {
        note(ok.error());
        return;
    }
    // "Failure" is also how a file looks that came to be since the plan was made.
    ask(sftp::onPath(sftp::Type::Lstat, m_task.destination), [this, error = ok.error()](const SftpClient::Answer &there) mutable {
        if (there && std::holds_alternative<sftp::Attributes>(*there) && !m_task.replace) {
            error.kind = ErrorKind::AlreadyExists;
            error.message = transferText("\"%1\" was not written: meanwhile a file of that name has appeared on %2.")
                                .arg(shownPath(m_task.destination), client().machineName());
        }
        note(error);
    });
}

void UploadFile::abandon()
{
    m_phase = Phase::CleaningUp;
    // The space is asked for while the part file still takes its own.
    explain(folderOf(m_task.destination), [this] { ask(sftp::onPath(sftp::Type::Remove, m_part), [](const SftpClient::Answer &) {}); });
}

} // namespace nimbook::transfer
