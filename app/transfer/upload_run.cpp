// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_run.h"

#include "transfer/names.h"
#include "transfer/remote_reading.h"
#include "transfer/upload_file.h"

#include <QHash>

#include <limits>

namespace nimbook::transfer {
namespace {

const char *const remoteMakeAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not make the folder \"%1\" on %2");
constexpr std::chrono::milliseconds walkTurn{20};

/// The names of one remote folder; of links only those are followed that a folder of the plan would go into.
struct RemoteView : std::enable_shared_from_this<RemoteView> {
    DestinationView::Names names;
    int open = 1;
    std::function<void(Result<DestinationView::Names>)> then;

    void close()
    {
        if (--open == 0)
            then(std::move(names));
    }
};

} // namespace

void UploadRun::walk(Then then)
{
    m_walked = std::move(then);
    m_walk.emplace(m_plan, m_request.sources, m_request.folders);
    walkOn();
}

void UploadRun::walkOn()
{
    if (!m_walk)
        return;
    if (m_walk->step(walkTurn)) {
        m_walk.reset();
        m_walked(std::nullopt);
        return;
    }
    QMetaObject::invokeMethod(this, &UploadRun::walkOn, Qt::QueuedConnection);
}

void UploadRun::listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then)
{
    QSet<QByteArray> wantedFolders;
    for (const int child : m_children[size_t(folder)])
        wantedFolders.insert(m_plan.folders[size_t(child)].name);
    const auto client = m_lanes.control->sharedClient();
    const QByteArray path = m_plan.folderPath(folder);
    listRemoteFolder(client, path, [=](const Result<QList<sftp::NameEntry>> &entries) {
        if (!entries) {
            then(failure(entries.error()));
            return;
        }
        const auto view = std::make_shared<RemoteView>();
        view->then = then;
        for (const sftp::NameEntry &entry : *entries) {
            const sftp::Attributes &a = entry.attributes;
            view->names.insert(entry.name, ThereAlready{a.isFolder(), qint64(a.size.value_or(0)), qint64(a.modified.value_or(0))});
            if (!entry.attributes.isLink() || !wantedFolders.contains(entry.name))
                continue;
            ++view->open;
            client->send(sftp::onPath(sftp::Type::Stat, joinPath(path, entry.name)), [view, name = entry.name](const SftpClient::Answer &answer) {
                const auto *attributes = answer ? std::get_if<sftp::Attributes>(&*answer) : nullptr;
                view->names[name].isFolder = attributes && attributes->isFolder();
                view->close();
            });
        }
        view->close();
    });
}

void UploadRun::askSpace(std::function<void(std::optional<qint64>)> then)
{
    SftpClient &client = m_lanes.control->client();
    if (!client.canTellSpace()) {
        then(std::nullopt);
        return;
    }
    client.send(sftp::space(m_plan.destination), [then = std::move(then)](const SftpClient::Answer &answer) {
        const auto *body = answer ? std::get_if<sftp::ExtendedData>(&*answer) : nullptr;
        const auto space = body ? sftp::parseSpace(body->bytes) : std::nullopt;
        const bool makesSense = space && space->blockSize > 0 && space->available <= quint64(std::numeric_limits<qint64>::max()) / space->blockSize;
        then(makesSense ? std::optional(qint64(space->available * space->blockSize)) : std::nullopt);
    });
}

void UploadRun::makeFolder(int folder, Then then)
{
    const QByteArray path = m_plan.folderPath(folder);
    const auto client = m_lanes.control->sharedClient();
    // Ours to write in while files arrive; its own mode comes with sealFolder().
    client->send(sftp::makeFolder(path, m_plan.folders[size_t(folder)].permissions | 0700), [=](const SftpClient::Answer &answer) {
        const auto ok = expectOk(answer, Attempt{remoteMakeAttempt, path, client->machineName()});
        if (ok) {
            then(std::nullopt);
            return;
        }
        // "Failure" is also the answer for a folder that came to be since the plan was made.
        client->send(sftp::onPath(sftp::Type::Stat, path), [=, error = ok.error()](const SftpClient::Answer &stat) {
            const auto *attributes = stat ? std::get_if<sftp::Attributes>(&*stat) : nullptr;
            if (attributes && attributes->isFolder())
                then(std::nullopt);
            else
                explainBySpace(*client, folderOf(path), error, [then](const Error &explained) { then(explained); });
        });
    });
}

void UploadRun::sealFolder(int folder, std::function<void()> then)
{
    const PlanFolder &planned = m_plan.folders[size_t(folder)];
    if (planned.source.isEmpty()) {
        then();
        return;
    }
    sftp::Attributes attributes;
    attributes.permissions = planned.permissions;
    attributes.modified = quint32(qBound<qint64>(0, planned.modified, std::numeric_limits<quint32>::max()));
    m_lanes.control->client().send(sftp::setPathAttributes(m_plan.folderPath(folder), attributes),
                                   [then = std::move(then)](const SftpClient::Answer &) { then(); });
}

std::shared_ptr<FileTransfer> UploadRun::makeFile(FileTools tools, FileTask task)
{
    return std::make_shared<UploadFile>(std::move(tools), std::move(task));
}

} // namespace nimbook::transfer
