// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_remote_files.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"
#include "transfer/remote_digests.h"
#include "transfer/remote_reading.h"
#include "transfer/remote_removal.h"
#include "transfer/transfer_worker.h"

#include <QStringDecoder>

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const mkdirAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not make the folder \"%1\" on %2");
const char *const lookAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not look at \"%1\" on %2");
const char *const chmodAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not change the permissions of \"%1\" on %2");
const char *const renameAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not rename \"%1\" on %2");

/// A short request: posted at its start; an answer after its end is dropped.
template<typename T>
class RemoteJob final : public ValueJob<T> {
public:
    RemoteJob(SftpRemoteFiles *files, SftpRemoteFiles::Work<T> work, QObject *parent)
        : ValueJob<T>(parent), m_files(files), m_work(std::move(work))
    {
    }

protected:
    void run() override
    {
        if (!m_files) {
            this->fail(Error{ErrorKind::Cancelled, transferText("The machine was closed."), {}, {}, {}});
            return;
        }
        m_files->post<T>(std::move(m_work), [job = QPointer<RemoteJob>(this)](Result<T> result) {
            if (job)
                job->finishWith(std::move(result));
        });
    }

private:
    QPointer<SftpRemoteFiles> m_files;
    SftpRemoteFiles::Work<T> m_work;
};

/// Digests take as long as the files are large: what is asked for ends with the job.
class DigestsJob final : public ValueJob<QHash<QString, QByteArray>> {
public:
    DigestsJob(SftpRemoteFiles *files, const QStringList &paths, QObject *parent) : ValueJob(parent), m_files(files), m_paths(paths) {}
    ~DigestsJob() override { *m_stopped = true; }

protected:
    void run() override
    {
        if (!m_files) {
            fail(Error{ErrorKind::Cancelled, transferText("The machine was closed."), {}, {}, {}});
            return;
        }
        QList<QByteArray> paths;
        for (const QString &path : std::as_const(m_paths))
            paths.append(toPathBytes(path));
        const auto home = [files = m_files.data(), job = QPointer<DigestsJob>(this)](Result<Digests> result) {
            QMetaObject::invokeMethod(files, [job, result = std::move(result)] {
                if (job)
                    job->deliver(result);
            }, Qt::QueuedConnection);
        };
        TransferWorker *worker = m_files->worker();
        QMetaObject::invokeMethod(worker, [worker, paths, stopped = m_stopped, home] {
            worker->withHasher([=](const Result<std::shared_ptr<RemoteHasher>> &hasher) {
                if (hasher)
                    digestRemote(*hasher, paths, stopped, home);
                else
                    home(failure(hasher.error()));
            });
        }, Qt::QueuedConnection);
    }
    void abort() override { *m_stopped = true; }

private:
    void deliver(const Result<Digests> &result)
    {
        if (!result) {
            fail(result.error());
            return;
        }
        QHash<QString, QByteArray> digests;
        for (const QString &path : std::as_const(m_paths)) {
            if (const auto found = result->constFind(toPathBytes(path)); found != result->cend())
                digests.insert(path, *found);
        }
        succeedWith(digests);
    }

    QPointer<SftpRemoteFiles> m_files;
    QStringList m_paths;
    std::shared_ptr<std::atomic_bool> m_stopped = std::make_shared<std::atomic_bool>(false);
};

RemoteEntry toEntry(const sftp::NameEntry &raw)
{
    RemoteEntry entry;
    QStringDecoder decoder(QStringDecoder::Utf8);
    entry.name = decoder(raw.name);
    entry.usable = !decoder.hasError() && isSafeName(raw.name);
    const sftp::Attributes &a = raw.attributes;
    entry.type = a.isFolder() ? RemoteEntry::Type::Directory
        : a.isLink()          ? RemoteEntry::Type::Link
        : a.isFile() || !a.permissions ? RemoteEntry::Type::File
                                       : RemoteEntry::Type::Special;
    entry.size = qint64(qMin<quint64>(a.size.value_or(0), quint64(std::numeric_limits<qint64>::max())));
    entry.modified = QDateTime::fromSecsSinceEpoch(a.modified.value_or(0), Qt::UTC);
    entry.permissions = a.permissions.value_or(0) & 07777;
    return entry;
}

bool isSafePath(const QString &path)
{
    return path.startsWith(QLatin1Char('/')) && !path.contains(QChar(u'\0')) && isSafeName(nameOf(toPathBytes(path)));
}

template<typename T>
ValueJob<T> *refused(const QString &path, QObject *parent)
{
    return new ReadyJob<T>(failure(ErrorKind::InvalidInput, transferText("\"%1\" is not a name that can be used here.").arg(displayName(path)),
                                   transferText("Choose another name.")),
                           parent);
}

} // namespace

SftpRemoteFiles::SftpRemoteFiles(TransferWorker *worker, QObject *parent) : RemoteFiles(parent), m_worker(worker) {}

template<typename T>
void SftpRemoteFiles::post(Work<T> work, std::function<void(Result<T>)> deliver)
{
    const auto home = [this, deliver = std::move(deliver)](Result<T> result) {
        QMetaObject::invokeMethod(this, [deliver, result = std::move(result)] { deliver(result); }, Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, work = std::move(work), home] {
        worker->withClient([work, home](const Result<std::shared_ptr<SftpClient>> &client) {
            if (client)
                work(*client, home);
            else
                home(failure(client.error()));
        });
    }, Qt::QueuedConnection);
}

ValueJob<QList<RemoteEntry>> *SftpRemoteFiles::list(const QString &directory, QObject *parent)
{
    return new RemoteJob<QList<RemoteEntry>>(this, [path = toPathBytes(directory)](auto client, auto then) {
        listRemoteFolder(client, path, [then](const Result<QList<sftp::NameEntry>> &raw) {
            if (!raw) {
                then(failure(raw.error()));
                return;
            }
            QList<RemoteEntry> entries;
            entries.reserve(raw->size());
            for (const sftp::NameEntry &entry : *raw)
                entries.append(toEntry(entry));
            then(entries);
        });
    }, parent);
}

ValueJob<Done> *SftpRemoteFiles::makeDirectory(const QString &path, QObject *parent)
{
    if (!isSafePath(path))
        return refused<Done>(path, parent);
    return new RemoteJob<Done>(this, [path = toPathBytes(path)](auto client, auto then) {
        client->send(sftp::makeFolder(path, 0755), [=](const SftpClient::Answer &answer) {
            const auto ok = expectOk(answer, Attempt{mkdirAttempt, path, client->machineName()});
            if (ok || !isStatus(answer, sftp::Code::Failure)) {
                then(ok);
                return;
            }
            client->send(sftp::onPath(sftp::Type::Lstat, path), [=, error = ok.error()](const SftpClient::Answer &there) mutable {
                if (there && std::holds_alternative<sftp::Attributes>(*there)) {
                    error.kind = ErrorKind::AlreadyExists;
                    error.message = transferText("\"%1\" exists already on %2.").arg(shownPath(path), client->machineName());
                }
                explainBySpace(*client, folderOf(path), error, [then](Error explained) { then(failure(std::move(explained))); });
            });
        });
    }, parent);
}

ValueJob<Done> *SftpRemoteFiles::rename(const QString &from, const QString &to, QObject *parent)
{
    if (!isSafePath(from) || !isSafePath(to))
        return refused<Done>(isSafePath(from) ? to : from, parent);
    return new RemoteJob<Done>(this, [from = toPathBytes(from), to = toPathBytes(to)](auto client, auto then) {
        client->send(sftp::onPath(sftp::Type::Lstat, to), [=](const SftpClient::Answer &there) {
            if (there && std::holds_alternative<sftp::Attributes>(*there)) {
                then(failure(ErrorKind::AlreadyExists, transferText("\"%1\" exists already on %2.").arg(shownPath(to), client->machineName()),
                             transferText("Choose another name.")));
                return;
            }
            // The server's own rename refuses as well, should a file of that name come to be just now.
            client->send(sftp::rename(from, to), [=](const SftpClient::Answer &answer) {
                then(expectOk(answer, Attempt{renameAttempt, from, client->machineName()}));
            });
        });
    }, parent);
}

ValueJob<Done> *SftpRemoteFiles::remove(const QString &path, QObject *parent)
{
    if (!isSafePath(path))
        return refused<Done>(path, parent);
    return new RemoteJob<Done>(this, [path = toPathBytes(path)](auto client, auto then) { removeRemote(client, path, then); }, parent);
}

ValueJob<RemoteEntry> *SftpRemoteFiles::look(const QString &path, QObject *parent)
{
    if (!isSafePath(path))
        return refused<RemoteEntry>(path, parent);
    return new RemoteJob<RemoteEntry>(this, [path = toPathBytes(path)](auto client, auto then) {
        client->send(sftp::onPath(sftp::Type::Lstat, path), [=](const SftpClient::Answer &answer) {
            const auto attributes = expectReply<sftp::Attributes>(answer, Attempt{lookAttempt, path, client->machineName()});
            if (attributes)
                then(toEntry({nameOf(path), *attributes}));
            else
                then(failure(attributes.error()));
        });
    }, parent);
}

ValueJob<Done> *SftpRemoteFiles::setPermissions(const QString &path, quint32 permissions, QObject *parent)
{
    if (!isSafePath(path))
        return refused<Done>(path, parent);
    return new RemoteJob<Done>(this, [path = toPathBytes(path), permissions](auto client, auto then) {
        sftp::Attributes attributes;
        attributes.permissions = permissions & 07777;
        client->send(sftp::setPathAttributes(path, attributes), [=](const SftpClient::Answer &answer) {
            then(expectOk(answer, Attempt{chmodAttempt, path, client->machineName()}));
        });
    }, parent);
}

ValueJob<QByteArray> *SftpRemoteFiles::read(const QString &path, qint64 limit, QObject *parent)
{
    if (!isSafePath(path))
        return refused<QByteArray>(path, parent);
    return new RemoteJob<QByteArray>(this, [path = toPathBytes(path), limit](auto client, auto then) { readRemote(client, path, limit, then); }, parent);
}

ValueJob<QHash<QString, QByteArray>> *SftpRemoteFiles::digests(const QStringList &paths, QObject *parent)
{
    return new DigestsJob(this, paths, parent);
}

} // namespace nimbook::transfer
