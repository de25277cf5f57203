// SPDX-License-Identifier: Apache-2.0
#include "auth/metadata_server.h"

#include "auth/gcloud_environment.h"
#include "auth/metadata_read_job.h"
#include "auth/renewing_token_source.h"
#include "net/mapped_job.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>

namespace nimbook::auth {

namespace {

struct MetadataServerText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::MetadataServerText)
};

/// E-mail, access scopes and project, one after the other.
class MachineIdentityJob final : public ValueJob<MachineIdentity> {
public:
    MachineIdentityJob(net::HttpTransport &transport, Backoff backoff, QObject *parent)
        : ValueJob(parent), m_transport(transport), m_backoff(backoff)
    {
    }

protected:
    void run() override
    {
        read(QStringLiteral("instance/service-accounts/default/email"), [this](const QByteArray &email) {
            m_identity.account = QString::fromUtf8(email).trimmed();
            read(QStringLiteral("instance/service-accounts/default/scopes"), [this](const QByteArray &scopes) {
                if (!mayUseCompute(scopes))
                    return fail(missingScope());
                read(QStringLiteral("project/project-id"), [this](const QByteArray &project) {
                    m_identity.projectId = QString::fromUtf8(project).trimmed();
                    succeedWith(m_identity);
                });
            });
        });
    }
    void abort() override
    {
        if (m_waiting)
            m_waiting->cancel();
    }

private:
    void read(const QString &path, std::function<void(const QByteArray &)> then)
    {
        auto *job = new MetadataReadJob(m_transport, path, m_backoff, this);
        m_waiting = job;
        connect(job, &Job::finished, this, [this, job, then = std::move(then)] {
            job->deleteLater();
            if (!isRunning())
                return;
            if (const auto value = job->result())
                then(*value);
            else if (job->error().kind == ErrorKind::NotFound)
                fail({ErrorKind::NotFound, MetadataServerText::tr("This machine has no service account."), MetadataServerText::tr("Sign in in another way."),
                      job->error().detail, {}});
            else
                failAs(*job);
        });
        job->start();
    }

    static bool mayUseCompute(const QByteArray &scopes)
    {
        const QByteArrayList lines = scopes.simplified().split(' ');
        return lines.contains("https://www.googleapis.com/auth/cloud-platform") || lines.contains("https://www.googleapis.com/auth/compute");
    }

    Error missingScope() const
    {
        return {ErrorKind::PermissionDenied,
                MetadataServerText::tr("The access scopes of this machine leave out Compute Engine, so its service account (%1) cannot be used.")
                    .arg(m_identity.account),
                MetadataServerText::tr("Stop this machine and give it the scope cloud-platform, or sign in in another way."), {}, {}};
    }

    net::HttpTransport &m_transport;
    Backoff m_backoff;
    MachineIdentity m_identity;
    QPointer<Job> m_waiting;
};

} // namespace

bool mayRunOnGoogle()
{
    if (qEnvironmentVariable("NO_GCE_CHECK").compare(QLatin1String("true"), Qt::CaseInsensitive) == 0)
        return false;
    if (!qEnvironmentVariableIsEmpty("GCE_METADATA_HOST"))
        return true;
    // What the firmware calls the computer: no packet is sent on the many networks that are not Google's.
    QFile product(QStringLiteral("/sys/class/dmi/id/product_name"));
    return product.open(QIODevice::ReadOnly) && product.read(100).startsWith("Google");
}

ValueJob<MachineIdentity> *machineIdentity(net::HttpTransport &transport, QObject *parent, Backoff backoff)
{
    return new MachineIdentityJob(transport, backoff, parent);
}

std::unique_ptr<net::TokenSource> makeMachineTokenSource(const MachineIdentity &identity, net::HttpTransport &transport,
                                                         std::shared_ptr<const Clock> clock, Backoff backoff)
{
    const auto fetch = [&transport, clock, backoff](QObject *parent) -> ValueJob<AccessToken> * {
        return new net::MappedJob<QByteArray, AccessToken>(
            new MetadataReadJob(transport, QStringLiteral("instance/service-accounts/default/token"), backoff, nullptr),
            [clock](Result<QByteArray> answer) -> Result<AccessToken> {
                if (!answer)
                    return failure(answer.error());
                return accessTokenFrom(QJsonDocument::fromJson(*answer).object(), clock->now(), MetadataServerText::tr("the metadata server"));
            },
            parent);
    };
    return std::make_unique<RenewingTokenSource>(identity.account, quotaProjectFromEnvironment(), fetch, std::move(clock));
}

} // namespace nimbook::auth
