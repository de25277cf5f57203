// SPDX-License-Identifier: Apache-2.0
#include "workspace/create_machine_flow.h"

#include "cloud/jobs/instance_jobs.h"

namespace nimbook::workspace {

namespace {

/// What can be said without asking anybody; empty: nothing is wrong.
QString problemOf(const cloud::CreateSpec &spec)
{
    if (const QString problem = cloud::instanceNameProblem(spec.ref.name); !problem.isEmpty())
        return problem;
    if (spec.ref.project.isEmpty() || spec.ref.zone.isEmpty())
        return CreateMachineFlow::tr("No project or no zone is chosen.");
    if (spec.machineType.isEmpty())
        return CreateMachineFlow::tr("No machine type is chosen.");
    if (spec.imageFamily.isEmpty() || spec.imageProject.isEmpty())
        return CreateMachineFlow::tr("No boot image is chosen.");
    for (auto it = spec.labels.cbegin(); it != spec.labels.cend(); ++it) {
        if (const QString problem = cloud::labelProblem(it.key(), it.value()); !problem.isEmpty())
            return problem;
    }
    return {};
}

} // namespace

CreateMachineFlow::CreateMachineFlow(cloud::ComputeClient &compute, MachineList &list, cloud::CreateSpec spec, Patience patience, QObject *parent)
    : Flow(parent), m_compute(compute), m_list(&list), m_spec(std::move(spec)), m_patience(patience)
{
    addStep(QStringLiteral("check"), tr("Check the choices"), [this] { check(); });
    addStep(QStringLiteral("create"), tr("Create %1").arg(m_spec.ref.name), [this] { create(); });
    addStep(QStringLiteral("appear"), tr("Find it in the list"), [this] { appear(); });
    m_deadline.setSingleShot(true);
}

void CreateMachineFlow::check()
{
    if (const QString problem = problemOf(m_spec); !problem.isEmpty()) {
        fail({ErrorKind::InvalidInput, tr("%1 cannot be created: %2").arg(m_spec.ref.name, problem), tr("Correct the form and try again."), {}, {}});
        return;
    }
    checkImage();
}

void CreateMachineFlow::checkImage()
{
    using ImageJob = ValueJob<cloud::Image>;
    await<ImageJob>(m_compute.imageFromFamily(m_spec.imageProject, m_spec.imageFamily, this), [this](ImageJob &job) {
        const cloud::Image image = *job.result();
        if (image.diskSizeGb > m_spec.diskSizeGb) {
            fail({ErrorKind::InvalidInput,
                  tr("%1 cannot be created: a disk of %2 GB is too small for the image %3, which needs %4 GB.")
                      .arg(m_spec.ref.name, QString::number(m_spec.diskSizeGb), image.name, QString::number(image.diskSizeGb)),
                  tr("Choose a disk of at least %1 GB.").arg(image.diskSizeGb), {}, {}});
            return;
        }
        checkAccelerator();
    });
}

void CreateMachineFlow::checkAccelerator()
{
    if (m_spec.acceleratorType.isEmpty() || m_spec.acceleratorCount == 0) {
        stepDone();
        return;
    }
    using TypesJob = ValueJob<QList<cloud::AcceleratorType>>;
    await<TypesJob>(m_compute.listAcceleratorTypes(m_spec.ref.project, this), [this](TypesJob &job) {
        QStringList zones;
        const auto types = *job.result();
        for (const auto &type : types) {
            if (type.name == m_spec.acceleratorType)
                zones += type.zone;
        }
        if (zones.contains(m_spec.ref.zone)) {
            stepDone();
            return;
        }
        zones.sort();
        fail({ErrorKind::InvalidInput,
              tr("%1 cannot be created: the zone %2 does not offer %3.").arg(m_spec.ref.name, m_spec.ref.zone, m_spec.acceleratorType),
              zones.isEmpty() ? tr("Choose another GPU: no zone of this project offers this one.")
                              : tr("Choose one of these zones: %1.").arg(zones.mid(0, 6).join(QStringLiteral(", "))),
              QStringLiteral("offered in: ") + zones.join(QLatin1Char(' ')), {}});
    });
}

void CreateMachineFlow::create()
{
    if (m_list)
        m_list->refreshSoon();
    using CreateJob = ValueJob<cloud::Operation>;
    await<CreateJob>(cloud::createInstance(m_compute, m_spec, this), [this](CreateJob &) { stepDone(m_spec.ref.zone); });
}

void CreateMachineFlow::appear()
{
    if (!m_list) {
        stepSkipped(tr("another project is shown"));
        return;
    }
    connect(m_list, &MachineList::refreshed, this, &CreateMachineFlow::lookInList);
    connect(m_list, &MachineList::machineAdded, this, &CreateMachineFlow::lookInList);
    connect(m_list, &QObject::destroyed, this, [this] {
        if (isRunning())
            stepSkipped(tr("another project is shown"));
    });
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail({ErrorKind::Timeout, tr("%1 was created, but the list of machines does not show it.").arg(m_spec.ref.text()),
              tr("Refresh the list; it costs money while it runs, so look for it in the Google Cloud console as well."), {}, {}});
    });
    m_deadline.start(m_patience.appear);
    if (!m_list->find(m_spec.ref))
        m_list->refreshSoon();
    lookInList();
}

void CreateMachineFlow::lookInList()
{
    if (!isRunning() || !m_list || !m_list->find(m_spec.ref))
        return;
    m_deadline.stop();
    m_list->disconnect(this);
    stepDone();
}

void CreateMachineFlow::abort()
{
    m_deadline.stop();
    if (m_list) {
        m_list->disconnect(this);
        m_list->refreshSoon();
    }
    if (currentStep() >= 0 && steps().at(currentStep()).id == QLatin1String("create"))
        setStepDetail(tr("Google may make the machine all the same: look at the list."));
    Flow::abort();
}

} // namespace nimbook::workspace
