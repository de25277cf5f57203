// SPDX-License-Identifier: Apache-2.0
// list, start, stop, delete-instance.
#include "cli/verb.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace nimbook::cli {

namespace {

class ListVerb final : public Verb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::ListVerb)
public:
    using Verb::Verb;

    QString text() const override
    {
        QList<QStringList> rows{{tr("NAME"), tr("ZONE"), tr("STATE"), tr("MACHINE TYPE"), tr("GPU"), tr("ADDRESS")}};
        const auto machines = workspace().machines()->machines();
        for (const auto &one : machines) {
            QStringList gpus;
            for (const auto &gpu : one.accelerators)
                gpus += QStringLiteral("%1×%2").arg(gpu.count).arg(gpu.type);
            rows.append({one.ref.name, one.ref.zone, machineJson(one).value(QLatin1String("state")).toString(), one.machineType,
                         gpus.join(QLatin1Char('+')), one.externalAddress});
        }
        QStringList lines;
        for (const QStringList &row : std::as_const(rows)) {
            QString line;
            for (qsizetype column = 0; column < row.size(); ++column) {
                qsizetype width = 0;
                for (const QStringList &other : std::as_const(rows))
                    width = std::max(width, other.at(column).size());
                line += row.at(column).leftJustified(width + 2);
            }
            lines += line.trimmed();
        }
        return lines.join(QLatin1Char('\n'));
    }

    QJsonValue json() const override
    {
        QJsonArray all;
        const auto machines = workspace().machines()->machines();
        for (const auto &one : machines)
            all += machineJson(one);
        return all;
    }

protected:
    void run() override
    {
        // Some are better than none, but nobody shall think that these are all.
        if (const QStringList silent = workspace().machines()->unreachableZones(); !silent.isEmpty())
            console().warn(tr("These zones did not answer, their machines are not listed: %1").arg(silent.join(QStringLiteral(", "))));
        succeed();
    }
};

class PowerVerb final : public Verb {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::PowerVerb)
public:
    PowerVerb(const Context &context, workspace::PowerAction action) : Verb(context), m_action(action) {}

    QJsonValue json() const override { return QJsonObject{{QStringLiteral("name"), m_ref.name}, {QStringLiteral("zone"), m_ref.zone}, {QStringLiteral("project"), m_ref.project}}; }
    QString goesOn() const override
    {
        return waitingFor() ? tr("What Google was asked for goes on: “nimbookctl list” shows what comes of it.") : QString();
    }

protected:
    void run() override
    {
        const auto found = machine();
        if (!found) {
            fail(found.error());
            return;
        }
        m_ref = found->ref;
        if (m_action != workspace::PowerAction::Delete || arguments().has(QStringLiteral("yes"))) {
            act();
            return;
        }
        if (!console().canAsk()) {
            failUnanswered(tr("%1 is not deleted: nobody is there to confirm it.").arg(m_ref.text()), tr("Say --yes."));
            return;
        }
        QStringList lost;
        for (const auto &disk : found->disks) {
            if (disk.autoDelete)
                lost += tr("%1 (%2 GB)").arg(disk.source).arg(disk.sizeGb);
        }
        const QString disks = lost.isEmpty() ? QString() : tr(" and everything on its disk %1").arg(lost.join(QStringLiteral(", ")));
        console().ask(tr("Delete %1%2? This cannot be undone. Type the machine's name to delete it:").arg(m_ref.text(), disks), [this](const QString &typed) {
            if (!isRunning())
                return;
            if (typed == m_ref.name)
                act();
            else
                fail({ErrorKind::Cancelled, tr("%1 is not deleted.").arg(m_ref.text()), {}, {}, {}});
        });
    }

private:
    void act()
    {
        QString title = tr("Starting %1");
        if (m_action == workspace::PowerAction::Stop)
            title = tr("Stopping %1");
        if (m_action == workspace::PowerAction::Delete)
            title = tr("Deleting %1");
        await<Job>(workspace().power(m_ref, m_action), title.arg(m_ref.text()), [this](Job &) { succeed(); });
    }

    workspace::PowerAction m_action;
    cloud::InstanceRef m_ref;
};

} // namespace

std::unique_ptr<Verb> makeMachineVerb(const Context &context)
{
    const QString &verb = context.arguments.verb;
    if (verb == QLatin1String("list"))
        return std::make_unique<ListVerb>(context);
    if (verb == QLatin1String("start"))
        return std::make_unique<PowerVerb>(context, workspace::PowerAction::Start);
    if (verb == QLatin1String("stop"))
        return std::make_unique<PowerVerb>(context, workspace::PowerAction::Stop);
    if (verb == QLatin1String("delete-instance"))
        return std::make_unique<PowerVerb>(context, workspace::PowerAction::Delete);
    return nullptr;
}

} // namespace nimbook::cli
