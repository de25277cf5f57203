// SPDX-License-Identifier: Apache-2.0
#include "workspace/create_machine_flow.h"

#include "cloud/gce/request_id.h"
#include "cloud/jobs/instance_jobs.h"
#include "cloud/jobs/left_disk_job.h"
#include "workspace/creation_words.h"
#include "workspace/machine_marks.h"

#include <QLocale>

namespace nimbook::workspace {

namespace {

QString createStepId() { return QStringLiteral("create"); }

/// Errors after which nobody knows whether Google carried it out.
bool isUnclear(ErrorKind kind)
{
    return kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::ServerError || kind == ErrorKind::Protocol
        || kind == ErrorKind::NotSignedIn;
}

} // namespace

CreateMachineFlow::CreateMachineFlow(cloud::ComputeClient &compute, MachineList &list, cloud::CreateSpec spec, CapacityPlan plan,
                                     std::unique_ptr<CreationNote> note, Patience patience, QObject *parent)
    : Flow(parent), m_compute(compute), m_list(&list), m_spec(std::move(spec)), m_plan(std::move(plan)),
      m_search(m_spec.ref.zone, m_plan), m_note(std::move(note)), m_patience(patience)
{
    m_spec.labels.insert(creationLabelKey(), m_note->creation().id);
    addStep(QStringLiteral("check"), tr("Check the choices"), [this] { check(); });
    addStep(createStepId(), tr("Create %1 in %2").arg(m_spec.ref.name, m_spec.ref.zone), [this] {
        m_since.start();
        tryZone();
    });
    addStep(QStringLiteral("appear"), tr("Find it in the list"), [this] { appear(); });
    m_deadline.setSingleShot(true);
    m_pause.setSingleShot(true);
}

CreateMachineFlow::~CreateMachineFlow() = default;

void CreateMachineFlow::check()
{
    if (const QString problem = creationProblem(m_spec); !problem.isEmpty()) {
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
    await<TypesJob>(m_compute.listAcceleratorTypes(m_spec.ref.project, this), [this](TypesJob &job) { onAccelerators(*job.result()); });
}

void CreateMachineFlow::onAccelerators(const QList<cloud::AcceleratorType> &types)
{
    QStringList zones;
    for (const auto &type : types) {
        if (type.name == m_spec.acceleratorType)
            zones += type.zone;
    }
    zones.sort();
    if (zones.contains(m_spec.ref.zone)) {
        if (m_plan.zones.isEmpty()) {
            m_plan.zones = zones;
            m_search = CapacitySearch(m_spec.ref.zone, m_plan);
        }
        stepDone();
        return;
    }
    fail({ErrorKind::InvalidInput,
          tr("%1 cannot be created: the zone %2 does not offer %3.").arg(m_spec.ref.name, m_spec.ref.zone, m_spec.acceleratorType),
          zones.isEmpty() ? tr("Choose another GPU: no zone of this project offers this one.")
                          : tr("Choose one of these zones: %1.").arg(zones.mid(0, 6).join(QStringLiteral(", "))),
          QStringLiteral("offered in: ") + zones.join(QLatin1Char(' ')), {}});
}

void CreateMachineFlow::tryZone()
{
    m_spec.ref.zone = m_search.zone();
    setStepProgress({0, -1, Progress::Unit::Percent, m_round > 1 ? m_spec.ref.zone : QString()});
    using TypeJob = ValueJob<cloud::MachineType>;
    awaitEnd<TypeJob>(m_compute.getMachineType(m_spec.ref.project, m_spec.ref.zone, m_spec.machineType, this), [this](TypeJob &job) {
        // Only a plain "there is none" counts; whatever else is wrong, insert says it better.
        if (job.state() == State::Failed && job.error().kind == ErrorKind::NotFound)
            decide(job.error(), {});
        else
            insert();
    });
}

void CreateMachineFlow::insert()
{
    if (m_list)
        m_list->refreshSoon();
    const QString requestId = cloud::newRequestId();
    m_note->add({m_spec.ref.zone, requestId});
    m_mayBeMade = true;
    awaitEnd<cloud::OperationJob>(cloud::insertInstance(m_compute, m_spec, requestId, this), [this](cloud::OperationJob &job) {
        if (job.state() == State::Succeeded)
            stepDone(m_spec.ref.zone);
        else
            onInsertFailed(job);
    });
}

void CreateMachineFlow::onInsertFailed(const cloud::OperationJob &job)
{
    const Error error = job.error();
    if (error.kind == ErrorKind::AlreadyExists) {
        askWhoseItIs(error);
        return;
    }
    if (isUnclear(error.kind)) {
        // The note stays: the next start looks what became of it.
        if (m_list)
            m_list->refreshSoon();
        fail(error);
        return;
    }
    m_mayBeMade = false;
    QStringList available;
    for (const auto &problem : job.operation().problems)
        available += problem.zonesAvailable.split(QLatin1Char(','), Qt::SkipEmptyParts);
    cleanUp(error, available);
}

void CreateMachineFlow::askWhoseItIs(const Error &error)
{
    using InstanceJob = ValueJob<cloud::Instance>;
    awaitEnd<InstanceJob>(m_compute.getInstance(m_spec.ref, this), [this, error](InstanceJob &job) {
        const auto machine = job.result();
        if (machine && machine->labels.value(creationLabelKey()) == m_note->creation().id) {
            stepDone(m_spec.ref.zone); // an answer was lost on the way; it is ours
            return;
        }
        m_mayBeMade = false;
        Error told = error;
        if (!machine && machine.error().kind == ErrorKind::NotFound) {
            told.message = tr("Could not create %1: a disk of that name is in the zone already.").arg(m_spec.ref.text());
            told.nextStep = tr("Choose another name, or delete that disk in the Google Cloud console if nobody needs it.");
        }
        giveUp(told);
    });
}

void CreateMachineFlow::cleanUp(const Error &error, const QStringList &zonesAvailable)
{
    auto *cleaning = new cloud::LeftDiskJob(m_compute, m_spec.ref, creationLabelKey(), m_note->creation().id, this);
    awaitEnd<cloud::LeftDiskJob>(cleaning, [this, error, zonesAvailable](cloud::LeftDiskJob &) { decide(error, zonesAvailable); });
}

void CreateMachineFlow::decide(const Error &error, const QStringList &zonesAvailable)
{
    m_refusals.append({m_spec.ref.zone, error});
    goOn(m_search.refused(error, zonesAvailable));
}

void CreateMachineFlow::goOn(CapacitySearch::Verdict verdict)
{
    const Refusal last = m_refusals.constLast();
    if (verdict == CapacitySearch::Verdict::TryNext && m_round == 1) {
        addNextStep(QStringLiteral("create%1").arg(m_refusals.size() + 1), tr("Create it in %1").arg(m_search.zone()), [this] { tryZone(); });
        stepFailed(refusalText(last.error, m_spec.machineType));
    } else if (verdict == CapacitySearch::Verdict::TryNext) {
        setStepDetail(roundDetail());
        tryZone();
    } else if (verdict == CapacitySearch::Verdict::RoundOver && mayKeepTrying()) {
        addRound();
        stepFailed(m_round == 2 ? refusalText(last.error, m_spec.machineType) : roundDetail());
        m_roundBegan = m_refusals.size();
    } else {
        giveUp(last.error);
    }
}

bool CreateMachineFlow::mayKeepTrying() const
{
    return m_search.canStartRound() && m_since.isValid() && std::chrono::milliseconds(m_since.elapsed()) < m_plan.keepTrying;
}

void CreateMachineFlow::addRound()
{
    ++m_round;
    m_search.startRound();
    addNextStep(QStringLiteral("wait%1").arg(m_round), tr("Wait before asking again"), [this] { waitForRound(); });
    addNextStep(QStringLiteral("create-round%1").arg(m_round), m_search.zonesLeft() == 1 ? tr("Ask %1 again").arg(m_search.zone()) : tr("Ask %1 zones again").arg(m_search.zonesLeft()), [this] { tryZone(); });
}

void CreateMachineFlow::waitForRound()
{
    const auto spent = std::chrono::milliseconds(m_since.elapsed());
    const QDateTime end = QDateTime::currentDateTime().addMSecs((std::chrono::milliseconds(m_plan.keepTrying) - spent).count());
    setStepDetail(tr("Goes on until %1").arg(QLocale().toString(end.time(), QLocale::ShortFormat)));
    m_pause.callOnTimeout(this, [this] {
        m_pause.disconnect(this);
        if (isRunning())
            stepDone();
    });
    m_pause.start(m_patience.stockOutPause);
}

QString CreateMachineFlow::roundDetail() const
{
    return refusalList(m_refusals.mid(m_roundBegan), m_spec.machineType);
}

void CreateMachineFlow::giveUp(const Error &error)
{
    m_note->forget();
    fail(m_refusals.size() > 1 ? summary(error) : error);
}

Error CreateMachineFlow::summary(const Error &last) const
{
    Error whole = last;
    const QString attempts = refusalList(m_refusals.mid(std::max<qsizetype>(m_roundBegan, 0)), m_spec.machineType);
    if (isQuotaOfAllRegions(last)) {
        whole.message += QLatin1Char(' ') + tr("No other zone can help.");
    } else {
        whole.message = tr("Could not create %1: no zone that was asked can make it. %2").arg(m_spec.ref.name, attempts);
        if (last.kind == ErrorKind::StockOut)
            whole.nextStep = tr("Let Nimbook keep trying, allow more zones, or choose another GPU.");
    }
    QStringList raw;
    for (const Refusal &each : m_refusals)
        raw.append(each.zone + QStringLiteral(": ") + each.error.message + QLatin1Char('\n') + each.error.detail);
    whole.detail = raw.join(QLatin1Char('\n'));
    return whole;
}

void CreateMachineFlow::appear()
{
    if (!m_list) {
        m_note->forget();
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
    m_note->forget();
    stepDone();
}

void CreateMachineFlow::abort()
{
    m_deadline.stop();
    m_pause.stop();
    if (m_list) {
        m_list->disconnect(this);
        m_list->refreshSoon();
    }
    if (m_mayBeMade)
        setStepDetail(tr("Google may make the machine all the same: look at the list."));
    else
        m_note->forget();
    Flow::abort();
}

} // namespace nimbook::workspace
