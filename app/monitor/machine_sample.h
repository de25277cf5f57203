// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

namespace nimbook::monitor {

/// One NVIDIA GPU. What the driver does not tell ("[N/A]": MIG, passively cooled cards, some virtual ones) is not there.
struct GpuSample {
    int index = 0;
    QString name; ///< "NVIDIA L4"
    std::optional<double> utilisation; ///< percent
    std::optional<double> memoryUsed;  ///< bytes
    std::optional<double> memoryTotal; ///< bytes
    std::optional<double> temperature; ///< °C
    std::optional<double> power;       ///< watts
    std::optional<double> powerLimit;  ///< watts
    bool sharedByMig = false; ///< cut into MIG instances: the driver gives no utilisation of the whole
    bool operator==(const GpuSample &) const = default;
};

struct DiskSample {
    QString path; ///< where it is mounted
    double total = 0; ///< bytes, as are the next two
    double used = 0;
    double free = 0;  ///< for ordinary users: a file system keeps a part for root
    bool operator==(const DiskSample &) const = default;
};

enum class GpuPresence { Unknown, None, DriverMissing, Ready };

/// What a machine was doing at one moment. Rates are there from the second sample on.
struct MachineSample {
    QDateTime time; ///< this computer's, when the sample arrived
    std::optional<double> cpu; ///< percent of all cores
    int cores = 0;
    double memoryTotal = 0; ///< bytes
    double memoryUsed = 0;  ///< bytes that could not be given to a program that asks
    QList<DiskSample> disks;
    std::optional<double> received; ///< bytes a second, as are the next three
    std::optional<double> sent;
    std::optional<double> read;
    std::optional<double> written;
    GpuPresence gpuPresence = GpuPresence::Unknown;
    QList<GpuSample> gpus;
};

/// The disks that have room for little more: less than a tenth and less than 20 GB, or less than 1 GB whatever their size.
QList<DiskSample> nearlyFullDisks(const MachineSample &sample);

} // namespace nimbook::monitor
