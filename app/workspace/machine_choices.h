// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/catalog.h"
#include "workspace/catalogue.h"

#include <optional>

namespace nimbook::workspace {

// Which zone, machine type and disk go with a GPU, worked out of what Compute Engine answered and of the bundled catalogue. No I/O.

/// One zone as a form lists it. A zone that cannot be taken is listed too, so that its reason can be read.
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

/// The machine types of a zone that go with the GPU, the catalogue's own suggestions first. Those of A2, A3, A4, G2 and G4 come with a
/// number of GPUs that nothing can change: g2-standard-32 has one, g2-standard-24 has two.
QList<cloud::MachineType> fittingMachineTypes(const QList<cloud::MachineType> &types, const GpuChoice &gpu, int count);

/// The newest series take no persistent disks: "hyperdisk-balanced" for them, empty for all others.
QString diskTypeNeeded(const QString &machineType);

} // namespace nimbook::workspace
