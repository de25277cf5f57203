// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_file.h"

#include "transfer/names.h"

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const uploadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write \"%1\" on %2");
constexpr qint64 hashedOnTheWay = 256 * 1024; // bytes; a larger file is read once more, on another thread

quint32 time32(qint64 seconds)
{
    return quint32(qBound<qint64>(0, seconds, std::numeric_limits<quint32>::max())); // SFTP v3 has no more
}

} // namespace

void UploadFile::start()
{
    m_part = joinPath(folderOf(m_task.destination), partName(nameOf(m_task.destination)));
    auto source = LocalSource::open(m_task.source);
    if (!source) {
        note(source.error());
        finishFailed();
        return;
    }
    m_source = std::make_shared<LocalSource>(std::move(*source));
    m_size = m_source->size();
    m_segments = Segments(m_size);
    if (m_size <= hashedOnTheWay && verifies())
        m_hash.emplace();
    if (m_segments.count() > 1 && verifies())
        lookForPart();
    else
        openPart();
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

void UploadFile::openPart()
{
    m_phase = Phase::Opening;
    sftp::Attributes attributes;
    attributes.permissions = 0600; // nobody else reads it before it has its own mode
    ask(sftp::open(m_part, sftp::OpenWrite | sftp::OpenCreate | sftp::OpenExclusive, attributes),
        [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

void UploadFile::reopenPart()
{
    m_phase = Phase::Opening;
    m_reopening = true;
    ask(openLeg(), [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

sftp::Request UploadFile::openLeg() const
{
    return sftp::open(m_part, sftp::OpenWrite);
}

void UploadFile::onOpened(const SftpClient::Answer &answer)
{
    const bool inTheWay = isStatus(answer, sftp::Code::Failure) || (m_reopening && answer && !std::holds_alternative<sftp::Handle>(*answer));
    if (inTheWay && !m_retriedOpen && !hasFailed()) {
        // Most likely a part file that a broken connection left behind.
        m_retriedOpen = true;
        m_reopening = false;
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
    if (m_reopening) {
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
    const auto ok = expectOk(answer, attempt(uploadAttempt, m_task.destination));
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
    closeExtraLegs(uploadAttempt, m_task.destination);
    if (m_hash)
        m_source->close(); // hundreds of small files may wait for their proof
}

void UploadFile::settle()
{
    switch (m_phase) {
    case Phase::Looking:
        if (hasFailed())
            finishFailed();
        else if (m_partSize >= Segments::length)
            reopenPart();
        else
            openPart();
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
        else
            rename();
        return;
    case Phase::Renaming:
        if (hasFailed())
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
    } else if (m_arrivedSize && *m_arrivedSize != quint64(m_size)) {
        note(Error{ErrorKind::FileSystem,
                   transferText("\"%1\" did not arrive whole on %2: %3 of %4 bytes.")
                       .arg(shownPath(m_task.destination), client().machineName()).arg(*m_arrivedSize).arg(m_size),
                   transferText("Try again."), {}, {}});
    }
}

void UploadFile::rename()
{
    compare(); // once more: the proof took its time
    if (hasFailed()) {
        abandon();
        return;
    }
    if (!m_tools.hasher || !m_tools.hasher->isAvailable())
        m_whyNotVerified = m_tools.hasher ? m_tools.hasher->whyNot() : QString();
    m_phase = Phase::Renaming;
    renaming(outcome(m_source->modified()));
    hold();
    if (m_task.replace && !client().canReplace()) // not in one step, but all that such a server offers
        ask(sftp::onPath(sftp::Type::Remove, m_task.destination), [](const SftpClient::Answer &) {});
    const bool inOneStep = m_task.replace && client().canReplace();
    ask(inOneStep ? sftp::posixRename(m_part, m_task.destination) : sftp::rename(m_part, m_task.destination),
        [this](const SftpClient::Answer &answer) { onRenamed(answer); });
    release();
}

void UploadFile::onRenamed(const SftpClient::Answer &answer)
{
    if (!answer) {
        FileResult lost = outcome(m_source->modified()); // renamed perhaps: the answer never came
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
    explain(folderOf(m_task.destination), [this] {
        if (!leavesPart())
            ask(sftp::onPath(sftp::Type::Remove, m_part), [](const SftpClient::Answer &) {});
    });
}

} // namespace nimbook::transfer
