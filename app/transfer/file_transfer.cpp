// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_transfer.h"

#include <algorithm>

namespace nimbook::transfer {
namespace {
constexpr qint64 shareSize = 1024 * 1024;          // bytes that a lane takes at a time
constexpr qint64 worthAllLanes = 4 * 1024 * 1024;  // bytes; below, opening the file on every lane costs more than it brings
}

FileTransfer::FileTransfer(FileTools tools, FileTask task) : m_tools(std::move(tools)), m_task(std::move(task)), m_size(m_task.size) {}

bool FileTransfer::hasLane() const
{
    const auto isDead = [](const auto &leg) { return !leg->lane->client().isAlive(); };
    return m_tools.lanes.front()->client().isAlive() && std::none_of(m_legs.begin(), m_legs.end(), isDead);
}

void FileTransfer::cancel(Leftover leftover)
{
    m_leftover = m_leftover.value_or(leftover);
    note(Error{ErrorKind::Cancelled, transferText("Cancelled."), {}, {}, {}});
    // The lane forgets us at its next turn; whoever waits for an answer settles there.
}

bool FileTransfer::leavesPart() const
{
    if (m_segments.count() < 2 || !m_error) // what is soon sent again is not worth a question
        return false;
    return m_error->kind == ErrorKind::Cancelled ? m_leftover == Leftover::Keep
                                                 : m_error->kind == ErrorKind::Network || m_error->kind == ErrorKind::Timeout;
}

void FileTransfer::note(const Error &error)
{
    if (!m_error)
        m_error = error;
}

void FileTransfer::explain(const QByteArray &remoteFolder, std::function<void()> then)
{
    hold();
    explainBySpace(client(), remoteFolder, *m_error, [self = self(), then = std::move(then)](Error error) {
        self->m_error = std::move(error);
        then();
        self->release();
    });
}

void FileTransfer::moved(qint64 bytes)
{
    if (onMoved)
        onMoved(bytes);
}

void FileTransfer::proven(const Range &range)
{
    m_segments.arrived(range.offset, range.length);
    m_sent += range.length;
    m_proven += range.length;
    moved(range.length);
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

void FileTransfer::finish(FileResult result)
{
    if (std::exchange(m_ended, true))
        return;
    m_legs.clear(); // they hold us
    const auto ended = std::exchange(onEnded, nullptr);
    onMoved = nullptr;
    onRenaming = nullptr;
    if (ended)
        ended(*this, result);
}

FileResult FileTransfer::outcome(qint64 modified) const
{
    FileResult result;
    result.verified = m_tools.hasher && m_whyNotVerified.isEmpty();
    result.whyNotVerified = m_whyNotVerified;
    result.size = m_size;
    result.modified = modified;
    return result;
}

Attempt FileTransfer::attempt(const char *text, const QByteArray &path)
{
    return Attempt{text, path, client().machineName()};
}

void FileTransfer::ask(sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost, Patience::Time extra)
{
    askOn(client(), std::move(request), std::move(then), cost, extra);
}

void FileTransfer::askOn(SftpClient &client, sftp::Request request, std::function<void(const SftpClient::Answer &)> then, qsizetype cost, Patience::Time extra)
{
    hold();
    client.send(std::move(request), [self = self(), then = std::move(then)](const SftpClient::Answer &answer) {
        then(answer);
        self->release();
    }, cost, extra);
}

void FileTransfer::release()
{
    if (--m_open == 0)
        settle();
}

void FileTransfer::beginLegs(const QByteArray &handle)
{
    hold(); // until no leg feeds any more
    m_feeding = 1;
    const auto first = std::make_shared<Leg>();
    first->file = self();
    first->lane = m_tools.lanes.front();
    first->handle = handle;
    m_legs.push_back(first);
    for (size_t i = 1; i < m_tools.lanes.size(); ++i)
        beginExtraLeg(m_tools.lanes[i]);
    first->lane->add(first);
}

void FileTransfer::addLane(const std::shared_ptr<SftpLane> &lane)
{
    m_tools.lanes.push_back(lane);
    if (m_feeding > 0 && !hasFailed())
        beginExtraLeg(lane);
}

void FileTransfer::beginExtraLeg(const std::shared_ptr<SftpLane> &lane)
{
    if (m_size < worthAllLanes || !m_segments.hasWork())
        return;
    ++m_feeding;
    const auto leg = std::make_shared<Leg>();
    leg->file = self();
    leg->lane = lane;
    m_legs.push_back(leg);
    askOn(lane->client(), openLeg(), [this, leg](const SftpClient::Answer &answer) {
        const auto *opened = answer ? std::get_if<sftp::Handle>(&*answer) : nullptr;
        if (!opened) { // the others do without it
            onLegFed();
            return;
        }
        leg->handle = opened->id;
        checkLeg(*leg, [this, leg] { leg->lane->add(leg); });
    });
}

void FileTransfer::checkLeg(Leg &, std::function<void()> then)
{
    then();
}

bool FileTransfer::feedLeg(Leg &leg)
{
    if (!hasFailed() && leg.range.length == 0 && m_segments.hasWork())
        leg.range = m_segments.take(m_legs.size() > 1 ? shareSize : Segments::length);
    if (!hasFailed() && leg.range.length > 0) {
        const qint64 moving = moveChunk(leg, leg.range.offset, qMin<qint64>(leg.range.length, SftpLane::chunkSize));
        leg.range.offset += moving;
        leg.range.length -= moving;
        m_sent += moving;
    }
    if (!hasFailed() && (leg.range.length > 0 || m_segments.hasWork()))
        return true;
    onLegFed();
    return false;
}

void FileTransfer::onLegFed()
{
    if (--m_feeding > 0)
        return;
    onAllAsked();
    release();
}

void FileTransfer::closeExtraLegs(const char *attemptText, const QByteArray &path)
{
    for (size_t i = 1; i < m_legs.size(); ++i) {
        if (m_legs[i]->handle.isEmpty())
            continue;
        askOn(m_legs[i]->lane->client(), sftp::onHandle(sftp::Type::Close, m_legs[i]->handle), [=, this](const SftpClient::Answer &answer) {
            if (const auto ok = expectOk(answer, attempt(attemptText, path)); !ok)
                note(ok.error());
        });
    }
}

void FileTransfer::askFar(const std::shared_ptr<Check> &check, const QByteArray &path, size_t segment, std::function<void()> then)
{
    hold();
    const auto answered = [self = self(), check, then = std::move(then)](const Result<QByteArray> &digest) {
        check->far = digest;
        then();
        self->release();
    };
    const Range range = m_segments.range(segment);
    if (m_segments.count() == 1)
        m_tools.hasher->hashFile(path, answered, m_size);
    else
        m_tools.hasher->hashRange(path, range.offset, range.length, answered);
}

void FileTransfer::askNear(const std::shared_ptr<Check> &check, std::function<Result<QByteArray>()> digest, std::function<void()> then)
{
    hold();
    m_tools.digests->run<QByteArray>(std::move(digest), [self = self(), check, then = std::move(then)](const Result<QByteArray> &result) {
        check->near = result;
        then();
        self->release();
    });
}

void FileTransfer::judge(const Check &check, const QByteArray &path)
{
    if (!*check.near)
        note(check.near->error());
    else if (!*check.far && check.far->error().kind == ErrorKind::Unsupported)
        m_whyNotVerified = check.far->error().message;
    else if (!*check.far)
        note(check.far->error());
    else if (!check.isEqual())
        note(differentBytes(path));
}

} // namespace nimbook::transfer
