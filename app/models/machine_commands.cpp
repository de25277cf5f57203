// SPDX-License-Identifier: Apache-2.0
#include "models/machine_commands.h"

#include "workspace/ssh_command_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace nimbook::models {

namespace {

struct CommandText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::models::CommandText)
};

class Writer {
public:
    Writer(const cloud::Instance &machine, const CommandContext &context) : m_machine(machine), m_context(context) {}

    CommandForm nimbookctl(const QString &verb, const QStringList &more = {}) const
    {
        QStringList words{QStringLiteral("nimbookctl"), verb};
        if (m_context.sandbox)
            words += QStringLiteral("--sandbox");
        words += {QStringLiteral("--gcp-project-id"), m_machine.ref.project, QStringLiteral("--zone"), m_machine.ref.zone,
                  QStringLiteral("--instance-name"), m_machine.ref.name};
        return {QStringLiteral("nimbookctl"), workspace::shellText(words + more)};
    }

    /// Empty in the sandbox, of which gcloud knows nothing.
    QList<CommandForm> gcloud(const QStringList &verb, const QStringList &more = {}, bool overSsh = false) const
    {
        if (m_context.sandbox)
            return {};
        QStringList words = QStringList{QStringLiteral("gcloud"), QStringLiteral("compute")} + verb
            + QStringList{QStringLiteral("--project=") + m_machine.ref.project, QStringLiteral("--zone=") + m_machine.ref.zone};
        if (overSsh && m_machine.externalAddress.isEmpty())
            words += QStringLiteral("--tunnel-through-iap");
        return {{QStringLiteral("gcloud"), workspace::shellText(words + more)}};
    }

    /// Only towards an address that ssh itself can reach, and once the key and the pins are there.
    QList<CommandForm> ssh(const QStringList &more = {}) const
    {
        if (m_context.connection.host.isEmpty() || m_context.connection.route)
            return {};
        QStringList words = workspace::sshCommandLine(m_context.connection, m_context.hostKeyFile);
        const QString destination = words.takeLast();
        return {{QStringLiteral("ssh"), workspace::shellText(words + more + QStringList{destination})}};
    }

    CommandForm request(const char *verb, const QString &method, const QJsonObject &body = {}) const
    {
        QString path = QStringLiteral("projects/%1/zones/%2/instances/%3").arg(m_machine.ref.project, m_machine.ref.zone, m_machine.ref.name);
        if (!method.isEmpty())
            path += QLatin1Char('/') + method;
        QString text = QLatin1String(verb) + QLatin1Char(' ') + m_context.compute.resolved(QUrl(path)).toString();
        text += body.isEmpty() ? QLatin1Char('\n') + CommandText::tr("(no body)")
                               : QStringLiteral("\n\n") + QString::fromUtf8(QJsonDocument(body).toJson(QJsonDocument::Indented));
        return {CommandText::tr("Request to Compute Engine"), text};
    }

    QString name() const { return m_machine.ref.name; }
    QString loginAt(const QString &path) const { return m_context.login + QLatin1Char('@') + name() + QLatin1Char(':') + path; }

    QJsonObject metadataWithKey() const
    {
        QJsonArray items;
        for (auto it = m_machine.metadata.cbegin(); it != m_machine.metadata.cend(); ++it) {
            if (it.key() != QLatin1String("ssh-keys")) {
                const bool isScript = it.key() == QLatin1String("startup-script"); // long, and shown elsewhere
                items += QJsonObject{{QStringLiteral("key"), it.key()}, {QStringLiteral("value"), isScript ? QStringLiteral("…") : it.value()}};
            }
        }
        items += QJsonObject{{QStringLiteral("key"), QStringLiteral("ssh-keys")},
                             {QStringLiteral("value"), QStringLiteral("%1:ssh-ed25519 … google-ssh {\"userName\":\"%1\",\"expireOn\":\"…\"}").arg(m_context.login)}};
        return {{QStringLiteral("fingerprint"), m_machine.metadataFingerprint}, {QStringLiteral("items"), items}};
    }

private:
    const cloud::Instance &m_machine;
    const CommandContext &m_context;
};

} // namespace

QList<MachineCommand> machineCommands(const cloud::Instance &machine, const CommandContext &context)
{
    const Writer write(machine, context);
    const QString forward = QStringLiteral("%1:localhost:8888").arg(context.jupyterPort);
    const auto power = [&write](const char *id, const QString &title, const QString &verb, bool hasVerb) {
        MachineCommand command{QLatin1String(id), title, {}};
        if (hasVerb)
            command.forms += write.nimbookctl(verb);
        command.forms += write.gcloud({QStringLiteral("instances"), verb, write.name()});
        command.forms += write.request("POST", verb);
        return command;
    };
    MachineCommand remove{QStringLiteral("delete"), CommandText::tr("Delete machine"), {write.nimbookctl(QStringLiteral("delete-instance"))}};
    remove.forms += write.gcloud({QStringLiteral("instances"), QStringLiteral("delete"), write.name()});
    remove.forms += write.request("DELETE", {});
    return {
        {QStringLiteral("openNotebook"), CommandText::tr("Open notebook"),
         QList<CommandForm>{write.nimbookctl(QStringLiteral("ssh-tunnel"), {QStringLiteral("--jupyter-port"), QString::number(context.jupyterPort)})}
             + write.gcloud({QStringLiteral("ssh"), context.login + QLatin1Char('@') + write.name()}, {QStringLiteral("--"), QStringLiteral("-N"), QStringLiteral("-L"), forward}, true)
             + write.ssh({QStringLiteral("-N"), QStringLiteral("-L"), forward})},
        {QStringLiteral("startJupyter"), CommandText::tr("Start Jupyter"), {write.nimbookctl(QStringLiteral("run-jupyter"))}},
        {QStringLiteral("shell"), CommandText::tr("A shell on the machine"),
         QList<CommandForm>{write.nimbookctl(QStringLiteral("ssh"))}
             + write.gcloud({QStringLiteral("ssh"), context.login + QLatin1Char('@') + write.name()}, {}, true) + write.ssh()},
        {QStringLiteral("upload"), CommandText::tr("Upload files"),
         QList<CommandForm>{write.nimbookctl(QStringLiteral("upload-files"), {QStringLiteral("--from"), QStringLiteral("FOLDER"), QStringLiteral("--to"), QStringLiteral("/src")})}
             + write.gcloud({QStringLiteral("scp"), QStringLiteral("--recurse"), QStringLiteral("FOLDER"), write.loginAt(QStringLiteral("/src"))}, {}, true)},
        {QStringLiteral("download"), CommandText::tr("Download outputs"),
         QList<CommandForm>{write.nimbookctl(QStringLiteral("download-outputs"), {QStringLiteral("--to"), QStringLiteral("FOLDER")})}
             + write.gcloud({QStringLiteral("scp"), QStringLiteral("--recurse"), write.loginAt(QStringLiteral("/src/outputs/*")), QStringLiteral("FOLDER")}, {}, true)},
        {QStringLiteral("install"), CommandText::tr("Install packages"),
         {write.nimbookctl(QStringLiteral("pip-install"), {QStringLiteral("--requirements"), QStringLiteral("requirements.txt")})}},
        power("start", CommandText::tr("Start"), QStringLiteral("start"), true),
        power("stop", CommandText::tr("Stop"), QStringLiteral("stop"), true),
        power("reset", CommandText::tr("Reset"), QStringLiteral("reset"), false),
        {QStringLiteral("publishKey"), CommandText::tr("Publish your SSH key"), {write.request("POST", QStringLiteral("setMetadata"), write.metadataWithKey())}},
        remove,
    };
}

} // namespace nimbook::models
