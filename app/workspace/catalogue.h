// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QDate>
#include <QMap>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace nimbook::workspace {

/// A container image one can pick; data in resources/catalogue/containers.json.
struct ContainerImage {
    QString id;
    QString title; ///< "TensorFlow and Keras, GPU"
    QString reference;
    QString description;
    bool needsGpu = false;
    bool operator==(const ContainerImage &) const = default;
};

/// A boot image family; resources/catalogue/images.json.
struct BootImage {
    QString project;
    QString family;
    QString title;
    bool hasDriver = false; ///< NVIDIA driver preinstalled
    qint64 minimumDiskGb = 10;
    bool operator==(const BootImage &) const = default;
};

/// What one can choose by need; resources/catalogue/gpus.json.
struct GpuChoice {
    QString acceleratorType; ///< "nvidia-l4"; empty: no GPU
    QString title;           ///< "NVIDIA L4, 24 GB"
    QList<int> counts;       ///< sensible counts
    QStringList machineTypes; ///< in order of preference, for one GPU first
    bool impliedByMachineType = false; ///< A2, A3, A4, G2, G4: no guestAccelerators in the request
    int memoryGb = 0; ///< of one GPU; 0: not known
    /// Machine types with a part of one GPU: "g4-standard-6" → 8, an eighth of it and of its memory. Compute Engine counts them as one.
    QMap<QString, int> parts;

    int memoryGbOf(const QString &machineType, int count) const { return parts.contains(machineType) ? memoryGb / parts.value(machineType) : memoryGb * count; }
    bool operator==(const GpuChoice &) const = default;
};

/// An estimate in millionths of a US dollar, never a bill.
struct Price {
    qint64 microsPerHour = 0;
    QDate asOf;
    bool operator==(const Price &) const = default;
};

/// The bundled data, with its date and source. Loaded once, read-only, cheap to copy.
class Catalogue {
public:
    static Result<Catalogue> load(const QString &folder = QStringLiteral(":/catalogue"));

    const QList<ContainerImage> &containerImages() const { return m_containers; }
    const QList<BootImage> &bootImages() const { return m_bootImages; }
    const QList<GpuChoice> &gpus() const { return m_gpus; }
    GpuChoice gpu(const QString &acceleratorType) const; ///< an empty one when it is not in the list
    std::optional<ContainerImage> containerImage(const QString &id) const;
    QString defaultContainerImage() const; ///< reference of the first entry that runs without a GPU; empty: none

    /// Running, per hour, list price of us-central1 whatever the zone; none when a part is not in the table.
    std::optional<Price> runningPrice(const QString &machineType, const QString &acceleratorType, int acceleratorCount, qint64 diskGb,
                                      const QString &diskType, bool spot) const;
    QDate pricesAsOf() const { return m_pricesAsOf; }
    /// Stopped: the disk alone.
    std::optional<Price> stoppedPrice(qint64 diskGb, const QString &diskType) const;

private:
    QList<ContainerImage> m_containers;
    QList<BootImage> m_bootImages;
    QList<GpuChoice> m_gpus;
    QMap<QString, qint64> m_prices; ///< micros: "machine/g2-standard-4", "gpu/…", "spot-machine/…", "spot-gpu/…" per hour; "disk/…" per GB and month
    QDate m_pricesAsOf;
};

} // namespace nimbook::workspace
