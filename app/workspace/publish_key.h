// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "cloud/jobs/os_login_job.h"
#include "cloud/jobs/publish_ssh_key.h"
#include "ssh/key_pair.h"
#include "workspace/account.h"

namespace nimbook::workspace {

/// With which key, and as whom, a machine lets us in.
struct PublishedKey {
    QString user;
    ssh::KeyPair key;
    bool osLogin = false; ///< OS Login knows it, not the metadata
    bool isNew = false;   ///< it was not there before: the machine may need a while to learn it
    QString where;        ///< translated: "for ada, 30 days"
    QString notice;       ///< translated: why it is not where it was wanted; empty: it is
};

/// Makes sure that a machine knows an SSH key: in the metadata of the machine or, where that is wanted, of its project; through
/// OS Login where that is on, which ignores metadata.
///
/// A machine that takes no keys of its project, and a project whose metadata this account may not change, get it on the machine.
class PublishKey final : public ValueJob<PublishedKey> {
    Q_OBJECT
public:
    struct Wish {
        ssh::KeyChoice choice;
        QString user;
        QDateTime now;
        bool toProject = false;
    };
    PublishKey(Account &account, cloud::Instance machine, Wish wish, QObject *parent);

protected:
    void run() override;
    void abort() override { m_waiting.cancel(); }

private:
    void askProject();
    void onProject(const Result<cloud::Metadata> &metadata);
    void putOnMachine();
    void putOnProject(const Result<cloud::Metadata> &metadata);
    void giveToOsLogin();
    void succeedOnProject(bool isNew);
    cloud::SshKeyWish keyWish() const;
    bool isKnownIn(const QMap<QString, QString> &metadata) const;

    Account &m_account;
    cloud::Instance m_machine;
    Wish m_wish;
    PublishedKey m_published;
    Awaited m_waiting{*this};
};

} // namespace nimbook::workspace
