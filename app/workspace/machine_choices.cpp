// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_choices.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace nimbook::workspace {

namespace {

struct ChoiceText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::workspace::ChoiceText)
};

QString machineSeriesOf(const QString &machineType)
{
    return machineType.section(u'-', 0, 0);
}

/// N1 with attached GPUs: Google limits the vCPUs by the number of cards, and the memory as well, which binds no predefined type
/// (6.5 GB for each vCPU at most). 0: not known, let Google answer.
/// Source: Compute Engine, "GPU platforms", N1 tables.
int maximumCpus(const QString &acceleratorType, int count)
{
    static const QHash<QString, QHash<int, int>> limits{
        {QStringLiteral("nvidia-tesla-t4"), {{1, 48}, {2, 48}, {4, 96}}},
        {QStringLiteral("nvidia-tesla-p4"), {{1, 24}, {2, 48}, {4, 96}}},
        {QStringLiteral("nvidia-tesla-v100"), {{1, 12}, {2, 24}, {4, 48}, {8, 96}}},
        {QStringLiteral("nvidia-tesla-p100"), {{1, 16}, {2, 32}, {4, 96}}},
    };
    return limits.value(acceleratorType).value(count, 0);
}

const cloud::Quota *quotaIn(const cloud::Region &region, const QString &metric)
{
    for (const cloud::Quota &quota : region.quotas) {
        if (quota.metric == metric)
            return &quota;
    }
    return nullptr;
}

} // namespace

QString quotaMetric(const QString &acceleratorType)
{
    static const QHash<QString, QString> metrics{
        {QStringLiteral("nvidia-tesla-t4"), QStringLiteral("NVIDIA_T4_GPUS")},
        {QStringLiteral("nvidia-l4"), QStringLiteral("NVIDIA_L4_GPUS")},
        {QStringLiteral("nvidia-tesla-v100"), QStringLiteral("NVIDIA_V100_GPUS")},
        {QStringLiteral("nvidia-tesla-p100"), QStringLiteral("NVIDIA_P100_GPUS")},
        {QStringLiteral("nvidia-tesla-p4"), QStringLiteral("NVIDIA_P4_GPUS")},
        {QStringLiteral("nvidia-tesla-a100"), QStringLiteral("NVIDIA_A100_GPUS")},
        {QStringLiteral("nvidia-a100-80gb"), QStringLiteral("NVIDIA_A100_80GB_GPUS")},
        // regions.get tells only the PREEMPTIBLE_ twin of this one; the ordinary quota lives in Cloud Quotas and stays unknown here.
        {QStringLiteral("nvidia-h100-80gb"), QStringLiteral("NVIDIA_H100_GPUS")},
    };
    return metrics.value(acceleratorType);
}

std::optional<double> quotaLeft(const cloud::Region &region, const QString &acceleratorType, bool spot)
{
    const QString metric = quotaMetric(acceleratorType);
    if (metric.isEmpty())
        return std::nullopt;
    if (spot) {
        const cloud::Quota *preemptible = quotaIn(region, QStringLiteral("PREEMPTIBLE_") + metric);
        if (preemptible && preemptible->limit > 0) // granted, even if it is used up now
            return preemptible->limit - preemptible->usage;
    }
    const cloud::Quota *ordinary = quotaIn(region, metric);
    return ordinary ? std::optional(ordinary->limit - ordinary->usage) : std::nullopt;
}

QList<ZoneChoice> zoneChoices(const QList<cloud::Zone> &zones, const QList<cloud::Region> &regions,
                              const QList<cloud::AcceleratorType> &accelerators, const QString &acceleratorType, int count, bool spot)
{
    QHash<QString, int> cards; // zone → most cards of this type in one machine
    for (const cloud::AcceleratorType &type : accelerators) {
        if (type.name == acceleratorType)
            cards.insert(type.zone, type.maximumCardsPerInstance > 0 ? type.maximumCardsPerInstance : 8);
    }
    QList<ZoneChoice> choices;
    for (const cloud::Zone &zone : zones) {
        ZoneChoice choice{zone.name, zone.region, true, {}, std::nullopt};
        const auto region = std::find_if(regions.cbegin(), regions.cend(), [&zone](const cloud::Region &each) { return each.name == zone.region; });
        if (!acceleratorType.isEmpty() && region != regions.cend())
            choice.quotaLeft = quotaLeft(*region, acceleratorType, spot);
        if (!zone.up)
            choice.reason = ChoiceText::tr("Google reports this zone as down.");
        else if (!acceleratorType.isEmpty() && !cards.contains(zone.name))
            choice.reason = ChoiceText::tr("%1 does not offer this GPU.").arg(zone.name);
        else if (!acceleratorType.isEmpty() && cards.value(zone.name) < count)
            choice.reason = ChoiceText::tr("%1 offers at most %2 of this GPU in one machine.").arg(zone.name).arg(cards.value(zone.name));
        choice.offered = choice.reason.isEmpty();
        choices.append(choice);
    }
    const auto rank = [count](const ZoneChoice &choice) {
        if (!choice.offered)
            return 2;
        return choice.quotaLeft && *choice.quotaLeft < count ? 1 : 0;
    };
    std::sort(choices.begin(), choices.end(), [&rank](const ZoneChoice &a, const ZoneChoice &b) {
        return rank(a) != rank(b) ? rank(a) < rank(b) : a.name < b.name;
    });
    return choices;
}

QList<cloud::MachineType> fittingMachineTypes(const QList<cloud::MachineType> &types, const GpuChoice &gpu, int count)
{
    QList<cloud::MachineType> fitting;
    const bool noGpu = gpu.acceleratorType.isEmpty();
    const QString series = gpu.machineTypes.isEmpty() ? QStringLiteral("n1") : machineSeriesOf(gpu.machineTypes.first());
    for (const cloud::MachineType &type : types) {
        bool fits = false;
        if (noGpu) {
            fits = type.acceleratorType.isEmpty();
        } else if (gpu.impliedByMachineType) {
            fits = type.acceleratorType == gpu.acceleratorType && type.acceleratorCount == count;
        } else {
            const int most = maximumCpus(gpu.acceleratorType, count);
            fits = type.acceleratorType.isEmpty() && machineSeriesOf(type.name) == series && (most == 0 || type.guestCpus <= most);
        }
        if (fits)
            fitting.append(type);
    }
    const auto rank = [&gpu](const cloud::MachineType &type) {
        const qsizetype suggested = gpu.machineTypes.indexOf(type.name);
        return suggested < 0 ? gpu.machineTypes.size() : suggested;
    };
    std::stable_sort(fitting.begin(), fitting.end(), [&rank](const cloud::MachineType &a, const cloud::MachineType &b) {
        if (rank(a) != rank(b))
            return rank(a) < rank(b);
        if (machineSeriesOf(a.name) != machineSeriesOf(b.name))
            return machineSeriesOf(a.name) < machineSeriesOf(b.name);
        return std::pair(a.guestCpus, a.memoryMb) < std::pair(b.guestCpus, b.memoryMb);
    });
    return fitting;
}

QString diskTypeNeeded(const QString &machineType)
{
    // Source: Compute Engine, "Hyperdisk: machine series support".
    static const QStringList hyperdiskOnly{QStringLiteral("a4"), QStringLiteral("a4x"), QStringLiteral("c4"), QStringLiteral("c4a"),
                                           QStringLiteral("c4d"), QStringLiteral("g4"), QStringLiteral("n4"), QStringLiteral("n4a"), QStringLiteral("n4d")};
    return hyperdiskOnly.contains(machineSeriesOf(machineType)) ? QStringLiteral("hyperdisk-balanced") : QString();
}

} // namespace nimbook::workspace
