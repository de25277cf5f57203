// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/plan_builder.h"
#include "transfer/sftp_client.h"

#include <deque>
#include <memory>
#include <optional>

namespace nimbook::transfer {

/// Walks remote files and folders into a plan, many folders at a time. Names that could leave their folder are left out.
class RemoteWalk : public std::enable_shared_from_this<RemoteWalk> {
public:
    /// \param done called once, unless stop() came before: without an error, or with the one that ended the link
    /// \param names what the sources are called at their destination; where there is none, as they are
    RemoteWalk(std::shared_ptr<SftpClient> client, TransferPlan &plan, QList<QByteArray> sources, QList<QByteArray> folders,
               std::function<void(std::optional<Error>)> done, QList<QByteArray> names = {});

    void start();
    void stop(); ///< the plan is not touched any more

private:
    void addSource(const QByteArray &path, const QByteArray &newName, std::optional<int> place);
    void resolve(const QByteArray &path, std::function<void(const QByteArray &real, const sftp::Attributes &)> then);
    void addChosen(const QByteArray &path, const QByteArray &name, std::optional<int> place, const QByteArray &real, const sftp::Attributes &attributes);
    void enterNext();
    void enter(int walkedFolder);
    void addEntry(int walkedFolder, const sftp::NameEntry &entry);
    void addLink(int walkedFolder, const QByteArray &name);
    void queueFolder(WalkedFolder folder);
    void begin() { ++m_busy; }
    void end();
    void leaveOut(const Error &error);

    std::shared_ptr<SftpClient> m_client;
    TransferPlan *m_plan;
    PlanBuilder m_builder;
    QList<QByteArray> m_sources;
    QList<QByteArray> m_folders; ///< as LocalWalk has them
    QList<QByteArray> m_names;
    std::function<void(std::optional<Error>)> m_done;
    std::vector<WalkedFolder> m_walked;
    std::deque<int> m_queue;
    int m_busy = 0;
    int m_listing = 0;
    std::optional<Error> m_lost;
};

} // namespace nimbook::transfer
