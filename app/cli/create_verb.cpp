// SPDX-License-Identifier: Apache-2.0
// create-instance and create-instance-cpu.
#include "cli/verb.h"

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
        return waitingFor() ? tr("Google may make the machine all the same, and it costs money while it runs: look with “nimbookctl list”.") : QString();
    }

protected:
    void run() override
    {
        const auto spec = specFromArguments();
        if (!spec) {
            fail(spec.error());
            return;
        }
        await<Flow>(workspace().createMachine(*spec), tr("Creating %1").arg(spec->ref.text()), [this, ref = spec->ref](Flow &) {
            if (const auto *made = workspace().machines()->find(ref))
                m_machine = *made;
            else
                m_machine.ref = ref;
            succeed();
        });
    }

private:
    Result<cloud::CreateSpec> specFromArguments() const;
    Result<void> chooseGpu(cloud::CreateSpec &spec) const;
    Result<void> chooseImages(cloud::CreateSpec &spec, QString &container) const;
    Result<void> takeLabels(cloud::CreateSpec &spec) const;

    bool m_gpu;
    cloud::Instance m_machine;
};

Result<void> CreateVerb::chooseGpu(cloud::CreateSpec &spec) const
{
    spec.machineType = arguments().value(QStringLiteral("machine-type"));
    if (!m_gpu) {
        if (spec.machineType.isEmpty())
            spec.machineType = QStringLiteral("e2-standard-4");
        return {};
    }
    const auto wanted = acceleratorFrom(arguments().value(QStringLiteral("accelerator"), QStringLiteral("type=nvidia-l4,count=1")));
    if (!wanted)
        return tl::unexpected(wanted.error());
    const auto &gpus = workspace().catalogue().gpus();
    const auto known = std::find_if(gpus.cbegin(), gpus.cend(), [&](const auto &one) { return one.acceleratorType == wanted->type; });
    if (known == gpus.cend() && spec.machineType.isEmpty()) {
        return failure(ErrorKind::InvalidInput, tr("Nimbook does not know which machine type goes with %1.").arg(wanted->type), tr("Name one with --machine-type."));
    }
    if (spec.machineType.isEmpty())
        spec.machineType = known->machineTypes.value(0);
    if (known != gpus.cend() && known->impliedByMachineType) {
        spec.machineTypeHasGpu = true; // how many, the machine type decides
        return {};
    }
    spec.acceleratorType = wanted->type;
    spec.acceleratorCount = wanted->count;
    return {};
}

Result<void> CreateVerb::chooseImages(cloud::CreateSpec &spec, QString &container) const
{
    spec.imageProject = arguments().value(QStringLiteral("image-project"));
    spec.imageFamily = arguments().value(QStringLiteral("image-family"));
    if (spec.imageProject.isEmpty() != spec.imageFamily.isEmpty()) {
        return failure(ErrorKind::InvalidInput, tr("--image-project and --image-family belong together."), tr("Give both or none."));
    }
    const auto &images = workspace().catalogue().bootImages();
    const auto fitting = std::find_if(images.cbegin(), images.cend(), [this](const auto &one) { return one.hasDriver == m_gpu; });
    if (spec.imageFamily.isEmpty() && fitting != images.cend()) {
        spec.imageProject = fitting->project;
        spec.imageFamily = fitting->family;
    }
    container = arguments().value(QStringLiteral("docker-image"));
    if (!container.isEmpty())
        return {};
    const auto &containers = workspace().catalogue().containerImages();
    const auto ours = std::find_if(containers.cbegin(), containers.cend(), [this](const auto &one) { return one.needsGpu == m_gpu; });
    if (ours != containers.cend())
        container = ours->reference;
    return {};
}

Result<void> CreateVerb::takeLabels(cloud::CreateSpec &spec) const
{
    const QStringList labels = arguments().options.value(QStringLiteral("label"));
    for (const QString &label : labels) {
        const QString key = label.section(QLatin1Char('='), 0, 0), value = label.section(QLatin1Char('='), 1);
        if (const QString problem = cloud::labelProblem(key, value); !problem.isEmpty())
            return failure(ErrorKind::InvalidInput, tr("--label “%1”: %2").arg(label, problem));
        spec.labels.insert(key, value);
    }
    return {};
}

Result<cloud::CreateSpec> CreateVerb::specFromArguments() const
{
    cloud::CreateSpec spec;
    spec.ref = {workspace().currentProject(),
                arguments().value(QStringLiteral("zone"), qEnvironmentVariable("CLOUDSDK_COMPUTE_ZONE", QStringLiteral("us-central1-a"))),
                arguments().value(QStringLiteral("instance-name"))};
    QString container;
    const auto size = gigabytesFrom(arguments().value(QStringLiteral("boot-disk-size"), QStringLiteral("200GB")));
    const auto scopes = scopesFrom(arguments().value(QStringLiteral("scopes"), QStringLiteral("cloud-platform")));
    if (!size)
        return tl::unexpected(size.error());
    if (!scopes)
        return tl::unexpected(scopes.error());
    for (const auto &step : {chooseGpu(spec), chooseImages(spec, container), takeLabels(spec)}) {
        if (!step)
            return tl::unexpected(step.error());
    }
    spec.diskSizeGb = *size;
    spec.scopes = *scopes;
    spec.diskType = arguments().value(QStringLiteral("boot-disk-type"), spec.diskType);
    spec.spot = arguments().has(QStringLiteral("spot"));
    spec.externalAddress = !arguments().has(QStringLiteral("no-address"));
    workspace().completeSpec(spec, container);
    return spec;
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
