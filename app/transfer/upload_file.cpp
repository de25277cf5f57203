// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_file.h"

#include "transfer/names.h"

namespace nimbook::transfer {
namespace {

constexpr qint64 hashedOnTheWay = 256 * 1024; // bytes; a larger file is read once more, on another thread

} // namespace

void UploadFile::start()
{
    namePart();
    // Thousands of small ones may be waiting for an answer: each is opened here only when its part is, over there.
    if (m_size > hashedOnTheWay && !openSource())
        finishFailed();
    else if (m_segments.count() > 1 && m_task.mayHavePart && verifies())
        lookForPart();
    else
        open();
}

bool UploadFile::openSource()
{
    auto source = LocalSource::open(m_task.source);
    if (!source) {
        note(source.error());
        return false;
    }
    m_source = std::make_shared<LocalSource>(std::move(*source));
    m_size = m_source->size();
    m_segments = Segments(m_size);
    if (m_size <= hashedOnTheWay && verifies())
        m_hash.emplace();
    return true;
}

void UploadFile::lookForPart()
{
    ask(sftp::onPath(sftp::Type::Lstat, m_part), [this](const SftpClient::Answer &answer) {
        const auto *there = answer ? std::get_if<sftp::Attributes>(&*answer) : nullptr;
        // A link must not lead our bytes elsewhere, and what is longer than the source is not of this source.
        if (there && there->isFile() && there->size.value_or(0) <= quint64(m_size))
            m_partSize = qint64(there->size.value_or(0));
    });
}

void UploadFile::open()
{
    m_phase = Phase::Opening;
    if (m_partSize >= Segments::length)
        reopenPart();
    else
        openPart();
}

void UploadFile::onPartOpened(bool wentOn)
{
    if (!m_source && !openSource()) {
        m_phase = Phase::Closing; // and what was made is removed
        closePart();
        return;
    }
    if (wentOn) {
        prove();
        return;
    }
    for (size_t segment = 0; segment < m_segments.count(); ++segment)
        m_segments.want(segment);
    send();
}

/// What is there may be of another source, or half written: each segment must have the digest of ours.
void UploadFile::prove()
{
    m_phase = Phase::Proving;
    for (size_t segment = 0; segment < m_segments.count(); ++segment) {
        const Range range = m_segments.range(segment);
        const auto check = std::make_shared<Check>();
        if (range.offset + range.length > m_partSize)
            continue;
        const auto then = [this, check, range] {
            if (check->isComplete() && check->isEqual())
                proven(range);
        };
        askFar(check, m_part, segment, then);
        askNear(check, [source = m_source, range] { return source->digest(range.offset, range.length); }, then);
    }
}

void UploadFile::send()
{
    m_phase = Phase::Sending;
    beginLegs(m_handle);
}

qint64 UploadFile::moveChunk(Leg &leg, qint64 offset, qint64 length)
{
    sftp::Request request(sftp::Type::Write, length + 64);
    request.string(leg.handle).bigNumber(quint64(offset));
    char *block = request.beginBlock(length);
    const auto got = m_source->read(offset, block, length);
    if (!got) {
        note(got.error());
        return 0;
    }
    if (*got < length) {
        compare(); // shorter than it was
        note(Error{ErrorKind::Conflict, transferText("\"%1\" became shorter while it was being uploaded; nothing was replaced.").arg(shownPath(m_task.source)),
                   transferText("Try again when nothing writes to it."), {}, {}});
        return 0;
    }
    if (m_hash)
        m_hash->add(QByteArrayView(block, length));
    ++m_writing;
    askOn(leg.lane->client(), std::move(request),
          [=, this](const SftpClient::Answer &answer) { onWritten(offset, length, answer); }, length);
    return length;
}

void UploadFile::onWritten(qint64 offset, qint64 count, const SftpClient::Answer &answer)
{
    --m_writing;
    const auto ok = expectOk(answer, attempt(writeAttempt, m_task.destination));
    if (ok) {
        moved(count);
        const auto complete = m_segments.arrived(offset, count);
        if (complete && m_segments.count() > 1 && verifies() && !hasFailed())
            verify(*complete);
    } else {
        note(ok.error());
    }
    if (m_phase == Phase::Sending && m_allSent && m_writing == 0)
        sendTail();
}

void UploadFile::onAllAsked()
{
    m_allSent = true;
    // On one lane the server keeps the order, so that the tail need not wait for the answers.
    if (legCount() == 1 || m_writing == 0)
        sendTail();
}

void UploadFile::verify(size_t segment)
{
    const auto check = std::make_shared<Check>();
    const auto then = [this, check] {
        if (check->isComplete())
            judge(*check, m_task.destination);
    };
    const Range range = m_segments.range(segment);
    askFar(check, m_part, segment, then);
    if (m_hash)
        check->near = m_hash->digest();
    else
        askNear(check, [source = m_source, range] { return source->digest(range.offset, range.length); }, then);
}

void UploadFile::sendTail()
{
    m_phase = Phase::Closing;
    if (!hasFailed()) {
        sftp::Attributes attributes;
        attributes.permissions = m_source->permissions();
        attributes.modified = sftpTime(m_source->modified());
        attributes.accessed = sftpTime(m_source->accessed());
        sealPart(attributes);
        if (!m_hash || m_size == 0) // else the digest tells
            askForSize(sftp::onHandle(sftp::Type::Fstat, m_handle));
    }
    closePart();
    closeExtraLegs(writeAttempt, m_task.destination);
    if (m_hash)
        m_source->close(); // hundreds of small files may wait for their proof
}

void UploadFile::settle()
{
    switch (m_phase) {
    case Phase::Looking:
        if (hasFailed())
            finishFailed();
        else
            open();
        return;
    case Phase::Opening:
        m_phase = Phase::CleaningUp;
        explain(folderOf(m_task.destination), [] {});
        return;
    case Phase::Proving:
        for (size_t segment = 0; segment < m_segments.count(); ++segment) {
            if (!m_segments.isComplete(segment))
                m_segments.want(segment);
        }
        send();
        return;
    case Phase::CleaningUp:
        finishFailed();
        return;
    case Phase::Sending:
        return;
    case Phase::Closing:
        if (!hasFailed())
            compare();
        m_phase = Phase::Verifying;
        if (!hasFailed() && m_segments.count() == 1 && m_tools.hasher)
            verify(0);
        else
            settle();
        return;
    case Phase::Verifying:
        if (hasFailed())
            abandon();
        else if (m_hash && !m_whyNotVerified.isEmpty() && !std::exchange(m_hasAskedSize, true))
            askForSize(sftp::onPath(sftp::Type::Lstat, m_part)); // there was no digest after all
        else if (m_task.before && m_task.before->size >= 0 && !std::exchange(m_hasAskedPlace, true))
            askForPlace(*m_task.before);
        else
            rename();
        return;
    case Phase::Renaming:
        if (hasFailed() && !isRenamed()) // else a cancel came too late
            abandon();
        else
            finish(outcome(m_source->modified()));
        return;
    }
}

void UploadFile::compare()
{
    if (!m_source->isUnchanged()) {
        note(Error{ErrorKind::Conflict, transferText("\"%1\" changed while it was being uploaded; nothing was replaced.").arg(shownPath(m_task.source)),
                   transferText("Try again when nothing writes to it."), {}, {}});
    } else {
        compareArrived();
    }
}

void UploadFile::rename()
{
    compare(); // once more: the proof took its time
    if (hasFailed()) {
        abandon();
        return;
    }
    m_phase = Phase::Renaming;
    renamePart(m_source->modified());
}

void UploadFile::abandon()
{
    m_phase = Phase::CleaningUp;
    removePart();
}

} // namespace nimbook::transfer
