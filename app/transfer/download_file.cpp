// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_file.h"

#include "transfer/names.h"

namespace nimbook::transfer {
namespace {

const char *const downloadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");

} // namespace

void DownloadFile::start()
{
    m_isSmall = m_size <= SftpLane::chunkSize;
    m_segments = Segments(m_size);
    open();
    if (m_isSmall && m_segments.count() == 1 && m_tools.hasher)
        askFar(checkOf(0), m_task.source, 0, [] {});
}

void DownloadFile::open()
{
    m_phase = Phase::Opening;
    ask(openLeg(), [this](const SftpClient::Answer &answer) { onOpened(answer); });
}

sftp::Request DownloadFile::openLeg() const
{
    return sftp::open(m_task.source, sftp::OpenRead);
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
    if (m_isSmall) {
        hold(); // until its turn
        m_tools.lanes.front()->add(std::make_shared<WholeRead>(std::static_pointer_cast<DownloadFile>(self())));
    } else {
        ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &stat) {
            if (look(stat))
                beginReading();
        });
    }
}

/// A small file in one round trip: as large as planned, most likely.
void DownloadFile::readWhole()
{
    m_phase = Phase::Closing;
    askedForAll();
    ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &answer) {
        m_hasOtherSize = look(answer) && *m_attributes.size != quint64(m_size);
    });
    if (!hasFailed() && m_size > 0)
        askForChunk(client(), m_handle, 0, m_size);
    askForEnd();
    release();
}

void DownloadFile::readAgain()
{
    moved(-m_received);
    m_received = 0;
    m_hasOtherSize = false;
    m_isSmall = false;
    m_part.reset();
    m_checks.clear();
    open();
}

/// \return whether it is a file that can be read
bool DownloadFile::look(const SftpClient::Answer &answer)
{
    const auto attributes = expectReply<sftp::Attributes>(answer, attempt(downloadAttempt, m_task.source));
    if (!attributes) {
        note(attributes.error());
        return false;
    }
    m_attributes = *attributes;
    const bool usable = m_attributes.size && *m_attributes.size <= quint64(Segments::largestFile) && (!m_attributes.permissions || m_attributes.isFile());
    if (!usable)
        note(unexpectedReply(attempt(downloadAttempt, m_task.source)));
    return usable && !hasFailed();
}

bool DownloadFile::createPart()
{
    auto part = LocalPart::create(m_task.destination);
    if (part)
        m_part = std::make_shared<LocalPart>(std::move(*part));
    else
        note(part.error());
    return part.has_value();
}

void DownloadFile::beginReading()
{
    m_size = qint64(*m_attributes.size);
    m_segments = Segments(m_size);
    if (m_segments.count() > 1 && verifies() && findPart()) {
        prove();
        return;
    }
    if (!createPart())
        return;
    for (size_t segment = 0; segment < m_segments.count(); ++segment)
        m_segments.want(segment);
    read();
}

bool DownloadFile::findPart()
{
    auto part = LocalPart::reopen(m_task.destination);
    if (!part || part->size() < Segments::length || (part->size() > m_size && !part->truncate(m_size)))
        return false; // create() takes it out of the way
    m_part = std::make_shared<LocalPart>(std::move(*part));
    return true;
}

/// What is there may be of another source, or half written: each segment must have the digest of the far one.
void DownloadFile::prove()
{
    m_phase = Phase::Proving;
    const qint64 partSize = m_part->size();
    for (size_t segment = 0; segment < m_segments.count(); ++segment) {
        const Range range = m_segments.range(segment);
        if (range.offset + range.length > partSize)
            continue;
        const auto check = std::make_shared<Check>();
        const auto then = [this, check, range] {
            if (check->isComplete() && check->isEqual())
                proven(range);
        };
        askFar(check, m_task.source, segment, then);
        askNear(check, [part = m_part, range] { return part->digest(range.offset, range.length); }, then);
    }
}

void DownloadFile::read()
{
    m_phase = Phase::Reading;
    if (m_segments.count() == 1 && m_tools.hasher)
        askFar(checkOf(0), m_task.source, 0, [this] { onDigest(0); });
    if (m_segments.hasWork())
        beginLegs(m_handle);
}

void DownloadFile::checkLeg(Leg &leg, std::function<void()> then)
{
    askOn(leg.lane->client(), sftp::onHandle(sftp::Type::Fstat, leg.handle), [this, then = std::move(then)](const SftpClient::Answer &answer) {
        const auto attributes = expectReply<sftp::Attributes>(answer, attempt(downloadAttempt, m_task.source));
        if (!attributes)
            note(attributes.error());
        else if (!isSame(*attributes)) // another file has taken its place between two openings
            note(changed());
        then();
    });
}

qint64 DownloadFile::moveChunk(Leg &leg, qint64 offset, qint64 length)
{
    const auto segment = size_t(offset / Segments::length);
    if (offset % Segments::length == 0 && m_segments.count() > 1 && verifies())
        askFar(checkOf(segment), m_task.source, segment, [this, segment] { onDigest(segment); });
    askForChunk(leg.lane->client(), leg.handle, offset, length);
    return length;
}

void DownloadFile::askForChunk(SftpClient &client, const QByteArray &handle, qint64 offset, qint64 length)
{
    askOn(client, sftp::read(handle, quint64(offset), quint32(length)),
          [=, this, &client](const SftpClient::Answer &answer) { onChunk(client, handle, offset, length, answer); }, length);
}

void DownloadFile::onChunk(SftpClient &client, const QByteArray &handle, qint64 offset, qint64 length, const SftpClient::Answer &answer)
{
    if (hasFailed() || m_hasOtherSize)
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
    if (!m_part && !createPart())
        return;
    if (const auto written = m_part->write(offset, data->bytes); !written) {
        note(written.error());
        return;
    }
    m_received += got;
    moved(got);
    if (got < length) // a server may give less than was asked for
        askForChunk(client, handle, offset + got, length - got);
    const auto complete = m_segments.arrived(offset, got);
    if (!complete || m_segments.count() < 2 || !m_checks.contains(*complete))
        return;
    const Range range = m_segments.range(*complete);
    askNear(checkOf(*complete), [part = m_part, range] { return part->digest(range.offset, range.length); },
            [this, segment = *complete] { onDigest(segment); });
}

std::shared_ptr<FileTransfer::Check> DownloadFile::checkOf(size_t segment)
{
    auto &check = m_checks[segment];
    if (!check)
        check = std::make_shared<Check>();
    return check;
}

void DownloadFile::onDigest(size_t segment)
{
    const auto found = m_checks.find(segment);
    if (found == m_checks.end() || !found->second->isComplete())
        return;
    judge(*found->second, m_task.destination);
    m_checks.erase(found);
}

void DownloadFile::settle()
{
    switch (m_phase) {
    case Phase::Opening:
        finishFailed();
        return;
    case Phase::Proving:
        for (size_t segment = 0; segment < m_segments.count(); ++segment) {
            if (!m_segments.isComplete(segment))
                m_segments.want(segment);
        }
        hold(); // with nothing left to read it settles at once
        read();
        release();
        return;
    case Phase::Reading:
        close();
        return;
    case Phase::Closing:
        if (hasFailed()) {
            letGoOfPart(); // before anyone is told
            finishFailed();
        } else if (m_hasOtherSize) {
            readAgain();
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
    hold();
    askForEnd();
    closeExtraLegs(downloadAttempt, m_task.source);
    if (hasFailed())
        letGoOfPart();
    release();
}

void DownloadFile::askForEnd()
{
    if (!hasFailed() && !verifies()) {
        // Nobody proves the bytes: then at least nothing may come after the last one.
        ask(sftp::read(m_handle, quint64(m_size), 1), [this](const SftpClient::Answer &answer) {
            if (!isStatus(answer, sftp::Code::Eof) && !m_hasOtherSize)
                note(answer ? changed() : answer.error());
        });
    }
    if (!hasFailed())
        ask(sftp::onHandle(sftp::Type::Fstat, m_handle), [this](const SftpClient::Answer &answer) { onLookedAgain(answer); });
    ask(sftp::onHandle(sftp::Type::Close, m_handle), [](const SftpClient::Answer &) {});
}

void DownloadFile::letGoOfPart()
{
    if (m_part && leavesPart())
        m_part->keep();
    m_part.reset();
}

void DownloadFile::onLookedAgain(const SftpClient::Answer &answer)
{
    const auto attributes = expectReply<sftp::Attributes>(answer, attempt(downloadAttempt, m_task.source));
    if (!attributes)
        note(attributes.error());
    else if (!isSame(*attributes))
        note(changed());
}

bool DownloadFile::isSame(const sftp::Attributes &now) const
{
    return now.size == m_attributes.size && now.modified == m_attributes.modified;
}

void DownloadFile::bringHome()
{
    m_phase = Phase::Finishing;
    if (!m_part && !createPart()) { // it is empty
        finishFailed();
        return;
    }
    QByteArray digest; // of a file in one segment: the disk's thread compares it
    if (const auto whole = m_checks.find(0); m_segments.count() == 1 && whole != m_checks.end()) {
        const auto &far = *whole->second->far;
        if (far) {
            digest = *far;
        } else if (far.error().kind == ErrorKind::Unsupported) {
            m_whyNotVerified = far.error().message;
        } else {
            note(far.error());
            letGoOfPart();
            finishFailed();
            return;
        }
    }
    if (m_tools.hasher && !m_tools.hasher->isAvailable())
        m_whyNotVerified = m_tools.hasher->whyNot();
    const quint32 permissions = m_attributes.permissions.value_or(0644);
    const FileResult end = outcome(m_attributes.modified.value_or(0));
    const auto existing = m_task.replace ? LocalPart::Existing::Replace : LocalPart::Existing::Keep;
    renaming(end);
    m_tools.disk->run<Done>([=, part = std::exchange(m_part, nullptr), modified = end.modified, before = m_task.before] { return part->finish(permissions, modified, existing, digest, before); },
                            [self = self(), end, this](const Result<Done> &done) {
                                FileResult result = end;
                                if (!done)
                                    result.error = done.error();
                                finish(result);
                            });
}

Error DownloadFile::changed()
{
    return Error{ErrorKind::Conflict,
                 transferText("\"%1\" changed on %2 while it was being downloaded; nothing was replaced.").arg(shownPath(m_task.source), client().machineName()),
                 transferText("Try again when nothing writes to it."), {}, {}};
}

} // namespace nimbook::transfer
