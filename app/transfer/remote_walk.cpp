// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_walk.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"
#include "transfer/remote_reading.h"

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const remoteReadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\" on %2");
constexpr int listingsAtOnce = 256; // each holds a handle over there, of the 1000 that sftp-server usually has

FoundEntry remoteEntry(const sftp::Attributes &a)
{
    // A size beyond 63 bits is a lie; the transfer of such a file ends in "has changed" instead of an overflow here.
    const quint64 size = qMin<quint64>(a.size.value_or(0), quint64(std::numeric_limits<qint64>::max() / 4096));
    return {qint64(size), qint64(a.modified.value_or(0)), a.permissions.value_or(0644) & 07777};
}

} // namespace

RemoteWalk::RemoteWalk(std::shared_ptr<SftpClient> client, TransferPlan &plan, QList<QByteArray> sources, QList<QByteArray> folders,
                       std::function<void(std::optional<Error>)> done, QList<QByteArray> names)
    : m_client(std::move(client)), m_plan(&plan), m_builder(plan), m_sources(std::move(sources)), m_folders(std::move(folders)), m_names(std::move(names)),
      m_done(std::move(done))
{
}

void RemoteWalk::start()
{
    begin();
    QSet<std::pair<QByteArray, QByteArray>> seen;
    for (qsizetype i = 0; i < m_sources.size(); ++i) {
        const auto key = std::make_pair(m_sources[i], m_folders.value(i));
        if (seen.contains(key))
            continue;
        seen.insert(key);
        const auto place = m_folders.isEmpty() ? std::nullopt : m_builder.placeFor(m_folders.value(i));
        if (place || m_folders.isEmpty())
            addSource(m_sources[i], m_names.value(i), place);
    }
    end();
}

void RemoteWalk::stop()
{
    m_done = nullptr;
    m_queue.clear();
}

void RemoteWalk::leaveOut(const Error &error)
{
    if (!m_client->isAlive())
        m_lost = error;
    else if (m_done)
        m_builder.leaveOut(error);
}

void RemoteWalk::end()
{
    enterNext();
    if (--m_busy > 0 || !m_done)
        return;
    const auto done = std::exchange(m_done, nullptr);
    done(m_lost);
}

/// Where \a path really is, and what; what cannot be found is left out of the plan.
void RemoteWalk::resolve(const QByteArray &path, std::function<void(const QByteArray &, const sftp::Attributes &)> then)
{
    begin();
    const Attempt attempt{remoteReadAttempt, path, m_client->machineName()};
    const auto onLooked = [=, self = shared_from_this()](const QByteArray &real, const Result<sftp::Attributes> &attributes) {
        if (!attributes)
            self->leaveOut(attributes.error());
        else if (self->m_done)
            then(real, *attributes);
        self->end();
    };
    // Both in one round trip, answered in any order: mostly the path is the real one, and what it is has been told by then.
    struct Told {
        std::optional<Result<QByteArray>> real;
        std::optional<Result<sftp::Attributes>> attributes;
    };
    const auto told = std::make_shared<Told>();
    const auto onTold = [=, self = shared_from_this()] {
        if (!told->real || !told->attributes)
            return;
        const Result<QByteArray> &real = *told->real;
        if (!real) {
            self->leaveOut(real.error());
            self->end();
        } else if (!isUsablePath(*real)) {
            if (self->m_done)
                self->m_builder.leaveOutPath(*real);
            self->end();
        } else if (*real == path) {
            onLooked(path, *told->attributes);
        } else {
            self->m_client->send(sftp::onPath(sftp::Type::Lstat, *real), [=](const SftpClient::Answer &there) {
                onLooked(*told->real.value(), expectReply<sftp::Attributes>(there, attempt));
            });
        }
    };
    m_client->send(sftp::onPath(sftp::Type::Realpath, path), [=](const SftpClient::Answer &answer) {
        const auto names = expectReply<sftp::Names>(answer, attempt);
        if (!names)
            told->real = failure(names.error());
        else if (names->entries.size() != 1)
            told->real = failure(unexpectedReply(attempt));
        else
            told->real = names->entries.first().name;
        onTold();
    });
    m_client->send(sftp::onPath(sftp::Type::Lstat, path), [=](const SftpClient::Answer &stat) {
        told->attributes = expectReply<sftp::Attributes>(stat, attempt);
        onTold();
    });
}

void RemoteWalk::addSource(const QByteArray &path, const QByteArray &newName, std::optional<int> place)
{
    const QByteArray name = newName.isEmpty() ? nameOf(path) : newName;
    resolve(path, [=, this](const QByteArray &real, const sftp::Attributes &attributes) { addChosen(path, name, place, real, attributes); });
}

void RemoteWalk::addChosen(const QByteArray &path, const QByteArray &name, std::optional<int> place, const QByteArray &real, const sftp::Attributes &attributes)
{
    if (!isSafeName(name))
        m_builder.leaveOutName(folderOf(path), name);
    else if (attributes.isFile())
        m_builder.addSourceFile(place, name, real, remoteEntry(attributes));
    else if (attributes.isFolder() && place)
        m_builder.leaveOutPlacedFolder(path);
    else if (attributes.isFolder())
        queueFolder(WalkedFolder{m_builder.addTopFolder(name, real, remoteEntry(attributes)), -1, real, real, 0});
    else
        m_builder.leaveOutSpecial(path);
}

void RemoteWalk::queueFolder(WalkedFolder folder)
{
    m_walked.push_back(std::move(folder));
    m_queue.push_back(int(m_walked.size()) - 1);
}

void RemoteWalk::enterNext()
{
    while (m_listing < listingsAtOnce && !m_queue.empty() && m_done) {
        const int next = m_queue.front();
        m_queue.pop_front();
        enter(next);
    }
}

void RemoteWalk::enter(int walkedFolder)
{
    begin();
    ++m_listing;
    const QByteArray path = m_walked[size_t(walkedFolder)].canonical;
    listRemoteFolder(m_client, path, [self = shared_from_this(), walkedFolder](const Result<QList<sftp::NameEntry>> &entries) {
        --self->m_listing;
        if (!entries)
            self->leaveOut(entries.error());
        for (qsizetype i = 0; entries && self->m_done && i < entries->size(); ++i)
            self->addEntry(walkedFolder, entries->at(i));
        self->end();
    });
}

void RemoteWalk::addEntry(int walkedFolder, const sftp::NameEntry &entry)
{
    const WalkedFolder &folder = m_walked[size_t(walkedFolder)];
    if (isPartName(entry.name))
        return;
    if (!isSafeName(entry.name)) {
        m_builder.leaveOutName(folder.canonical, entry.name);
        return;
    }
    if (m_builder.isFull()) {
        m_queue.clear();
        m_builder.leaveOut(Error{ErrorKind::Unsupported, transferText("Too many files for one transfer; the rest was left out."),
                                 transferText("Copy it in several parts, or as an archive."), {}, {}});
        return;
    }
    const QByteArray path = joinPath(folder.canonical, entry.name);
    if (!isUsablePath(path)) { // also where a tree that goes down for ever ends
        m_builder.leaveOutPath(path);
        return;
    }
    if (entry.attributes.isFile()) {
        m_builder.addFile(folder.planFolder, entry.name, {}, remoteEntry(entry.attributes));
    } else if (entry.attributes.isFolder()) {
        const int planFolder = m_builder.addFolder(folder.planFolder, entry.name, path, remoteEntry(entry.attributes));
        queueFolder(WalkedFolder{planFolder, walkedFolder, path, folder.root, folder.linksFollowed});
    } else if (entry.attributes.isLink()) {
        addLink(walkedFolder, entry.name);
    } else {
        m_builder.leaveOutSpecial(path);
    }
}

void RemoteWalk::addLink(int walkedFolder, const QByteArray &name)
{
    const QByteArray path = joinPath(m_walked[size_t(walkedFolder)].canonical, name);
    resolve(path, [this, walkedFolder, name, path](const QByteArray &target, const sftp::Attributes &attributes) {
        const WalkedFolder &folder = m_walked[size_t(walkedFolder)];
        const LinkVerdict verdict = judgeLink(m_walked, walkedFolder, target, attributes.isFolder());
        if (verdict != LinkVerdict::Follow) {
            m_builder.leaveOutLink(path, verdict);
        } else if (attributes.isFile()) {
            m_builder.addFile(folder.planFolder, name, target, remoteEntry(attributes));
        } else if (attributes.isFolder()) {
            const int planFolder = m_builder.addFolder(folder.planFolder, name, target, remoteEntry(attributes));
            queueFolder(WalkedFolder{planFolder, walkedFolder, target, folder.root, folder.linksFollowed + 1});
        } else {
            m_builder.leaveOutSpecial(path);
        }
    });
}

} // namespace nimbook::transfer
