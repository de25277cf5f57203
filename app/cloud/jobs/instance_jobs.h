// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/jobs/operation_job.h"

#include <functional>

namespace nimbook::cloud {

/// Each of these sends its call with one requestId, waits until the operation is DONE (progress: the server's percent) and fails
/// with the operation's own error. Returned unstarted, owned by \a parent. Cancelling stops the waiting, not the operation.
ValueJob<Operation> *createInstance(ComputeClient &client, const CreateSpec &spec, QObject *parent);
/// The same with the caller's requestId (one that was written down before), unchecked.
OperationJob *insertInstance(ComputeClient &client, const CreateSpec &spec, const QString &requestId, QObject *parent);
ValueJob<Operation> *startInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent);
ValueJob<Operation> *stopInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent);
ValueJob<Operation> *resetInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent);
ValueJob<Operation> *deleteInstance(ComputeClient &client, const InstanceRef &ref, QObject *parent);

/// Reads the metadata, lets \a change edit the map, writes it back with its fingerprint and waits; reads again and repeats when
/// somebody else was faster (HTTP 412 or the operation's own text). No write when nothing changes.
ValueJob<Done> *updateMetadata(ComputeClient &client, const InstanceRef &ref,
                               std::function<void(QMap<QString, QString> &)> change, QObject *parent);

} // namespace nimbook::cloud
