// SPDX-License-Identifier: Apache-2.0
// create-instance and create-instance-cpu.
#include "cli/verb.h"

#include "workspace/create_machine_flow.h"
#include "workspace/machine_choices.h"

#include <QCoreApplication>

#include <algorithm>

namespace nimbook::cli {

namespace {

class CreateVerb final : public Verb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::CreateVerb)
public:
    CreateVerb(const Context &context, bool gpu) : Verb(context), m_gpu(gpu) {}

    QString text() const override { return m_machine.externalAddress.isEmpty() ? m_machine.ref.text() : m_machine.ref.text() + QLatin1Char(' ') + m_machine.externalAddress; }
    QJsonValue json() const override { return machineJson(m_machine); }
    QString goesOn() const override
    {
        return m_asked && waitingFor() ? tr("Google may make the machine all the same, and it costs money while it runs: look with “nimbookctl list”.") : QString();
    }

protected:
    void run() override
    {
        for (const auto &step : {readPlace(), readGpu(), readImages(), readLabels(), readProvisioning(), readPatience()}) {
            if (!step) {
                fail(step.error());
                return;
            }
        }
        using TypesJob = ValueJob<QList<cloud::MachineType>>;
        auto *types = compute().listMachineTypes(m_spec.ref.project, m_spec.ref.zone, this);
        types->start();
        await<TypesJob>(types, tr("Looking what %1 offers").arg(m_spec.ref.zone), [this](TypesJob &job) { onTypes(*job.result()); });
    }

private:
    cloud::ComputeClient &compute() const { return workspace().account()->compute(); }
    bool wantsZones() const { return m_plan.reach != workspace::CapacityPlan::Reach::ThisZone; }

    Result<void> readPlace();
    Result<void> readGpu();
    Result<void> readImages();
    Result<void> readLabels();
    Result<void> readProvisioning();
    Result<void> readPatience();
    void onTypes(const QList<cloud::MachineType> &types);
    Result<void> chooseMachineType(const QList<cloud::MachineType> &types);
    Result<void> takeMachineType(const cloud::MachineType &type);
    void lookForZones();
    void create();

    bool m_gpu;
    bool m_asked = false; // Google, for the machine
    cloud::CreateSpec m_spec;
    std::optional<Accelerator> m_named; // in --accelerator
    Accelerator m_lookedFor{{}, 0};     // in other zones
    QString m_container;
    workspace::CapacityPlan m_plan;
    QList<cloud::Zone> m_zones;
    cloud::Instance m_machine;
};

Result<void> CreateVerb::readPlace()
{
    m_spec.ref = {workspace().currentProject(),
                  arguments().value(QStringLiteral("zone"), qEnvironmentVariable("CLOUDSDK_COMPUTE_ZONE", QStringLiteral("us-central1-a"))),
                  arguments().value(QStringLiteral("instance-name"))};
    m_spec.network = arguments().value(QStringLiteral("network"));
    m_spec.subnetwork = arguments().value(QStringLiteral("subnet"));
    m_spec.externalAddress = !arguments().has(QStringLiteral("no-address"));
    m_spec.minCpuPlatform = arguments().value(QStringLiteral("min-cpu-platform"));
    const auto size = gigabytesFrom(arguments().value(QStringLiteral("boot-disk-size"), QStringLiteral("200GB")));
    if (!size)
        return tl::unexpected(size.error());
    m_spec.diskSizeGb = *size;
    const QString scopeNames = arguments().has(QStringLiteral("no-scopes")) ? QString() : QStringLiteral("cloud-platform");
    const auto scopes = scopesFrom(arguments().value(QStringLiteral("scopes"), scopeNames));
    if (!scopes)
        return tl::unexpected(scopes.error());
    m_spec.scopes = *scopes;
    return {};
}

Result<void> CreateVerb::readGpu()
{
    m_spec.machineType = arguments().value(QStringLiteral("machine-type"));
    if (!m_gpu) {
        if (m_spec.machineType.isEmpty())
            m_spec.machineType = QStringLiteral("e2-standard-4");
        return {};
    }
    if (!arguments().has(QStringLiteral("accelerator")) && !m_spec.machineType.isEmpty())
        return {}; // the machine type may come with its own
    const auto wanted = acceleratorFrom(arguments().value(QStringLiteral("accelerator"), QStringLiteral("type=nvidia-l4,count=1")));
    if (!wanted)
        return tl::unexpected(wanted.error());
    m_named = *wanted;
    if (m_spec.machineType.isEmpty() && workspace().catalogue().gpu(wanted->type).acceleratorType.isEmpty())
        return failure(ErrorKind::InvalidInput, tr("Nimbook does not know which machine type goes with %1.").arg(wanted->type), tr("Name one with --machine-type."));
    return {};
}

Result<void> CreateVerb::readImages()
{
    m_spec.imageProject = arguments().value(QStringLiteral("image-project"));
    m_spec.imageFamily = arguments().value(QStringLiteral("image-family"));
    if (m_spec.imageProject.isEmpty() != m_spec.imageFamily.isEmpty()) {
        return failure(ErrorKind::InvalidInput, tr("--image-project and --image-family belong together."), tr("Give both or none."));
    }
    const auto &images = workspace().catalogue().bootImages();
    const auto fitting = std::find_if(images.cbegin(), images.cend(), [this](const auto &one) { return one.hasDriver == m_gpu; });
    if (m_spec.imageFamily.isEmpty() && fitting != images.cend()) {
        m_spec.imageProject = fitting->project;
        m_spec.imageFamily = fitting->family;
    }
    m_container = arguments().value(QStringLiteral("docker-image"));
    if (!m_container.isEmpty())
        return {};
    const auto &containers = workspace().catalogue().containerImages();
    const auto ours = std::find_if(containers.cbegin(), containers.cend(), [this](const auto &one) { return one.needsGpu == m_gpu; });
    if (ours != containers.cend())
        m_container = ours->reference;
    return {};
}

Result<void> CreateVerb::readLabels()
{
    QStringList labels = arguments().options.value(QStringLiteral("label"));
    const QStringList lists = arguments().options.value(QStringLiteral("labels"));
    for (const QString &list : lists)
        labels += list.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString &label : std::as_const(labels)) {
        const QString key = label.section(QLatin1Char('='), 0, 0), value = label.section(QLatin1Char('='), 1);
        if (const QString problem = cloud::labelProblem(key, value); !problem.isEmpty())
            return failure(ErrorKind::InvalidInput, tr("The label “%1”: %2").arg(label, problem));
        m_spec.labels.insert(key, value);
    }
    return {};
}

Result<void> CreateVerb::readProvisioning()
{
    const QString model = arguments().value(QStringLiteral("provisioning-model"), arguments().has(QStringLiteral("spot")) ? QStringLiteral("SPOT") : QStringLiteral("STANDARD")).toUpper();
    const QString end = arguments().value(QStringLiteral("instance-termination-action"), QStringLiteral("STOP")).toUpper();
    if (model != QLatin1String("SPOT") && model != QLatin1String("STANDARD"))
        return failure(ErrorKind::InvalidInput, tr("--provisioning-model cannot be “%1”.").arg(model), tr("Take STANDARD or SPOT."));
    m_spec.spot = model == QLatin1String("SPOT");
    if (arguments().has(QStringLiteral("spot")) && !m_spec.spot)
        return failure(ErrorKind::InvalidInput, tr("--spot and --provisioning-model %1 say different things.").arg(model), tr("Give one of them."));
    if (end != QLatin1String("STOP") && end != QLatin1String("DELETE"))
        return failure(ErrorKind::InvalidInput, tr("--instance-termination-action cannot be “%1”.").arg(end), tr("Take STOP or DELETE."));
    if (arguments().has(QStringLiteral("instance-termination-action")) && !m_spec.spot)
        return failure(ErrorKind::InvalidInput, tr("--instance-termination-action is for Spot machines."), tr("Add --provisioning-model SPOT."));
    m_spec.spotEnd = end == QLatin1String("DELETE") ? cloud::SpotEnd::Delete : cloud::SpotEnd::Stop;
    return {};
}

Result<void> CreateVerb::readPatience()
{
    using Reach = workspace::CapacityPlan::Reach;
    static const QMap<QString, Reach> words{{QStringLiteral("none"), Reach::ThisZone}, {QStringLiteral("region"), Reach::Region}, {QStringLiteral("any"), Reach::Anywhere}};
    const QString word = arguments().value(QStringLiteral("other-zones"), QStringLiteral("none"));
    if (!words.contains(word))
        return failure(ErrorKind::InvalidInput, tr("--other-zones cannot be “%1”.").arg(word), tr("Take none, region or any."));
    m_plan.reach = words.value(word);
    const auto time = minutesFrom(arguments().value(QStringLiteral("keep-trying"), QStringLiteral("0m")), QStringLiteral("keep-trying"));
    if (!time)
        return tl::unexpected(time.error());
    m_plan.keepTrying = *time;
    return {};
}

void CreateVerb::onTypes(const QList<cloud::MachineType> &types)
{
    if (const auto chosen = chooseMachineType(types); !chosen) {
        fail(chosen.error());
        return;
    }
    const QString needed = workspace::diskTypeNeeded(m_spec.machineType);
    m_spec.diskType = arguments().value(QStringLiteral("boot-disk-type"), needed.isEmpty() ? m_spec.diskType : needed);
    workspace().completeSpec(m_spec, m_container);
    if (wantsZones())
        lookForZones();
    else
        create();
}

Result<void> CreateVerb::chooseMachineType(const QList<cloud::MachineType> &types)
{
    if (!m_spec.machineType.isEmpty()) {
        const auto named = std::find_if(types.cbegin(), types.cend(), [this](const auto &one) { return one.name == m_spec.machineType; });
        if (named == types.cend())
            return failure(ErrorKind::NotFound, tr("%1 does not offer the machine type %2.").arg(m_spec.ref.zone, m_spec.machineType), tr("Take another zone or another type."));
        return takeMachineType(*named);
    }
    const auto gpu = workspace().catalogue().gpu(m_named->type);
    const auto fitting = workspace::fittingMachineTypes(types, gpu, m_named->count);
    if (!fitting.isEmpty())
        return takeMachineType(fitting.constFirst());
    if (gpu.counts.contains(m_named->count))
        return failure(ErrorKind::NotFound, tr("%1 does not offer a machine with %2 × %3.").arg(m_spec.ref.zone).arg(m_named->count).arg(m_named->type), tr("Take another zone."));
    QStringList counts;
    for (const int count : gpu.counts)
        counts += QString::number(count);
    return failure(ErrorKind::InvalidInput, tr("No machine has %1 × %2.").arg(m_named->count).arg(m_named->type), tr("There are machines with %1.").arg(counts.join(QStringLiteral(", "))));
}

Result<void> CreateVerb::takeMachineType(const cloud::MachineType &type)
{
    m_spec.machineType = type.name;
    if (type.acceleratorType.isEmpty()) {
        if (m_gpu && !m_named)
            return failure(ErrorKind::InvalidInput, tr("%1 has no GPU of its own.").arg(type.name), tr("Name one with --accelerator, or use create-instance-cpu."));
        if (m_named) {
            m_spec.acceleratorType = m_named->type;
            m_spec.acceleratorCount = m_named->count;
            m_lookedFor = *m_named;
        }
        return {};
    }
    if (!m_gpu)
        return failure(ErrorKind::InvalidInput, tr("%1 comes with %2 × %3.").arg(type.name).arg(type.acceleratorCount).arg(type.acceleratorType), tr("Use create-instance."));
    if (m_named && (m_named->type != type.acceleratorType || m_named->count != type.acceleratorCount)) {
        return failure(ErrorKind::InvalidInput, tr("%1 comes with %2 × %3, not with %4 × %5.").arg(type.name).arg(type.acceleratorCount).arg(type.acceleratorType).arg(m_named->count).arg(m_named->type),
                       tr("Leave out --accelerator, or take another machine type."));
    }
    m_spec.machineTypeHasGpu = true; // the request then names no GPU
    m_lookedFor = {type.acceleratorType, type.acceleratorCount};
    return {};
}

void CreateVerb::lookForZones()
{
    using ZonesJob = ValueJob<QList<cloud::Zone>>;
    using GpusJob = ValueJob<QList<cloud::AcceleratorType>>;
    auto *zones = compute().listZones(m_spec.ref.project, this);
    zones->start();
    await<ZonesJob>(zones, tr("Looking for other zones"), [this](ZonesJob &job) {
        m_zones = *job.result();
        auto *gpus = compute().listAcceleratorTypes(m_spec.ref.project, this);
        gpus->start();
        await<GpusJob>(gpus, tr("Looking for other zones"), [this](GpusJob &types) {
            const auto all = workspace::zoneChoices(m_zones, {}, *types.result(), m_lookedFor.type, m_lookedFor.count, m_spec.spot);
            for (const auto &zone : all) {
                if (zone.offered && zone.name != m_spec.ref.zone)
                    m_plan.zones += zone.name;
            }
            create();
        });
    });
}

void CreateVerb::create()
{
    m_asked = true;
    await<Flow>(workspace().createMachine(m_spec, m_plan), tr("Creating %1").arg(m_spec.ref.text()), [this](Flow &flow) {
        const auto *creation = qobject_cast<workspace::CreateMachineFlow *>(&flow);
        m_machine.ref = creation ? creation->spec().ref : m_spec.ref; // the zone may have become another one
        if (const auto *made = workspace().machines()->find(m_machine.ref))
            m_machine = *made;
        succeed();
    });
}

} // namespace

std::unique_ptr<Verb> makeCreateVerb(const Context &context)
{
    if (context.arguments.verb == QLatin1String("create-instance"))
        return std::make_unique<CreateVerb>(context, true);
    if (context.arguments.verb == QLatin1String("create-instance-cpu"))
        return std::make_unique<CreateVerb>(context, false);
    return nullptr;
}

} // namespace nimbook::cli
