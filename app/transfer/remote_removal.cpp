// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_removal.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"
#include "transfer/remote_reading.h"

#include <deque>
#include <optional>
#include <vector>

namespace nimbook::transfer {
namespace {

const char *const removeAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not delete \"%1\" on %2");
constexpr int removalsAtOnce = 32;

/// Lists folder by folder, removes what is not a folder on the way, and the emptied folders at the end, deepest first.
class Removal : public std::enable_shared_from_this<Removal> {
public:
    std::shared_ptr<SftpClient> client;
    std::function<void(Result<Done>)> then;

    void start(const QByteArray &path)
    {
        ++m_open;
        client->send(sftp::onPath(sftp::Type::Lstat, path), [self = shared_from_this(), path](const SftpClient::Answer &answer) {
            const auto attributes = expectReply<sftp::Attributes>(answer, self->attempt(path));
            if (!attributes)
                self->note(attributes.error());
            else if (attributes->isFolder())
                self->addFolder(path);
            else
                self->m_files.push_back(path);
            self->closeOne();
        });
    }

private:
    Attempt attempt(const QByteArray &path) const { return {removeAttempt, path, client->machineName()}; }

    void note(const Error &error)
    {
        if (!m_error)
            m_error = error;
    }

    void addFolder(const QByteArray &path)
    {
        m_folders.push_back(path);
        m_toList.push_back(path);
    }

    void closeOne()
    {
        --m_open;
        pump();
    }

    void pump()
    {
        if (m_pumping)
            return;
        m_pumping = true;
        while (m_open < removalsAtOnce && client->isAlive() && next()) {
        }
        m_pumping = false;
        if (m_open > 0 || std::exchange(m_ended, true))
            return;
        if (m_error)
            then(failure(*m_error));
        else
            then(Done{});
    }

    bool next()
    {
        if (!m_files.empty()) {
            const QByteArray path = m_files.front();
            m_files.pop_front();
            remove(sftp::Type::Remove, path);
        } else if (!m_toList.empty()) {
            const QByteArray path = m_toList.front();
            m_toList.pop_front();
            list(path);
        } else if (m_open == 0 && !m_folders.empty()) {
            // Parents were found before their children, and answers come in order: the reverse can all be sent at once.
            while (!m_folders.empty()) {
                const QByteArray path = m_folders.back();
                m_folders.pop_back();
                remove(sftp::Type::Rmdir, path);
            }
        } else {
            return false;
        }
        return true;
    }

    void remove(sftp::Type type, const QByteArray &path)
    {
        ++m_open;
        client->send(sftp::onPath(type, path), [self = shared_from_this(), path](const SftpClient::Answer &answer) {
            if (const auto ok = expectOk(answer, self->attempt(path)); !ok)
                self->note(ok.error());
            self->closeOne();
        });
    }

    void list(const QByteArray &path)
    {
        ++m_open;
        listRemoteFolder(client, path, [self = shared_from_this(), path](const Result<QList<sftp::NameEntry>> &entries) {
            if (!entries)
                self->note(entries.error());
            for (qsizetype i = 0; entries && i < entries->size(); ++i) {
                const sftp::NameEntry &entry = entries->at(i);
                if (!isSafeName(entry.name))
                    continue; // would lead elsewhere; the folder stays, and says so
                if (entry.attributes.isFolder())
                    self->addFolder(joinPath(path, entry.name));
                else
                    self->m_files.push_back(joinPath(path, entry.name));
            }
            self->closeOne();
        });
    }

    std::deque<QByteArray> m_files;
    std::deque<QByteArray> m_toList;
    std::vector<QByteArray> m_folders;
    std::optional<Error> m_error;
    int m_open = 0;
    bool m_pumping = false;
    bool m_ended = false;
};

} // namespace

void removeRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, std::function<void(Result<Done>)> then)
{
    const auto removal = std::make_shared<Removal>();
    removal->client = std::move(client);
    removal->then = std::move(then);
    removal->start(path);
}

} // namespace nimbook::transfer
