// SPDX-License-Identifier: Apache-2.0
#include "models/machine_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace nimbook::models {

using cloud::MachineState;

namespace {

QString machineWord(const char *text)
{
    return QCoreApplication::translate("nimbook::models::machine", text);
}

/// The GPU that a machine type brings along, and how many. Source: Compute Engine, "GPU machine types".
std::pair<QString, int> impliedGpu(const QString &machineType)
{
    static const QRegularExpression highGpu(QStringLiteral("^(a2-highgpu|a2-megagpu|a2-ultragpu|a3-[a-z]+gpu|a4-[a-z]+gpu)-(\\d+)g"));
    const auto match = highGpu.match(machineType);
    if (match.hasMatch()) {
        const QString family = match.captured(1);
        const QString gpu = family.startsWith(QLatin1String("a4")) ? QStringLiteral("nvidia-b200")
            : family == QLatin1String("a3-ultragpu")               ? QStringLiteral("nvidia-h200-141gb")
            : family.startsWith(QLatin1String("a3"))               ? QStringLiteral("nvidia-h100-80gb")
            : family == QLatin1String("a2-ultragpu")               ? QStringLiteral("nvidia-a100-80gb")
                                                                   : QStringLiteral("nvidia-tesla-a100");
        return {gpu, match.captured(2).toInt()};
    }
    if (machineType.startsWith(QLatin1String("g2-standard-"))) {
        switch (machineType.section(QLatin1Char('-'), 2).toInt()) {
        case 24: return {QStringLiteral("nvidia-l4"), 2};
        case 48: return {QStringLiteral("nvidia-l4"), 4};
        case 96: return {QStringLiteral("nvidia-l4"), 8};
        default: return {QStringLiteral("nvidia-l4"), 1};
        }
    }
    return {};
}

} // namespace

QString stateText(MachineState state)
{
    switch (state) {
    case MachineState::Running: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Running"));
    case MachineState::Starting: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Starting…"));
    case MachineState::Stopping: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Stopping…"));
    case MachineState::Stopped: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Stopped"));
    case MachineState::Suspended: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Suspended"));
    case MachineState::Repairing: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Repairing…"));
    case MachineState::Deleting: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Deleting…"));
    case MachineState::Busy: break;
    }
    return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Busy…"));
}

MachineGroup machineGroup(MachineState state)
{
    switch (state) {
    case MachineState::Running: return MachineGroup::Running;
    case MachineState::Stopped:
    case MachineState::Suspended: return MachineGroup::Stopped;
    default: return MachineGroup::Changing;
    }
}

QString groupText(MachineGroup group)
{
    switch (group) {
    case MachineGroup::Running: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Running"));
    case MachineGroup::Changing: return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Changing"));
    case MachineGroup::Stopped: break;
    }
    return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "Stopped"));
}

bool canStart(MachineState state)
{
    return state == MachineState::Stopped;
}

bool canStop(MachineState state)
{
    // A machine that is still starting costs money already and may be stopped.
    return state == MachineState::Running || state == MachineState::Starting || state == MachineState::Repairing;
}

bool canReset(MachineState state)
{
    return state == MachineState::Running;
}

bool canDelete(const cloud::Instance &machine)
{
    return !machine.deletionProtection && machine.state() != MachineState::Deleting;
}

QString gpuName(const QString &acceleratorType)
{
    QString name = acceleratorType;
    for (const char *prefix : {"nvidia-tesla-", "nvidia-"}) {
        if (name.startsWith(QLatin1String(prefix))) {
            name.remove(0, int(qstrlen(prefix)));
            break;
        }
    }
    static const QRegularExpression memory(QStringLiteral("-(\\d+)gb$"));
    name.replace(memory, QStringLiteral(" \\1 GB"));
    return name.replace(QLatin1Char('-'), QLatin1Char(' ')).toUpper();
}

int gpuCount(const cloud::Instance &machine)
{
    int count = 0;
    for (const cloud::AttachedAccelerator &accelerator : machine.accelerators)
        count += accelerator.count;
    return count > 0 ? count : impliedGpu(machine.machineType).second;
}

QString gpuText(const cloud::Instance &machine)
{
    const auto text = [](int count, const QString &type) { return QStringLiteral("%1 × %2").arg(QString::number(count), gpuName(type)); };
    QStringList parts;
    for (const cloud::AttachedAccelerator &accelerator : machine.accelerators) {
        if (accelerator.count > 0)
            parts << text(accelerator.count, accelerator.type);
    }
    if (!parts.isEmpty())
        return parts.join(QStringLiteral(", "));
    const auto [type, count] = impliedGpu(machine.machineType);
    return count > 0 ? text(count, type) : QString();
}

QString ageText(std::chrono::seconds age)
{
    const qint64 seconds = qMax<qint64>(0, age.count());
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    const qint64 days = hours / 24;
    if (seconds < 60)
        return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "%1 s")).arg(seconds);
    if (minutes < 60)
        return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "%1 min")).arg(minutes);
    if (hours < 24)
        return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "%1 h %2 min")).arg(hours).arg(minutes % 60);
    if (days < 2)
        return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "1 day %1 h")).arg(hours % 24);
    if (days < 365)
        return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "%1 days")).arg(days);
    return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "%1 years")).arg(QString::number(days / 365.25, 'f', 1));
}

QString priceText(qint64 microsPerHour)
{
    const double dollars = double(microsPerHour) / 1e6;
    return machineWord(QT_TRANSLATE_NOOP("nimbook::models::machine", "$%1/h")).arg(QString::number(dollars, 'f', dollars < 0.1 ? 3 : 2));
}

} // namespace nimbook::models
