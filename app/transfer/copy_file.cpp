// SPDX-License-Identifier: Apache-2.0
#include "transfer/copy_file.h"

#include "transfer/names.h"

namespace nimbook::transfer {
namespace {

const char *const copyReadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");

} // namespace

void CopyFile::start()
{
    namePart();
    ask(sftp::open(m_task.source, sftp::OpenRead), [this](const SftpClient::Answer &answer) {
        const auto handle = expectReply<sftp::Handle>(answer, attempt(copyReadAttempt, m_task.source));
        if (!handle) {
            note(handle.error());
            return;
        }
        m_source = handle->id;
        ask(sftp::onHandle(sftp::Type::Fstat, m_source), [this](const SftpClient::Answer &stat) { onLooked(stat); });
    });
}

void CopyFile::onLooked(const SftpClient::Answer &answer)
{
    const auto attributes = expectReply<sftp::Attributes>(answer, attempt(copyReadAttempt, m_task.source));
    if (!attributes) {
        note(attributes.error());
        return;
    }
    m_attributes = *attributes;
    const bool usable = m_attributes.size && *m_attributes.size <= quint64(Segments::largestFile) && (!m_attributes.permissions || m_attributes.isFile());
    if (!usable)
        note(unexpectedReply(attempt(copyReadAttempt, m_task.source)));
    if (hasFailed())
        return;
    m_size = qint64(*m_attributes.size);
    m_segments = Segments(m_size);
    m_phase = Phase::Opening;
    openPart();
}

void CopyFile::onPartOpened(bool)
{
    m_phase = Phase::Copying;
    for (size_t segment = 0; segment < m_segments.count(); ++segment)
        m_segments.want(segment);
    beginLegs(m_handle);
}

qint64 CopyFile::moveChunk(Leg &leg, qint64 offset, qint64 length)
{
    SftpClient &lane = leg.lane->client();
    if (lane.canCopyData()) {
        askOn(lane, sftp::copyData(m_source, quint64(offset), quint64(length), m_handle, quint64(offset)),
              [=, this](const SftpClient::Answer &answer) { onWritten(offset, length, answer); }, length);
    } else {
        askOn(lane, sftp::read(m_source, quint64(offset), quint32(length)),
              [=, this, &lane](const SftpClient::Answer &answer) { onRead(lane, offset, length, answer); }, length);
    }
    return length;
}

void CopyFile::onRead(SftpClient &client, qint64 offset, qint64 length, const SftpClient::Answer &answer)
{
    if (hasFailed())
        return;
    if (isStatus(answer, sftp::Code::Eof)) {
        note(changed());
        return;
    }
    const auto data = expectReply<sftp::Data>(answer, attempt(copyReadAttempt, m_task.source));
    if (!data || data->bytes.isEmpty() || data->bytes.size() > length) {
        note(data ? unexpectedReply(attempt(copyReadAttempt, m_task.source)) : data.error());
        return;
    }
    const qint64 got = data->bytes.size();
    sftp::Request request(sftp::Type::Write, got + 64);
    request.string(m_handle).bigNumber(quint64(offset)).string(data->bytes);
    askOn(client, std::move(request), [=, this](const SftpClient::Answer &written) { onWritten(offset, got, written); }, got);
    if (got < length) { // a server may give less than was asked for
        askOn(client, sftp::read(m_source, quint64(offset + got), quint32(length - got)),
              [=, this, &client](const SftpClient::Answer &rest) { onRead(client, offset + got, length - got, rest); }, length - got);
    }
}

void CopyFile::onWritten(qint64 offset, qint64 length, const SftpClient::Answer &answer)
{
    if (isStatus(answer, sftp::Code::Eof)) { // of copy-data: the source has become shorter
        note(changed());
        return;
    }
    const auto ok = expectOk(answer, attempt(writeAttempt, m_task.destination));
    if (!ok) {
        note(ok.error());
        return;
    }
    moved(length);
    const auto complete = m_segments.arrived(offset, length);
    if (complete && m_segments.count() > 1 && verifies() && !hasFailed())
        verify(*complete);
}

/// Both digests are the machine's; "near" is that of the source.
void CopyFile::verify(size_t segment)
{
    const auto check = std::make_shared<Check>();
    const auto ofSource = std::make_shared<Check>();
    const auto then = [this, check] {
        if (!check->isComplete())
            return;
        if (!*check->near && check->near->error().kind == ErrorKind::Unsupported)
            m_whyNotVerified = check->near->error().message;
        else
            judge(*check, m_task.destination);
    };
    askFar(ofSource, m_task.source, segment, [=] {
        check->near = ofSource->far;
        then();
    });
    askFar(check, m_part, segment, then);
}

void CopyFile::close()
{
    m_phase = Phase::Closing;
    hold();
    if (!hasFailed()) {
        sftp::Attributes attributes;
        attributes.permissions = m_attributes.permissions.value_or(0644) & 0777;
        attributes.modified = m_attributes.modified;
        attributes.accessed = m_attributes.accessed;
        sealPart(attributes);
        askForSize(sftp::onHandle(sftp::Type::Fstat, m_handle));
        ask(sftp::onHandle(sftp::Type::Fstat, m_source), [this](const SftpClient::Answer &answer) {
            const auto now = expectReply<sftp::Attributes>(answer, attempt(copyReadAttempt, m_task.source));
            if (!now)
                note(now.error());
            else if (now->size != m_attributes.size || now->modified != m_attributes.modified)
                note(changed());
        });
    }
    if (!m_handle.isEmpty())
        closePart();
    ask(sftp::onHandle(sftp::Type::Close, m_source), [](const SftpClient::Answer &) {});
    release();
}

void CopyFile::settle()
{
    switch (m_phase) {
    case Phase::Looking:
        if (m_source.isEmpty())
            finishFailed();
        else
            close();
        return;
    case Phase::Opening:
    case Phase::Copying:
        close();
        return;
    case Phase::Closing:
        if (!hasFailed())
            compareArrived();
        m_phase = Phase::Verifying;
        if (!hasFailed() && m_segments.count() == 1 && m_tools.hasher)
            verify(0);
        else
            settle();
        return;
    case Phase::Verifying:
        if (hasFailed()) {
            m_phase = Phase::CleaningUp;
            if (m_handle.isEmpty())
                explain(folderOf(m_task.destination), [] {});
            else
                removePart();
        } else {
            m_phase = Phase::Renaming;
            renamePart(m_attributes.modified.value_or(0));
        }
        return;
    case Phase::Renaming:
        if (hasFailed() && !isRenamed()) { // else a cancel came too late
            m_phase = Phase::CleaningUp;
            removePart();
        } else {
            finish(outcome(m_attributes.modified.value_or(0)));
        }
        return;
    case Phase::CleaningUp:
        finishFailed();
        return;
    }
}

Error CopyFile::changed()
{
    return Error{ErrorKind::Conflict,
                 transferText("\"%1\" changed on %2 while it was being copied; nothing was replaced.").arg(shownPath(m_task.source), client().machineName()),
                 transferText("Try again when nothing writes to it."), {}, {}};
}

} // namespace nimbook::transfer
