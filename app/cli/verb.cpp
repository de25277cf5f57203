// SPDX-License-Identifier: Apache-2.0
#include "cli/verb.h"

#include <QJsonArray>

namespace nimbook::cli {

Result<cloud::Instance> Verb::machine() const
{
    const QString name = arguments().value(QStringLiteral("instance-name"));
    const QString zone = arguments().value(QStringLiteral("zone"));
    QList<cloud::Instance> found;
    const auto machines = workspace().machines()->machines();
    for (const auto &one : machines) {
        if (one.ref.name == name && (zone.isEmpty() || one.ref.zone == zone))
            found += one;
    }
    if (found.size() == 1)
        return found.constFirst();
    if (found.isEmpty()) {
        const QString where = zone.isEmpty() ? workspace().currentProject() : zone;
        return failure(ErrorKind::NotFound, tr("There is no machine %1 in %2.").arg(name, where), tr("“nimbookctl list” shows those that are there."));
    }
    QStringList zones;
    for (const auto &one : std::as_const(found))
        zones += one.ref.zone;
    return failure(ErrorKind::InvalidInput, tr("There is a machine %1 in each of these zones: %2.").arg(name, zones.join(QStringLiteral(", "))),
                   tr("Say which with --zone."));
}

int Verb::exitStatus() const
{
    if (m_status)
        return *m_status;
    return int(state() == State::Succeeded ? ExitCode::Done : exitCodeFor(error().kind));
}

void Verb::failUnanswered(const QString &message, const QString &nextStep)
{
    m_status = int(ExitCode::NeedsAnswer);
    fail({ErrorKind::InvalidInput, message, nextStep, {}, {}});
}

void Verb::succeedWithStatus(int status)
{
    m_status = status;
    succeed();
}

void Verb::abort()
{
    if (m_waiting)
        m_waiting->cancel();
}

QJsonObject Verb::machineJson(const cloud::Instance &machine)
{
    static const auto stateName = [](cloud::MachineState state) {
        switch (state) {
        case cloud::MachineState::Running: return QStringLiteral("running");
        case cloud::MachineState::Starting: return QStringLiteral("starting");
        case cloud::MachineState::Stopping: return QStringLiteral("stopping");
        case cloud::MachineState::Stopped: return QStringLiteral("stopped");
        case cloud::MachineState::Suspended: return QStringLiteral("suspended");
        case cloud::MachineState::Repairing: return QStringLiteral("repairing");
        case cloud::MachineState::Deleting: return QStringLiteral("deleting");
        case cloud::MachineState::Busy: break;
        }
        return QStringLiteral("busy");
    };
    QJsonArray accelerators;
    for (const auto &one : machine.accelerators)
        accelerators += QJsonObject{{QStringLiteral("type"), one.type}, {QStringLiteral("count"), one.count}};
    return {{QStringLiteral("name"), machine.ref.name},
            {QStringLiteral("project"), machine.ref.project},
            {QStringLiteral("zone"), machine.ref.zone},
            {QStringLiteral("id"), machine.id},
            {QStringLiteral("state"), stateName(machine.state())},
            {QStringLiteral("machineType"), machine.machineType},
            {QStringLiteral("accelerators"), accelerators},
            {QStringLiteral("externalAddress"), machine.externalAddress},
            {QStringLiteral("internalAddress"), machine.internalAddress},
            {QStringLiteral("nimbook"), machine.labels.contains(QStringLiteral("nimbook"))}};
}

std::unique_ptr<Verb> makeVerb(const Context &context)
{
    for (const auto make : {makeMachineVerb, makeCreateVerb, makeNotebookVerb, makeFileVerb, makeSshVerb, makeProxyVerb}) {
        if (auto verb = make(context))
            return verb;
    }
    return nullptr;
}

} // namespace nimbook::cli
