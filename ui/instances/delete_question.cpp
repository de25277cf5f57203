// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/delete_question.h"

#include <QCoreApplication>

namespace nimbook::ui {

namespace {

QString deleteText(const char *text)
{
    return QCoreApplication::translate("nimbook::ui::DeleteQuestion", text);
}

QString diskLines(const cloud::Instance &machine, bool goes)
{
    QStringList lines;
    for (const cloud::AttachedDisk &disk : machine.disks) {
        if (disk.autoDelete != goes)
            continue;
        const QString line = disk.boot ? deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "    %1, %2 GB (the system, /src and its outputs)"))
                                       : deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "    %1, %2 GB"));
        lines << line.arg(disk.source, QString::number(disk.sizeGb));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

Question deleteQuestion(const cloud::Instance &machine)
{
    Question question;
    question.title = deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "Delete machine"));
    question.text = deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "Delete the machine “%1” in zone %2 of project %3?"))
                        .arg(machine.ref.name, machine.ref.zone, machine.ref.project);
    const QString lost = diskLines(machine, true);
    const QString kept = diskLines(machine, false);
    QStringList parts;
    if (!lost.isEmpty())
        parts << deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "These disks and every file on them are lost for good:")) + QLatin1Char('\n') + lost;
    else
        parts << deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "No disk is deleted with it."));
    if (!kept.isEmpty())
        parts << deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "These disks stay, and go on costing:")) + QLatin1Char('\n') + kept;
    if (machine.state() == cloud::MachineState::Running)
        parts << deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "The machine is running; what runs on it ends."));
    parts << deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "This cannot be undone."));
    question.consequence = parts.join(QStringLiteral("\n\n"));
    question.confirmText = deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "Delete machine"));
    question.cancelText = deleteText(QT_TRANSLATE_NOOP("nimbook::ui::DeleteQuestion", "Keep it"));
    return question;
}

} // namespace nimbook::ui
