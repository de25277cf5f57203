// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/instance_jobs.h"

#include "cloud/gce/request_id.h"
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
        client, metadataOfInstance(client, ref),
        [change = std::move(change)](QMap<QString, QString> &metadata) -> Result<Done> {
            change(metadata);
            return Done{};
        },
        parent);
}

} // namespace nimbook::cloud
