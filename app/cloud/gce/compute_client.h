// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/endpoints.h"
#include "cloud/model/catalog.h"
#include "cloud/model/instance.h"
#include "cloud/model/instance_spec.h"
#include "cloud/model/metadata_items.h"
#include "cloud/model/operation.h"
#include "net/api_client.h"

namespace nimbook::cloud {

/// All machines of a project, with what could not be asked.
struct InstanceListing {
    QList<Instance> instances;
    QStringList unreachable; ///< zones that did not answer: their machines are unknown, not gone
};

struct SerialOutput {
    QByteArray contents;
    qint64 start = 0; ///< larger than asked: the 1 MB buffer has moved on and bytes are lost
    qint64 next = 0;
};

/// The methods of Compute Engine v1 (and Resource Manager) that Nimbook uses, one call each; several calls make a job
/// (cloud/jobs). Every job is returned unstarted and owned by \a parent. Source: Compute Engine REST reference.
class ComputeClient {
public:
    ComputeClient(net::ApiClient &api, Endpoints endpoints);

    ValueJob<QList<Project>> *listProjects(QObject *parent);
    ValueJob<QList<Zone>> *listZones(const QString &project, QObject *parent);
    ValueJob<QList<Region>> *listRegions(const QString &project, QObject *parent);
    ValueJob<QList<MachineType>> *listMachineTypes(const QString &project, const QString &zone, QObject *parent);
    ValueJob<MachineType> *getMachineType(const QString &project, const QString &zone, const QString &name, QObject *parent);
    ValueJob<QList<AcceleratorType>> *listAcceleratorTypes(const QString &project, QObject *parent); ///< over all zones
    ValueJob<QList<DiskType>> *listDiskTypes(const QString &project, const QString &zone, QObject *parent);
    ValueJob<Image> *imageFromFamily(const QString &imageProject, const QString &family, QObject *parent);

    ValueJob<InstanceListing> *listInstances(const QString &project, QObject *parent); ///< over all zones
    ValueJob<Instance> *getInstance(const InstanceRef &ref, QObject *parent);
    ValueJob<SerialOutput> *serialOutput(const InstanceRef &ref, qint64 start, QObject *parent);
    /// namespace/key → value. Nothing written yet (HTTP 404) is an empty map, not an error.
    ValueJob<QMap<QString, QString>> *guestAttributes(const InstanceRef &ref, const QString &queryPath, QObject *parent);

    /// \param requestId one UUID per press of a button, the same on every retry: a second machine is never made.
    ValueJob<Operation> *insertInstance(const CreateSpec &spec, const QString &requestId, QObject *parent);
    ValueJob<Operation> *startInstance(const InstanceRef &ref, const QString &requestId, QObject *parent);
    ValueJob<Operation> *stopInstance(const InstanceRef &ref, const QString &requestId, QObject *parent);
    ValueJob<Operation> *resetInstance(const InstanceRef &ref, const QString &requestId, QObject *parent);
    ValueJob<Operation> *deleteInstance(const InstanceRef &ref, const QString &requestId, QObject *parent);
    /// Replaces ALL metadata: read, change, send everything with the fingerprint (jobs: UpdateMetadata does that).
    ValueJob<Operation> *setMetadata(const InstanceRef &ref, const QMap<QString, QString> &items, const QString &fingerprint,
                                     QObject *parent);
    /// The metadata that all machines of the project share, where their own does not say otherwise.
    ValueJob<Metadata> *projectMetadata(const QString &project, QObject *parent);
    ValueJob<Operation> *setProjectMetadata(const QString &project, const QMap<QString, QString> &items, const QString &fingerprint,
                                            QObject *parent); ///< replaces ALL of it, as setMetadata() does
    ValueJob<Operation> *setLabels(const InstanceRef &ref, const QMap<QString, QString> &labels, const QString &fingerprint,
                                   QObject *parent);
    ValueJob<Disk> *getDisk(const QString &project, const QString &zone, const QString &name, QObject *parent);
    ValueJob<Operation> *deleteDisk(const QString &project, const QString &zone, const QString &name, const QString &requestId,
                                    QObject *parent);
    ValueJob<Operation> *getOperation(const QString &project, const Operation &operation, QObject *parent);
    ValueJob<Operation> *waitOperation(const QString &project, const Operation &operation, QObject *parent);

    const Endpoints &endpoints() const { return m_endpoints; }

private:
    net::ApiClient &m_api;
    Endpoints m_endpoints;
};

} // namespace nimbook::cloud
