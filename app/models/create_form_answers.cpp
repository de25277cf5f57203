// SPDX-License-Identifier: Apache-2.0
// What CreateForm says about its fields; how they come about is in create_form.cpp.
#include "models/create_form.h"

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

qint64 CreateForm::minimumDiskGb() const
{
    return std::max(bootImage().minimumDiskGb, m_image.loaded ? m_image.value.diskSizeGb : 0);
}

QStringList CreateForm::otherZones() const
{
    QStringList zones;
    for (const ZoneChoice &choice : m_zoneChoices) {
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
    case Field::Zone: {
        if (m_zoneChoices.isEmpty())
            return {};
        const auto chosen = std::find_if(m_zoneChoices.cbegin(), m_zoneChoices.cend(), [this](const auto &zone) { return zone.name == m_input.zone; });
        const QStringList others = otherZones();
        const QString help = others.isEmpty() ? tr("No zone of this project offers it. Choose another GPU.")
                                              : tr("Choose another zone, for example %1, or another GPU.").arg(others.first());
        if (chosen == m_zoneChoices.cend())
            return m_input.zone.isEmpty() ? tr("No zone of this project offers this GPU. Choose another one.")
                                          : tr("There is no zone %1.").arg(m_input.zone) + u' ' + help;
        return chosen->offered ? QString() : chosen->reason + u' ' + help;
    }
    case Field::MachineType:
        if (m_machineTypes.loaded && m_fitting.isEmpty())
            return tr("No machine type of %1 goes with this GPU. Choose another zone.").arg(m_input.zone);
        return {};
    case Field::DiskSize:
        return diskSizeProblem(m_input.diskSizeGb, minimumDiskGb(), bootImage().title);
    case Field::DiskType: {
        const QString needed = diskTypeNeeded(m_input.machineType);
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
    case Field::Gpu:
        return {};
    }
    return {};
}

QString CreateForm::hint(Field field) const
{
    if (field == Field::Zone && !m_input.acceleratorType.isEmpty()) {
        for (const ZoneChoice &choice : m_zoneChoices) {
            if (choice.name != m_input.zone || !choice.offered)
                continue;
            if (!m_regions.loaded || !choice.quotaLeft)
                return tr("Quota in %1 is not known here; Google checks it when the machine is made.").arg(choice.region);
            const QString left = QLocale().toString(*choice.quotaLeft, 'f', 0);
            return *choice.quotaLeft < m_input.gpuCount ? tr("Quota in %1: %2 left of this GPU. Google will probably refuse; ask for more quota or take another region.").arg(choice.region, left)
                                                        : tr("Quota in %1: %2 left of this GPU").arg(choice.region, left);
        }
    }
    if (field == Field::DiskSize)
        return tr("At least %1 GB").arg(minimumDiskGb());
    return {};
}

bool CreateForm::isComplete() const
{
    if (m_input.zone.isEmpty() || m_input.machineType.isEmpty() || m_zoneChoices.isEmpty() || isLoading(Field::MachineType))
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
    for (const ZoneChoice &choice : m_zoneChoices) {
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
    spec.scopes = m_input.scopes;
    for (const auto &[key, value] : m_input.labels)
        spec.labels.insert(key, value);
    return spec;
}

std::optional<workspace::Price> CreateForm::runningPrice() const
{
    const cloud::CreateSpec wanted = spec();
    return m_catalogue.runningPrice(wanted.machineType, wanted.acceleratorType, wanted.acceleratorCount, wanted.diskSizeGb, wanted.diskType, wanted.spot);
}

std::optional<workspace::Price> CreateForm::stoppedPrice() const
{
    return m_catalogue.stoppedPrice(m_input.diskSizeGb, m_input.diskType);
}

} // namespace nimbook::models
