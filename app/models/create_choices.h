// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/catalog.h"
#include "cloud/model/instance_spec.h"
#include "workspace/catalogue.h"

#include <QList>
#include <QStringList>

#include <optional>

namespace nimbook::models {

// What the creation form may offer, worked out of what Compute Engine answered and of the bundled catalogue. No I/O.

/// One zone as the form lists it. A zone that cannot be taken is listed too, so that its reason can be read.
struct ZoneChoice {
    QString name;
    QString region;
    bool offered = true;
    QString reason; ///< translated; why not offered
    std::optional<double> quotaLeft; ///< GPUs of this type that the project may still use in the region; none: not known
    bool operator==(const ZoneChoice &) const = default;
};

/// The metric of regions.get for a GPU, "NVIDIA_L4_GPUS"; empty when a region never tells one (H200 and later).
QString quotaMetric(const QString &acceleratorType);
/// Spot machines use PREEMPTIBLE_… where it was granted, else the ordinary quota.
std::optional<double> quotaLeft(const cloud::Region &region, const QString &acceleratorType, bool spot);

/// Sorted: zones that can be taken first, the ones with quota before those without, then by name.
QList<ZoneChoice> zoneChoices(const QList<cloud::Zone> &zones, const QList<cloud::Region> &regions,
                              const QList<cloud::AcceleratorType> &accelerators, const QString &acceleratorType, int count, bool spot);

/// The machine types of a zone that go with the GPU, the catalogue's own suggestions first.
QList<cloud::MachineType> fittingMachineTypes(const QList<cloud::MachineType> &types, const workspace::GpuChoice &gpu, int count);
QString machineTypeText(const cloud::MachineType &type); ///< "g2-standard-8 · 8 vCPU · 32 GB"

/// The newest series take no persistent disks: "hyperdisk-balanced" for them, empty for all others.
QString diskTypeNeeded(const QString &machineType);

/// Why a container image reference would be refused; empty when it would not. "repo/name:tag", "host:port/name@sha256:…".
QString containerImageProblem(const QString &reference);
QString diskSizeProblem(qint64 sizeGb, qint64 minimumGb, const QString &imageTitle);
/// "notebook-1", or the first number after it that nobody has.
QString freeMachineName(const QStringList &taken, const QString &wanted = QStringLiteral("notebook-1"));

/// "$0.85"; a tenth of a cent is shown where the whole is less than ten cents.
QString moneyText(qint64 micros);

/// The same machine by gcloud, one option per line, for people who know that better.
QString gcloudCommand(const cloud::CreateSpec &spec);

} // namespace nimbook::models
