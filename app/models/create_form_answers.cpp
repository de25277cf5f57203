// SPDX-License-Identifier: Apache-2.0
// What CreateForm says about its fields; how they come about is in create_form.cpp.
#include "models/create_form.h"

#include "workspace/capacity_search.h"
#include "workspace/needed_permissions.h"

#include <QLocale>

#include <algorithm>

namespace nimbook::models {

const workspace::GpuChoice &CreateForm::gpu() const
{
    static const workspace::GpuChoice none;
    for (const workspace::GpuChoice &choice : m_catalogue.gpus()) {
        if (choice.acceleratorType == m_input.acceleratorType)
            return choice;
    }
    return none;
}

QList<int> CreateForm::gpuCounts() const
{
    return m_input.acceleratorType.isEmpty() ? QList<int>() : gpu().counts;
}

const workspace::BootImage &CreateForm::bootImage() const
{
    static const workspace::BootImage none;
    const auto &all = m_catalogue.bootImages();
    return m_input.bootImage >= 0 && m_input.bootImage < all.size() ? all[m_input.bootImage] : none;
}

QStringList CreateForm::cpuPlatforms() const
{
    for (const cloud::Zone &zone : m_zones.value) {
        if (zone.name == m_input.zone)
            return zone.cpuPlatforms;
    }
    return {};
}

qint64 CreateForm::minimumDiskGb() const
{
    return std::max(bootImage().minimumDiskGb, m_image.loaded ? m_image.value.diskSizeGb : 0);
}

QStringList CreateForm::otherZones() const
{
    QStringList zones;
    for (const workspace::ZoneChoice &choice : m_zoneChoices) {
        if (choice.offered && choice.name != m_input.zone)
            zones.append(choice.name);
    }
    return zones;
}

bool CreateForm::isLoading(Field field) const
{
    switch (field) {
    case Field::Zone: return m_zones.job || m_accelerators.job || m_regions.job;
    case Field::MachineType: return isLoading(Field::Zone) || m_machineTypes.job;
    case Field::DiskType: return isLoading(Field::Zone) || m_diskTypes.job;
    case Field::BootImage: return m_image.job;
    case Field::Project: return m_apiEnabled.job || m_granted.job || m_projectQuotas.job;
    default: return false;
    }
}

std::optional<Error> CreateForm::loadError(Field field) const
{
    switch (field) {
    case Field::Zone:
        return m_zones.error ? m_zones.error : m_input.acceleratorType.isEmpty() ? std::nullopt : m_accelerators.error;
    case Field::MachineType: return m_machineTypes.error;
    case Field::DiskType: return m_diskTypes.error;
    case Field::BootImage: return m_image.error;
    default: return std::nullopt;
    }
}

QString CreateForm::problem(Field field) const
{
    switch (field) {
    case Field::Name: {
        const QString refused = cloud::instanceNameProblem(m_input.name);
        if (!refused.isEmpty())
            return refused;
        for (const cloud::InstanceRef &ref : m_start.existing) {
            if (ref.name == m_input.name && ref.zone == m_input.zone)
                return tr("%1 has a machine of this name already. Take another name or another zone.").arg(m_input.zone);
        }
        return {};
    }
    case Field::Zone:
        return problemOfZone();
    case Field::MachineType:
        if (m_machineTypes.loaded && m_fitting.isEmpty())
            return tr("No machine type of %1 goes with this GPU. Choose another zone.").arg(m_input.zone);
        return {};
    case Field::DiskSize:
        return diskSizeProblem(m_input.diskSizeGb, minimumDiskGb(), bootImage().title);
    case Field::DiskType: {
        const QString needed = workspace::diskTypeNeeded(m_input.machineType);
        if (!needed.isEmpty() && !m_input.diskType.startsWith(u"hyperdisk"))
            return tr("%1 takes only Hyperdisks. Choose %2.").arg(m_input.machineType, needed);
        return {};
    }
    case Field::BootImage:
        if (m_image.error && m_image.error->kind == ErrorKind::NotFound)
            return tr("Google no longer offers the image family %1. Choose another one.").arg(bootImage().family);
        return {};
    case Field::Container:
        return containerImageProblem(m_input.containerImage);
    case Field::CpuPlatform: {
        const QStringList here = cpuPlatforms();
        if (!m_input.minCpuPlatform.isEmpty() && !here.isEmpty() && !here.contains(m_input.minCpuPlatform))
            return tr("%1 does not have %2. Choose another zone, or another processor.").arg(m_input.zone, m_input.minCpuPlatform);
        return {};
    }
    case Field::Labels:
        for (qsizetype row = 0; row < m_input.labels.size(); ++row) {
            const auto &[key, value] = m_input.labels[row];
            if (const QString refused = cloud::labelProblem(key, value); !refused.isEmpty())
                return refused;
            for (qsizetype earlier = 0; earlier < row; ++earlier) {
                if (m_input.labels[earlier].first == key)
                    return tr("The label “%1” is there twice.").arg(key);
            }
        }
        return {};
    case Field::Gpu: {
        const auto left = gpusLeftEverywhere();
        if (m_input.acceleratorType.isEmpty() || !left || *left >= m_input.gpuCount)
            return {};
        return tr("%1 may use %2 more GPUs over all regions (quota GPUS_ALL_REGIONS), whatever the zone. Ask Google for more.")
            .arg(m_start.project).arg(std::max(0, int(*left)));
    }
    case Field::Project:
        return problemOfProject();
    }
    return {};
}

QString CreateForm::problemOfProject() const
{
    if (isApiOff())
        return tr("Compute Engine is not enabled in %1.").arg(m_start.project);
    if (const QStringList missing = missingPermissions(); !missing.isEmpty())
        return missing.size() == 1 ? tr("This account may not make this machine in %1: it lacks the permission %2.").arg(m_start.project, missing.first())
                                   : tr("This account may not make this machine in %1: it lacks %2 permissions.").arg(m_start.project).arg(missing.size());
    return {};
}

bool CreateForm::isApiOff() const
{
    const auto saysSo = [](const std::optional<Error> &error) { return error && error->kind == ErrorKind::ApiDisabled; };
    return (m_apiEnabled.loaded && !m_apiEnabled.value) || saysSo(m_zones.error) || saysSo(m_regions.error) || saysSo(m_accelerators.error);
}

QStringList CreateForm::missingPermissions() const
{
    if (!m_granted.loaded)
        return {};
    QStringList missing = workspace::permissionsToCreate(spec());
    missing.removeIf([this](const QString &permission) { return m_granted.value.contains(permission); });
    return missing;
}

std::optional<double> CreateForm::gpusLeftEverywhere() const
{
    for (const cloud::Quota &quota : m_projectQuotas.value) {
        if (quota.metric == u"GPUS_ALL_REGIONS")
            return quota.limit - quota.usage;
    }
    return std::nullopt;
}

QString CreateForm::zoneText(const workspace::ZoneChoice &zone) const
{
    if (!zone.offered)
        return tr("%1 (not available)").arg(zone.name);
    QStringList parts{zone.name};
    if (const auto price = runningPriceIn(zone.name))
        parts << tr("%1 an hour").arg(moneyText(price->microsPerHour));
    if (zone.quotaLeft)
        parts << tr("quota for %1 more", "GPUs").arg(std::max(0, int(*zone.quotaLeft)));
    else if (!m_input.acceleratorType.isEmpty() && m_regions.loaded)
        parts << tr("quota not known");
    return parts.join(QStringLiteral(" · "));
}

QString CreateForm::hint(Field field) const
{
    if (field == Field::Zone && !m_input.acceleratorType.isEmpty()) {
        for (const workspace::ZoneChoice &choice : m_zoneChoices) {
            if (choice.name != m_input.zone || !choice.offered)
                continue;
            if (!m_regions.loaded || !choice.quotaLeft)
                return tr("Quota in %1 is not known here; Google checks it when the machine is made.").arg(choice.region);
            return tr("Quota in %1: %2 left of this GPU").arg(choice.region, QLocale().toString(*choice.quotaLeft, 'f', 0));
        }
    }
    if (field == Field::Gpu && !m_input.acceleratorType.isEmpty() && gpu().memoryGb > 0) {
        if (const int parts = gpu().parts.value(m_input.machineType); parts > 0)
            return tr("A part of one: 1/%1, %2 GB of GPU memory").arg(parts).arg(gpu().memoryGbOf(m_input.machineType, 1));
        if (m_input.gpuCount > 1)
            return tr("%1 GB of GPU memory in all").arg(gpu().memoryGbOf(m_input.machineType, m_input.gpuCount));
    }
    if (field == Field::MachineType && gpu().parts.contains(m_input.machineType))
        return tr("Parts of a GPU need NVIDIA's vGPU driver; choose a boot image that has it.");
    if (field == Field::DiskSize)
        return tr("At least %1 GB").arg(minimumDiskGb());
    return {};
}

QString CreateForm::problemOfZone() const
{
    if (m_zoneChoices.isEmpty())
        return {};
    const auto chosen = std::find_if(m_zoneChoices.cbegin(), m_zoneChoices.cend(), [this](const auto &zone) { return zone.name == m_input.zone; });
    const QStringList others = otherZones();
    const QString help = others.isEmpty() ? tr("No zone of this project offers it. Choose another GPU.")
                                          : tr("Choose another zone, for example %1, or another GPU.").arg(others.first());
    if (chosen == m_zoneChoices.cend())
        return m_input.zone.isEmpty() ? tr("No zone of this project offers this GPU. Choose another one.")
                                      : tr("There is no zone %1.").arg(m_input.zone) + u' ' + help;
    if (!chosen->offered)
        return chosen->reason + u' ' + help;
    const bool outOfQuota = chosen->quotaLeft && *chosen->quotaLeft < m_input.gpuCount;
    if (outOfQuota && (m_input.reach != workspace::CapacityPlan::Reach::Anywhere || capacityPlan().zones.isEmpty()))
        return tr("Quota in %1: %2 left of this GPU, so Google would refuse. Take another region, or ask Google for more.")
            .arg(chosen->region, QLocale().toString(std::max(0.0, *chosen->quotaLeft), 'f', 0));
    return {};
}

bool CreateForm::isComplete() const
{
    if (m_input.zone.isEmpty() || m_input.machineType.isEmpty() || m_zoneChoices.isEmpty() || isLoading(Field::MachineType) || isLoading(Field::Project))
        return false;
    for (int field = 0; field < fieldCount; ++field) {
        if (!problem(Field(field)).isEmpty())
            return false;
    }
    return true;
}

workspace::CapacityPlan CreateForm::capacityPlan() const
{
    // A zone whose region is known to have no quota left would only be asked in vain.
    workspace::CapacityPlan plan{m_input.reach, {}, m_input.keepTrying};
    for (const workspace::ZoneChoice &choice : m_zoneChoices) {
        const bool outOfQuota = choice.quotaLeft && *choice.quotaLeft < m_input.gpuCount;
        if (choice.offered && !outOfQuota && choice.name != m_input.zone)
            plan.zones.append(choice.name);
    }
    return plan;
}

cloud::CreateSpec CreateForm::spec() const
{
    cloud::CreateSpec spec;
    spec.ref = {m_start.project, m_input.zone, m_input.name};
    spec.machineType = m_input.machineType;
    spec.machineTypeHasGpu = !m_input.acceleratorType.isEmpty() && gpu().impliedByMachineType;
    if (!m_input.acceleratorType.isEmpty() && !spec.machineTypeHasGpu) {
        spec.acceleratorType = m_input.acceleratorType;
        spec.acceleratorCount = m_input.gpuCount;
    }
    spec.diskSizeGb = m_input.diskSizeGb;
    spec.diskType = m_input.diskType;
    spec.imageProject = bootImage().project;
    spec.imageFamily = bootImage().family;
    spec.spot = m_input.spot;
    spec.spotEnd = m_input.spotEnd;
    spec.externalAddress = m_input.externalAddress;
    spec.minCpuPlatform = m_input.minCpuPlatform;
    spec.scopes = m_input.scopes;
    for (const auto &[key, value] : m_input.labels)
        spec.labels.insert(key, value);
    return spec;
}

const cloud::MachineType *CreateForm::chosenType() const
{
    const auto found = std::find_if(m_fitting.cbegin(), m_fitting.cend(), [this](const auto &type) { return type.name == m_input.machineType; });
    return found == m_fitting.cend() ? nullptr : &*found;
}

std::optional<workspace::Price> CreateForm::runningPriceIn(const QString &zone) const
{
    const cloud::CreateSpec wanted = spec();
    if (const cloud::MachineType *type = chosenType()) {
        const workspace::PricedMachine machine{*type, wanted.acceleratorType, wanted.acceleratorCount, wanted.diskSizeGb, wanted.diskType, wanted.spot};
        if (const auto price = m_prices.running(machine, workspace::regionOfZone(zone)))
            return price;
    }
    if (workspace::regionOfZone(zone) != u"us-central1")
        return std::nullopt;
    return m_catalogue.runningPrice(wanted.machineType, wanted.acceleratorType, wanted.acceleratorCount, wanted.diskSizeGb, wanted.diskType, wanted.spot);
}

std::optional<workspace::Price> CreateForm::runningPrice() const
{
    if (const auto price = runningPriceIn(m_input.zone))
        return price;
    const cloud::CreateSpec wanted = spec();
    return m_catalogue.runningPrice(wanted.machineType, wanted.acceleratorType, wanted.acceleratorCount, wanted.diskSizeGb, wanted.diskType, wanted.spot);
}

bool CreateForm::hasPricesOfGoogle() const
{
    return m_prices.stopped(m_input.diskSizeGb, m_input.diskType, workspace::regionOfZone(m_input.zone)).has_value()
        && runningPriceIn(m_input.zone) && runningPriceIn(m_input.zone)->asOf != m_catalogue.pricesAsOf();
}

std::optional<workspace::Price> CreateForm::stoppedPrice() const
{
    if (const auto price = m_prices.stopped(m_input.diskSizeGb, m_input.diskType, workspace::regionOfZone(m_input.zone)))
        return price;
    return m_catalogue.stoppedPrice(m_input.diskSizeGb, m_input.diskType);
}

} // namespace nimbook::models
