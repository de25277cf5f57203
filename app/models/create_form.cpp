// SPDX-License-Identifier: Apache-2.0
#include "models/create_form.h"

#include "workspace/needed_permissions.h"

#include <algorithm>

namespace nimbook::models {

CreateForm::CreateForm(workspace::Catalogue catalogue, QObject *parent) : QObject(parent), m_catalogue(std::move(catalogue)) {}

template<typename T>
void CreateForm::ask(Asked<T> &asked, ValueJob<T> *job)
{
    if (asked.job)
        asked.job->cancel();
    asked = {};
    asked.job = job;
    connect(job, &Job::finished, this, [this, &asked, job] {
        job->deleteLater();
        if (asked.job != job)
            return; // something newer was asked meanwhile
        asked.job = nullptr;
        if (job->state() == Job::State::Cancelled)
            return;
        if (auto result = job->result()) {
            asked.value = std::move(*result);
            asked.loaded = true;
        } else {
            asked.error = result.error();
        }
        settle();
    });
    job->start();
}

void CreateForm::begin(cloud::ComputeClient *compute, const Start &start, Keep keep, cloud::ProjectClient *apis)
{
    m_compute = compute;
    m_apis = apis;
    m_apiEnabled = {};
    m_granted = {};
    m_projectQuotas = {};
    m_start = start;
    const bool fresh = keep == Keep::Nothing;
    if (fresh) {
        m_touched.fill(false);
        m_input = {};
    }
    m_askedZone.clear();
    m_askedImage = -1;
    m_zones = {};
    m_regions = {};
    m_accelerators = {};
    m_machineTypes = {};
    m_diskTypes = {};
    m_image = {};

    QStringList names;
    for (const cloud::InstanceRef &ref : start.existing)
        names.append(ref.name);
    if (!touched(Field::Name))
        m_input.name = freeMachineName(names);
    const auto firstGpu = std::find_if(m_catalogue.gpus().cbegin(), m_catalogue.gpus().cend(),
                                       [](const workspace::GpuChoice &choice) { return !choice.acceleratorType.isEmpty(); });
    if (fresh && firstGpu != m_catalogue.gpus().cend())
        m_input.acceleratorType = firstGpu->acceleratorType;
    reload();
    settle();
}

void CreateForm::reload()
{
    if (!m_compute || m_start.project.isEmpty())
        return;
    const auto isMissing = [](const auto &asked) { return !asked.loaded && !asked.job; };
    if (isMissing(m_zones))
        ask(m_zones, m_compute->listZones(m_start.project, this));
    if (isMissing(m_regions))
        ask(m_regions, m_compute->listRegions(m_start.project, this));
    if (isMissing(m_accelerators))
        ask(m_accelerators, m_compute->listAcceleratorTypes(m_start.project, this));
    if (m_machineTypes.error || m_diskTypes.error)
        m_askedZone.clear();
    if (m_image.error)
        m_askedImage = -1;
    askAboutZone();
    askAboutImage();
    askAboutProject();
    Q_EMIT changed();
}

void CreateForm::askAboutProject()
{
    if (!m_apis)
        return;
    const auto isOpen = [](const auto &asked) { return !asked.loaded && !asked.job && !asked.error; };
    if (isOpen(m_apiEnabled))
        ask(m_apiEnabled, m_apis->isComputeEnabled(m_start.project, this));
    if (isOpen(m_granted))
        ask(m_granted, m_apis->grantedPermissions(m_start.project, workspace::neededPermissions(), this));
    if (isOpen(m_projectQuotas))
        ask(m_projectQuotas, m_apis->projectQuotas(m_start.project, this));
}

void CreateForm::recheck()
{
    for (Job *job : {m_apiEnabled.job.data(), m_granted.job.data(), m_projectQuotas.job.data(), m_regions.job.data()}) {
        if (job)
            job->cancel();
    }
    m_apiEnabled = {};
    m_granted = {};
    m_projectQuotas = {};
    m_regions = {};
    reload();
}

Job *CreateForm::enableApi()
{
    auto *job = m_apis->enableCompute(m_start.project, this);
    connect(job, &Job::finished, this, [this, job] {
        job->deleteLater();
        if (job->state() == Job::State::Succeeded)
            recheck();
    });
    job->start();
    return job;
}

void CreateForm::setPrices(const workspace::PriceBook &prices)
{
    m_prices = prices;
    Q_EMIT listsChanged(); // the zones carry their prices
    Q_EMIT changed();
}

void CreateForm::askAboutZone()
{
    if (!m_compute || m_input.zone.isEmpty() || m_askedZone == m_input.zone)
        return;
    m_askedZone = m_input.zone;
    ask(m_machineTypes, m_compute->listMachineTypes(m_start.project, m_input.zone, this));
    ask(m_diskTypes, m_compute->listDiskTypes(m_start.project, m_input.zone, this));
}

void CreateForm::askAboutImage()
{
    if (!m_compute || m_askedImage == m_input.bootImage || m_catalogue.bootImages().isEmpty())
        return;
    m_askedImage = m_input.bootImage;
    ask(m_image, m_compute->imageFromFamily(bootImage().project, bootImage().family, this));
}

void CreateForm::settle()
{
    settleZone();
    askAboutZone();
    settleMachineType();
    settleImages();
    askAboutImage();
    settleDisk();
    Q_EMIT listsChanged();
    Q_EMIT changed();
}

void CreateForm::settleZone()
{
    // With the zones known but not the GPUs of each, "offered nowhere" would be a lie.
    m_zoneChoices.clear();
    if (!m_zones.loaded || (!m_input.acceleratorType.isEmpty() && !m_accelerators.loaded))
        return;
    m_zoneChoices = workspace::zoneChoices(m_zones.value, m_regions.value, m_accelerators.value, m_input.acceleratorType, m_input.gpuCount, m_input.spot);
    if (touched(Field::Zone))
        return;
    const auto isGood = [this](const QString &name) {
        return std::any_of(m_zoneChoices.cbegin(), m_zoneChoices.cend(), [&](const workspace::ZoneChoice &choice) {
            return choice.name == name && choice.offered && (!choice.quotaLeft || *choice.quotaLeft >= m_input.gpuCount);
        });
    };
    if (isGood(m_input.zone) && m_regions.loaded)
        return;
    m_input.zone.clear();
    // Near the machines that are there already, else where the bundled prices hold, else the first that has some left.
    for (const cloud::InstanceRef &ref : std::as_const(m_start.existing)) {
        if (m_input.zone.isEmpty() && isGood(ref.zone))
            m_input.zone = ref.zone;
    }
    for (const workspace::ZoneChoice &choice : std::as_const(m_zoneChoices)) {
        if (m_input.zone.isEmpty() && choice.region == u"us-central1" && isGood(choice.name))
            m_input.zone = choice.name;
    }
    if (m_input.zone.isEmpty() && !m_zoneChoices.isEmpty() && m_zoneChoices.first().offered)
        m_input.zone = m_zoneChoices.first().name;
}

void CreateForm::settleMachineType()
{
    m_fitting = m_machineTypes.loaded ? workspace::fittingMachineTypes(m_machineTypes.value, gpu(), m_input.gpuCount) : QList<cloud::MachineType>();
    if (!m_machineTypes.loaded)
        return;
    const bool fits = std::any_of(m_fitting.cbegin(), m_fitting.cend(), [this](const auto &type) { return type.name == m_input.machineType; });
    if (fits || (touched(Field::MachineType) && !m_input.machineType.isEmpty() && m_fitting.isEmpty()))
        return;
    m_input.machineType = m_fitting.isEmpty() ? QString() : m_fitting.first().name;
}

void CreateForm::settleImages()
{
    const bool wantsGpu = !m_input.acceleratorType.isEmpty();
    const auto &boots = m_catalogue.bootImages();
    if (!touched(Field::BootImage)) {
        for (qsizetype index = boots.size() - 1; index >= 0; --index) {
            if (boots[index].hasDriver == wantsGpu)
                m_input.bootImage = index;
        }
    }
    if (!touched(Field::Container)) {
        for (const workspace::ContainerImage &image : m_catalogue.containerImages()) {
            if (image.needsGpu == wantsGpu) {
                m_input.containerImage = image.reference;
                break;
            }
        }
    }
}

void CreateForm::settleDisk()
{
    if (!touched(Field::DiskSize))
        m_input.diskSizeGb = std::max<qint64>(m_input.acceleratorType.isEmpty() ? 50 : 100, minimumDiskGb());
    if (touched(Field::DiskType) || !m_diskTypes.loaded)
        return;
    const QStringList wanted = workspace::diskTypeNeeded(m_input.machineType).isEmpty()
                                   ? QStringList{QStringLiteral("pd-balanced"), QStringLiteral("hyperdisk-balanced")}
                                   : QStringList{workspace::diskTypeNeeded(m_input.machineType)};
    for (const QString &type : wanted) {
        if (std::any_of(m_diskTypes.value.cbegin(), m_diskTypes.value.cend(), [&type](const auto &each) { return each.name == type; })) {
            m_input.diskType = type;
            return;
        }
    }
}

void CreateForm::setName(const QString &name)
{
    touch(Field::Name);
    m_input.name = name;
    Q_EMIT changed();
}

void CreateForm::setGpu(const QString &acceleratorType)
{
    touch(Field::Gpu);
    m_input.acceleratorType = acceleratorType;
    if (!gpuCounts().contains(m_input.gpuCount))
        m_input.gpuCount = gpuCounts().value(0, 1);
    m_touched[size_t(Field::MachineType)] = false; // it belonged to the other GPU
    m_input.machineType.clear();
    settle();
}

void CreateForm::setGpuCount(int count)
{
    m_input.gpuCount = count;
    m_touched[size_t(Field::MachineType)] = false;
    settle();
}

void CreateForm::setZone(const QString &zone)
{
    touch(Field::Zone);
    m_input.zone = zone;
    settle();
}

void CreateForm::setMachineType(const QString &machineType)
{
    touch(Field::MachineType);
    m_input.machineType = machineType;
    settle();
}

void CreateForm::setDiskSize(qint64 gigabytes)
{
    touch(Field::DiskSize);
    m_input.diskSizeGb = gigabytes;
    Q_EMIT changed();
}

void CreateForm::setDiskType(const QString &diskType)
{
    touch(Field::DiskType);
    m_input.diskType = diskType;
    Q_EMIT changed();
}

void CreateForm::setBootImage(qsizetype index)
{
    touch(Field::BootImage);
    m_input.bootImage = index;
    settle();
}

void CreateForm::setContainerImage(const QString &reference)
{
    touch(Field::Container);
    m_input.containerImage = reference;
    Q_EMIT changed();
}

void CreateForm::setSpot(bool spot)
{
    m_input.spot = spot;
    settle();
}

void CreateForm::setSpotEnd(cloud::SpotEnd end)
{
    m_input.spotEnd = end;
    Q_EMIT changed();
}

void CreateForm::setReach(workspace::CapacityPlan::Reach reach)
{
    m_input.reach = reach;
    Q_EMIT changed();
}

void CreateForm::setKeepTrying(std::chrono::minutes time)
{
    m_input.keepTrying = time;
    Q_EMIT changed();
}

void CreateForm::setExternalAddress(bool external)
{
    m_input.externalAddress = external;
    Q_EMIT changed();
}

void CreateForm::setMinCpuPlatform(const QString &platform)
{
    m_input.minCpuPlatform = platform;
    Q_EMIT changed();
}

void CreateForm::setScopes(const QStringList &scopes)
{
    m_input.scopes = scopes;
    Q_EMIT changed();
}

void CreateForm::setLabels(const QList<std::pair<QString, QString>> &labels)
{
    m_input.labels = labels;
    Q_EMIT changed();
}

} // namespace nimbook::models
