// SPDX-License-Identifier: Apache-2.0
#include "jupyter/container.h"
#include "jupyter/script_job.h"

namespace nimbook::jupyter {

namespace {

ContainerStatus statusFrom(const QMap<QString, QString> &results)
{
    ContainerStatus status;
    status.docker = results.value(QStringLiteral("docker"));
    status.state = results.value(QStringLiteral("container"), QStringLiteral("absent"));
    status.image = results.value(QStringLiteral("image"));
    status.digest = knownDigest(results);
    status.address = results.value(QStringLiteral("address"));
    status.started = QDateTime::fromString(results.value(QStringLiteral("started")), Qt::ISODate);
    status.restarts = results.value(QStringLiteral("restarts")).toInt();
    status.answers = results.value(QStringLiteral("jupyter")) == QLatin1String("yes");
    return status;
}

ContainerSettings settingsFrom(const QMap<QString, QString> &results)
{
    return {results.value(QStringLiteral("shm")), results.value(QStringLiteral("restart")),
            results.value(QStringLiteral("variables")).split(u' ', Qt::SkipEmptyParts)};
}

} // namespace

QString knownDigest(const QMap<QString, QString> &results)
{
    const QString digest = results.value(QStringLiteral("digest"));
    return digest == QLatin1String("none") ? QString() : digest;
}

RemoteScript *installRequirements(ssh::Session *session, const QString &requirementsPath, QObject *parent)
{
    return new RemoteScript(session, QStringLiteral("pip-install.sh"), {{QStringLiteral("NIMBOOK_REQUIREMENTS"), requirementsPath}},
                            parent);
}

RemoteScript *installFromLock(ssh::Session *session, QObject *parent)
{
    return new RemoteScript(session, QStringLiteral("pip-install.sh"), {{QStringLiteral("NIMBOOK_FROM_LOCK"), QStringLiteral("yes")}}, parent);
}

RemoteScript *stopContainer(ssh::Session *session, QObject *parent)
{
    return new RemoteScript(session, QStringLiteral("stop-jupyter.sh"), {}, parent);
}

RemoteScript *containerLogs(ssh::Session *session, int lines, QObject *parent)
{
    return new RemoteScript(session, QStringLiteral("jupyter-logs.sh"), {{QStringLiteral("NIMBOOK_LINES"), QString::number(lines)}}, parent);
}

RemoteScript *followContainerLogs(ssh::Session *session, int lines, QObject *parent)
{
    auto *script = new RemoteScript(session, QStringLiteral("jupyter-logs.sh"),
                                    {{QStringLiteral("NIMBOOK_LINES"), QString::number(lines)}, {QStringLiteral("NIMBOOK_FOLLOW"), QStringLiteral("yes")}}, parent);
    script->setLasting();
    return script;
}

RemoteScript *buildImage(ssh::Session *session, const QString &source, const QString &base, const QString &tag, QObject *parent)
{
    return new RemoteScript(session, QStringLiteral("build-image.sh"),
                            {{QStringLiteral("NIMBOOK_SOURCE"), source}, {QStringLiteral("NIMBOOK_BASE"), base}, {QStringLiteral("NIMBOOK_TAG"), tag}},
                            parent);
}

RemoteScript *watchUsage(ssh::Session *session, QObject *parent)
{
    auto *script = new RemoteScript(session, QStringLiteral("container-usage.sh"), {}, parent);
    script->setLasting();
    return script;
}

ValueJob<PackagesState> *packagesState(ssh::Session *session, Record record, QObject *parent)
{
    const QString word = record == Record::Yes ? QStringLiteral("yes") : record == Record::No ? QStringLiteral("no") : QStringLiteral("careful");
    auto *script = new RemoteScript(session, QStringLiteral("packages.sh"), {{QStringLiteral("NIMBOOK_RECORD"), word}}, nullptr);
    return new ScriptJob<PackagesState>(
        script, [](const QMap<QString, QString> &results) { return PackagesState::fromJson(results.value(QStringLiteral("packages")).toUtf8()); }, parent);
}

ValueJob<ContainerStatus> *containerStatus(ssh::Session *session, QObject *parent)
{
    return new ScriptJob<ContainerStatus>(new RemoteScript(session, QStringLiteral("jupyter-status.sh"), {}, nullptr), statusFrom, parent);
}

ValueJob<ContainerSettings> *containerSettings(ssh::Session *session, QObject *parent)
{
    return new ScriptJob<ContainerSettings>(new RemoteScript(session, QStringLiteral("container-settings.sh"), {}, nullptr), settingsFrom, parent);
}

ValueJob<ContainerSettings> *changeContainerSettings(ssh::Session *session, const ContainerSettings &settings, const QStringList &environment,
                                                     QObject *parent)
{
    auto *script = new RemoteScript(session, QStringLiteral("container-settings.sh"),
                                    {{QStringLiteral("NIMBOOK_CHANGE"), QStringLiteral("yes")},
                                     {QStringLiteral("NIMBOOK_SHM_SIZE"), settings.shmSize},
                                     {QStringLiteral("NIMBOOK_RESTART"), settings.restartPolicy},
                                     {QStringLiteral("NIMBOOK_ENVIRONMENT"), environment.join(u'\n')}},
                                    nullptr);
    return new ScriptJob<ContainerSettings>(script, settingsFrom, parent);
}

QString containerShellCommand()
{
    // The folder of the packages belongs to that user. Images without bash are not rare.
    return QStringLiteral("exec sudo -n docker exec -i -t -u \"$(stat -c %u /var/lib/nimbook/python)\" -e TERM=xterm-256color nimbook-jupyter "
                          "sh -c 'command -v bash >/dev/null && exec bash -l; exec sh -l'");
}

std::optional<ContainerUsage> usageFromLine(const QString &line)
{
    // "usage 12.50% / 310MiB / 15.6GiB / 23"
    if (!line.startsWith(QLatin1String("usage ")))
        return std::nullopt;
    const QStringList parts = line.mid(6).split(QStringLiteral(" / "));
    if (parts.size() != 4)
        return ContainerUsage{};
    return ContainerUsage{parts[0].trimmed(), parts[1].trimmed(), parts[2].trimmed(), parts[3].trimmed()};
}

} // namespace nimbook::jupyter
