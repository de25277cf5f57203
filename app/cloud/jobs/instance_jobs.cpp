// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/instance_jobs.h"

#include "cloud/gce/request_id.h"
#include "cloud/jobs/ssh_key_lines.h"
#include "cloud/jobs/update_metadata_job.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct InstanceJobsText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::InstanceJobsText)
};

using InstanceCall = ValueJob<Operation> *(ComputeClient::*)(const InstanceRef &, const QString &, QObject *);

ValueJob<Operation> *operationOn(ComputeClient &client, const InstanceRef &ref, const QString &purpose, InstanceCall call, QObject *parent)
{
    return new OperationJob(
        client, ref.project, purpose,
        [&client, ref, call, requestId = newRequestId()](QObject *owner) { return (client.*call)(ref, requestId, owner); }, parent);
}

QString problemOf(const CreateSpec &spec)
{
    if (const QString problem = instanceNameProblem(spec.ref.name); !problem.isEmpty())
        return problem;
    for (auto it = spec.labels.begin(); it != spec.labels.end(); ++it) {
        if (const QString problem = labelProblem(it.key(), it.value()); !problem.isEmpty())
            return problem;
    }
    return {};
}

bool usesOsLogin(const QMap<QString, QString> &metadata)
{
    return metadata.value(QStringLiteral("enable-oslogin")).compare(QLatin1String("true"), Qt::CaseInsensitive) == 0;
}

} // namespace

ValueJob<Operation> *createInstance(ComputeClient &client, const CreateSpec &spec, QObject *parent)
{
    const QString purpose = InstanceJobsText::tr("create %1").arg(spec.ref.text());
    if (const QString problem = problemOf(spec); !problem.isEmpty()) {
        return new ReadyJob<Operation>(failure(ErrorKind::InvalidInput, InstanceJobsText::tr("Could not %1: %2").arg(purpose, problem),
                                               InstanceJobsText::tr("Change it, then try again.")),
                                       parent);
    }
    return insertInstance(client, spec, newRequestId(), parent);
}

OperationJob *insertInstance(ComputeClient &client, const CreateSpec &spec, const QString &requestId, QObject *parent)
{
    return new OperationJob(
        client, spec.ref.project, InstanceJobsText::tr("create %1").arg(spec.ref.text()),
        [&client, spec, requestId](QObject *owner) { return client.insertInstance(spec, requestId, owner); }, parent);
}

ValueJob<Operation> *startInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent)
{
    return operationOn(client, ref, InstanceJobsText::tr("start %1").arg(ref.text()), &ComputeClient::startInstance, parent);
}

ValueJob<Operation> *stopInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent)
{
    return operationOn(client, ref, InstanceJobsText::tr("stop %1").arg(ref.text()), &ComputeClient::stopInstance, parent);
}

ValueJob<Operation> *resetInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent)
{
    return operationOn(client, ref, InstanceJobsText::tr("reset %1").arg(ref.text()), &ComputeClient::resetInstance, parent);
}

ValueJob<Operation> *deleteInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent)
{
    return operationOn(client, ref, InstanceJobsText::tr("delete %1").arg(ref.text()), &ComputeClient::deleteInstance, parent);
}

ValueJob<Done> *updateMetadata(ComputeClient &client, const InstanceRef &ref, std::function<void(QMap<QString, QString> &)> change,
                               QObject *parent)
{
    return new UpdateMetadataJob(
        client, ref,
        [change = std::move(change)](QMap<QString, QString> &metadata) -> Result<Done> {
            change(metadata);
            return Done{};
        },
        parent);
}

ValueJob<Done> *publishSshKey(ComputeClient &client, const InstanceRef &ref, const QString &user, const QByteArray &publicKey,
                              const QDateTime &expires, QObject *parent)
{
    const auto line = expiringSshKeyLine(user, publicKey, expires);
    if (!line)
        return new ReadyJob<Done>(failure(line.error()), parent);
    const auto change = [ref, line = *line](QMap<QString, QString> &metadata) -> Result<Done> {
        if (usesOsLogin(metadata)) {
            return failure(ErrorKind::Unsupported,
                           InstanceJobsText::tr("Could not publish the SSH key on %1: the machine uses OS Login, which ignores keys in its metadata.")
                               .arg(ref.text()),
                           InstanceJobsText::tr("Set the metadata enable-oslogin of this machine to FALSE."));
        }
        // Read by the guest agent whatever sshKeys, block-project-ssh-keys and the project's own keys say.
        QString &keys = metadata[QStringLiteral("ssh-keys")];
        keys = sshKeysWith(keys, line, QDateTime::currentDateTimeUtc());
        return Done{};
    };
    return new UpdateMetadataJob(client, ref, change, parent);
}

} // namespace nimbook::cloud
