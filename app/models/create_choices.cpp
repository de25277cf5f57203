// SPDX-License-Identifier: Apache-2.0
#include "models/create_choices.h"

#include "models/quantities.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>

namespace nimbook::models {

namespace {

QString choiceText(const char *text)
{
    return QCoreApplication::translate("create_choices", text);
}

QString seriesOf(const QString &machineType)
{
    return machineType.section(u'-', 0, 0);
}

/// N1 with attached GPUs: Google limits the vCPUs by the number of cards. 0: not known, let Google answer.
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

const cloud::Quota *find(const cloud::Region &region, const QString &metric)
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
        const cloud::Quota *preemptible = find(region, QStringLiteral("PREEMPTIBLE_") + metric);
        if (preemptible && preemptible->limit > 0) // granted, even if it is used up now
            return preemptible->limit - preemptible->usage;
    }
    const cloud::Quota *ordinary = find(region, metric);
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
            choice.reason = choiceText(QT_TRANSLATE_NOOP("create_choices", "Google reports this zone as down."));
        else if (!acceleratorType.isEmpty() && !cards.contains(zone.name))
            choice.reason = QCoreApplication::translate("create_choices", "%1 does not offer this GPU.").arg(zone.name);
        else if (!acceleratorType.isEmpty() && cards.value(zone.name) < count)
            choice.reason = QCoreApplication::translate("create_choices", "%1 offers at most %2 of this GPU in one machine.").arg(zone.name).arg(cards.value(zone.name));
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

QList<cloud::MachineType> fittingMachineTypes(const QList<cloud::MachineType> &types, const workspace::GpuChoice &gpu, int count)
{
    QList<cloud::MachineType> fitting;
    const bool noGpu = gpu.acceleratorType.isEmpty();
    const QString series = gpu.machineTypes.isEmpty() ? QStringLiteral("n1") : seriesOf(gpu.machineTypes.first());
    for (const cloud::MachineType &type : types) {
        bool fits = false;
        if (noGpu) {
            fits = type.acceleratorType.isEmpty();
        } else if (gpu.impliedByMachineType) {
            fits = type.acceleratorType == gpu.acceleratorType && type.acceleratorCount == count;
        } else {
            const int most = maximumCpus(gpu.acceleratorType, count);
            fits = type.acceleratorType.isEmpty() && seriesOf(type.name) == series && type.guestCpus > 1 && (most == 0 || type.guestCpus <= most);
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
        if (seriesOf(a.name) != seriesOf(b.name))
            return seriesOf(a.name) < seriesOf(b.name);
        return std::pair(a.guestCpus, a.memoryMb) < std::pair(b.guestCpus, b.memoryMb);
    });
    return fitting;
}

QString machineTypeText(const cloud::MachineType &type)
{
    // Google gives memory in powers of two; 30720 MB is what its pages call 30 GB.
    const double gigabytes = double(type.memoryMb) / 1024;
    const QString memory = QLocale().toString(gigabytes, 'f', gigabytes == qRound64(gigabytes) ? 0 : 1);
    return QCoreApplication::translate("create_choices", "%1 · %2 vCPU · %3 GB", "machine type, processors, memory").arg(type.name).arg(type.guestCpus).arg(memory);
}

QString diskTypeNeeded(const QString &machineType)
{
    // Source: Compute Engine, "Hyperdisk: machine series support".
    static const QStringList hyperdiskOnly{QStringLiteral("a4"), QStringLiteral("a4x"), QStringLiteral("c4"), QStringLiteral("c4a"),
                                           QStringLiteral("c4d"), QStringLiteral("g4"), QStringLiteral("n4"), QStringLiteral("n4a"), QStringLiteral("n4d")};
    return hyperdiskOnly.contains(seriesOf(machineType)) ? QStringLiteral("hyperdisk-balanced") : QString();
}

QString containerImageProblem(const QString &reference)
{
    if (reference.isEmpty())
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "Enter an image such as quay.io/jupyter/scipy-notebook:latest."));
    static const QRegularExpression whitespace(QStringLiteral("\\s"));
    if (reference.contains(whitespace))
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "An image reference contains no spaces."));
    if (reference.contains(u"://"))
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "Leave out “https://”: an image reference begins with the registry's name."));
    // Source: the grammar in distribution/reference; names are lower case, tags up to 128 characters.
    static const QRegularExpression grammar(QStringLiteral(
        "^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?"
        "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*"
        "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"));
    if (!grammar.match(reference).hasMatch())
        return QCoreApplication::translate("create_choices", "“%1” is not an image reference: registry/name:tag, the name in lower case.").arg(reference);
    return {};
}

QString diskSizeProblem(qint64 sizeGb, qint64 minimumGb, const QString &imageTitle)
{
    if (sizeGb < minimumGb)
        return QCoreApplication::translate("create_choices", "%1 needs a disk of at least %2 GB.").arg(imageTitle).arg(minimumGb);
    if (sizeGb > 65536)
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "A disk holds at most 65 536 GB."));
    return {};
}

QString freeMachineName(const QStringList &taken, const QString &wanted)
{
    if (!taken.contains(wanted))
        return wanted;
    static const QRegularExpression number(QStringLiteral("-?[0-9]{1,6}$"));
    QString stem = wanted;
    stem.remove(number);
    stem = stem.left(56); // room for the number: 63 in all
    for (int next = 2;; ++next) {
        const QString name = QStringLiteral("%1-%2").arg(stem).arg(next);
        if (!taken.contains(name))
            return name;
    }
}

QString moneyText(qint64 micros)
{
    const double dollars = double(micros) / 1'000'000;
    return u'$' + QLocale(QLocale::English, QLocale::UnitedStates).toString(dollars, 'f', dollars > 0 && dollars < 0.1 ? 3 : 2);
}

QString gcloudCommand(const cloud::CreateSpec &spec)
{
    // Quoted for a POSIX shell whenever it holds more than harmless characters.
    const auto quoted = [](const QString &text) {
        static const QRegularExpression harmless(QStringLiteral("^[A-Za-z0-9_./:=,@%+-]+$"));
        return harmless.match(text).hasMatch() ? text : u'\'' + QString(text).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
    };
    QStringList options{QStringLiteral("gcloud compute instances create %1").arg(quoted(spec.ref.name)),
                        QStringLiteral("--project=%1").arg(quoted(spec.ref.project)),
                        QStringLiteral("--zone=%1").arg(quoted(spec.ref.zone)),
                        QStringLiteral("--machine-type=%1").arg(quoted(spec.machineType))};
    if (spec.acceleratorCount > 0 && !spec.machineTypeHasGpu)
        options << QStringLiteral("--accelerator=type=%1,count=%2").arg(spec.acceleratorType).arg(spec.acceleratorCount);
    if (spec.hasGpu() || spec.spot)
        options << QStringLiteral("--maintenance-policy=TERMINATE");
    if (spec.spot)
        options << QStringLiteral("--provisioning-model=SPOT") << (spec.spotEnd == cloud::SpotEnd::Delete ? QStringLiteral("--instance-termination-action=DELETE")
                                                                                                                                    : QStringLiteral("--instance-termination-action=STOP"));
    options << QStringLiteral("--image-project=%1").arg(quoted(spec.imageProject)) << QStringLiteral("--image-family=%1").arg(quoted(spec.imageFamily))
            << QStringLiteral("--boot-disk-size=%1GB").arg(spec.diskSizeGb) << QStringLiteral("--boot-disk-type=%1").arg(spec.diskType);
    if (!spec.externalAddress)
        options << QStringLiteral("--no-address");
    if (spec.scopes.isEmpty())
        options << QStringLiteral("--no-service-account") << QStringLiteral("--no-scopes");
    else
        options << QStringLiteral("--scopes=%1").arg(quoted(spec.scopes.join(u',')));
    QStringList labels;
    for (auto label = spec.labels.cbegin(); label != spec.labels.cend(); ++label)
        labels << label.key() + u'=' + label.value();
    if (!labels.isEmpty())
        options << QStringLiteral("--labels=%1").arg(quoted(labels.join(u',')));
    QStringList metadata{QStringLiteral("enable-guest-attributes=TRUE")};
    for (auto item = spec.metadata.cbegin(); item != spec.metadata.cend(); ++item) {
        if (item.key() != u"startup-script" && item.key() != u"ssh-keys" && item.key() != u"enable-guest-attributes")
            metadata << item.key() + u'=' + item.value();
    }
    options << QStringLiteral("--metadata=%1").arg(quoted(metadata.join(u',')));
    if (spec.metadata.contains(QStringLiteral("startup-script")))
        options << QStringLiteral("--metadata-from-file=startup-script=startup.sh");
    return options.join(QStringLiteral(" \\\n    "));
}

} // namespace nimbook::models
