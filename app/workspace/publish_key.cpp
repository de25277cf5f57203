// SPDX-License-Identifier: Apache-2.0
#include "workspace/publish_key.h"

#include "cloud/jobs/publish_ssh_key.h"
#include "workspace/host_trust.h"
#include "workspace/key_pair_job.h"

namespace nimbook::workspace {

namespace {

// A month: long enough for a holiday, short enough that a lost computer does not open machines for ever.
constexpr int keyDays = 30;
// A key that ends within a day may end while somebody works.
constexpr qint64 renewalSeconds = 24 * 3600;

} // namespace

PublishKey::PublishKey(Account &account, cloud::Instance machine, Wish wish, QObject *parent)
    : ValueJob(parent), m_account(account), m_machine(std::move(machine)), m_wish(std::move(wish))
{
}

void PublishKey::run()
{
    m_waiting.wait(keyPairJob(m_wish.choice, this), [this](ValueJob<ssh::KeyPair> &job) {
        const auto pair = job.result();
        if (!pair)
            return failAs(job);
        m_published.key = *pair;
        m_published.user = m_wish.user;
        const auto osLogin = usesOsLogin(m_machine);
        if (osLogin == true)
            giveToOsLogin();
        else if (osLogin == false && !m_wish.toProject)
            putOnMachine();
        else
            askProject();
    });
}

void PublishKey::askProject()
{
    m_waiting.wait(m_account.compute().projectMetadata(m_machine.ref.project, this),
                   [this](ValueJob<cloud::Metadata> &job) { onProject(job.result()); });
}

void PublishKey::onProject(const Result<cloud::Metadata> &metadata)
{
    // Who may use a machine may not always read its project: then it is as most projects are.
    if (!usesOsLogin(m_machine) && metadata && projectUsesOsLogin(metadata->items))
        giveToOsLogin();
    else if (m_wish.toProject)
        putOnProject(metadata);
    else
        putOnMachine();
}

bool PublishKey::isKnownIn(const QMap<QString, QString> &metadata) const
{
    return hasSshKey(metadata, m_wish.user, m_published.key.publicKey, m_wish.now.addSecs(renewalSeconds));
}

cloud::SshKeyWish PublishKey::keyWish() const
{
    return {m_wish.user, m_published.key.publicKey, m_wish.now.addSecs(renewalSeconds), m_wish.now.addDays(keyDays)};
}

void PublishKey::putOnMachine()
{
    if (isKnownIn(m_machine.metadata)) {
        m_published.where = tr("known to the machine");
        return succeedWith(m_published);
    }
    auto *publish = cloud::publishSshKey(m_account.compute(), m_machine.ref, keyWish(), this);
    m_waiting.wait(publish, [this](ValueJob<Done> &job) {
        if (!job.result())
            return failAs(job);
        m_published.isNew = true;
        m_published.where = m_published.notice.isEmpty() ? tr("for %1, %2 days").arg(m_wish.user).arg(keyDays)
                                                         : tr("for %1 on this machine alone, %2 days").arg(m_wish.user).arg(keyDays);
        succeedWith(m_published);
    });
}

void PublishKey::putOnProject(const Result<cloud::Metadata> &metadata)
{
    const QString &project = m_machine.ref.project;
    if (!takesProjectKeys(m_machine)) {
        m_published.notice = tr("%1 takes no SSH keys of its project (block-project-ssh-keys), so yours is published on this machine alone.")
                                 .arg(m_machine.ref.text());
        return putOnMachine();
    }
    if (metadata && isKnownIn(metadata->items))
        return succeedOnProject(false);
    auto *publish = cloud::publishSshKeyToProject(m_account.compute(), project, keyWish(), this);
    m_waiting.wait(publish, [this, project](ValueJob<Done> &job) {
        if (job.result())
            return succeedOnProject(true);
        if (job.error().kind != ErrorKind::PermissionDenied)
            return failAs(job);
        m_published.notice = tr("You may not change the metadata of %1 (compute.projects.setCommonInstanceMetadata), so your SSH key is published "
                                "on %2 alone.").arg(project, m_machine.ref.text());
        putOnMachine();
    });
}

void PublishKey::succeedOnProject(bool isNew)
{
    m_published.isNew = isNew;
    m_published.where = isNew ? tr("for %1 on all machines of %2, %3 days").arg(m_wish.user, m_machine.ref.project).arg(keyDays)
                              : tr("known to the project %1").arg(m_machine.ref.project);
    succeedWith(m_published);
}

void PublishKey::giveToOsLogin()
{
    auto *give = new cloud::OsLoginJob(cloud::OsLoginClient(m_account.api(), m_account.compute().endpoints()),
                                       {m_account.email(), m_machine.ref.project, m_published.key.publicKey, m_wish.now.addSecs(renewalSeconds),
                                        m_wish.now.addDays(keyDays)}, this);
    m_waiting.wait(give, [this](cloud::OsLoginJob &job) {
        const auto login = job.result();
        if (!login)
            return failAs(job);
        m_published.user = login->userName;
        m_published.osLogin = true;
        m_published.isNew = login->keyIsNew;
        m_published.where = login->keyIsNew ? tr("OS Login, as %1, %2 days").arg(login->userName).arg(keyDays)
                                            : tr("OS Login knows it, as %1").arg(login->userName);
        succeedWith(m_published);
    });
}

} // namespace nimbook::workspace
