// SPDX-License-Identifier: Apache-2.0
#include "models/command_writer.h"

#include "workspace/ssh_command_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace nimbook::models {

namespace {

struct WriterText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::models::WriterText)
};

using workspace::shellText;

CommandForm nimbookctlForm(const QString &line)
{
    return {QStringLiteral("nimbookctl"), line};
}

} // namespace

QStringList CommandWriter::nimbookctlWords(const QString &verb) const
{
    QStringList words{QStringLiteral("nimbookctl"), verb};
    if (m_context.sandbox)
        words += QStringLiteral("--sandbox");
    return words + QStringList{QStringLiteral("--gcp-project-id"), m_machine.ref.project, QStringLiteral("--zone"), m_machine.ref.zone,
                               QStringLiteral("--instance-name"), m_machine.ref.name};
}

QStringList CommandWriter::gcloudWords(const QStringList &verb, bool overSsh) const
{
    QStringList words = QStringList{QStringLiteral("gcloud"), QStringLiteral("compute")} + verb
        + QStringList{QStringLiteral("--project=") + m_machine.ref.project, QStringLiteral("--zone=") + m_machine.ref.zone};
    if (overSsh && m_machine.externalAddress.isEmpty())
        words += QStringLiteral("--tunnel-through-iap");
    return words;
}

bool CommandWriter::hasSsh() const
{
    return !m_context.connection.host.isEmpty() && !m_context.connection.route;
}

QStringList CommandWriter::sshWords() const
{
    QStringList words = workspace::sshCommandLine(m_context.connection, m_context.hostKeyFile);
    words.removeLast();
    return words;
}

QString CommandWriter::destination() const
{
    return m_context.connection.user + QLatin1Char('@') + m_context.connection.host;
}

QString CommandWriter::loginAt(const QString &path) const
{
    return m_context.login + QLatin1Char('@') + name() + QLatin1Char(':') + path;
}

QList<CommandForm> CommandWriter::nimbookctl(const QString &verb, const QStringList &more) const
{
    return {nimbookctlForm(shellText(nimbookctlWords(verb) + more))};
}

QList<CommandForm> CommandWriter::gcloud(const QStringList &verb, const QStringList &more) const
{
    if (m_context.sandbox)
        return {};
    return {{QStringLiteral("gcloud"), shellText(gcloudWords(verb, false) + more)}};
}

QList<CommandForm> CommandWriter::gcloudCopy(const QString &from, const QString &to) const
{
    if (m_context.sandbox)
        return {};
    return {{QStringLiteral("gcloud"), shellText(gcloudWords({QStringLiteral("scp"), QStringLiteral("--recurse"), from, to}, true))}};
}

QList<CommandForm> CommandWriter::onMachine(const QString &line, bool tty) const
{
    QStringList words = nimbookctlWords(QStringLiteral("ssh"));
    if (tty)
        words += QStringLiteral("--tty");
    QList<CommandForm> forms{nimbookctlForm(shellText(words + QStringList{QStringLiteral("--"), line}))};
    if (!m_context.sandbox) {
        QStringList cloud = gcloudWords({QStringLiteral("ssh"), m_context.login + QLatin1Char('@') + name()}, true) + QStringList{QStringLiteral("--command=") + line};
        if (tty)
            cloud += {QStringLiteral("--"), QStringLiteral("-t")};
        forms.append({QStringLiteral("gcloud"), shellText(cloud)});
    }
    if (hasSsh())
        forms.append({QStringLiteral("ssh"), shellText(sshWords() + (tty ? QStringList{QStringLiteral("-t")} : QStringList()) + QStringList{destination(), line})});
    return forms;
}

QList<CommandForm> CommandWriter::shell() const
{
    QList<CommandForm> forms = nimbookctl(QStringLiteral("ssh"));
    if (!m_context.sandbox)
        forms.append({QStringLiteral("gcloud"), shellText(gcloudWords({QStringLiteral("ssh"), m_context.login + QLatin1Char('@') + name()}, true))});
    if (hasSsh())
        forms.append({QStringLiteral("ssh"), shellText(sshWords() + QStringList{destination()})});
    return forms;
}

QList<CommandForm> CommandWriter::forward(quint16 localPort, const QString &host, quint16 port) const
{
    // Between double quotes: a host may be a substitution, and nothing else in it is special to a shell.
    const QString what = QStringLiteral("\"%1:%2:%3\"").arg(localPort).arg(host).arg(port);
    QList<CommandForm> forms{nimbookctlForm(shellText(nimbookctlWords(QStringLiteral("ssh"))) + QStringLiteral(" --local-forward ") + what)};
    if (!m_context.sandbox)
        forms.append({QStringLiteral("gcloud"), shellText(gcloudWords({QStringLiteral("ssh"), m_context.login + QLatin1Char('@') + name()}, true)) + QStringLiteral(" -- -N -L ") + what});
    if (hasSsh())
        forms.append({QStringLiteral("ssh"), shellText(sshWords()) + QStringLiteral(" -N -L ") + what + QLatin1Char(' ') + shellText({destination()})});
    return forms;
}

QList<CommandForm> CommandWriter::rsync(const QStringList &options, const QString &from, const QString &to) const
{
    if (!hasSsh())
        return {};
    const auto place = [this](const QString &path) { return path.startsWith(QLatin1Char('/')) ? destination() + QLatin1Char(':') + path : path; };
    return {{QStringLiteral("rsync"), shellText(QStringList{QStringLiteral("rsync")} + options + QStringList{QStringLiteral("-e"), shellText(sshWords()), place(from), place(to)})}};
}

CommandForm CommandWriter::requestForm(const QString &verb, const QUrl &address, const QJsonObject &body)
{
    QString text = verb + QLatin1Char(' ') + address.toString();
    text += body.isEmpty() ? QLatin1Char('\n') + WriterText::tr("(no body)")
                           : QStringLiteral("\n\n") + QString::fromUtf8(QJsonDocument(body).toJson(QJsonDocument::Indented));
    return {WriterText::tr("Request to Compute Engine"), text};
}

QList<CommandForm> CommandWriter::request(const QString &verb, const QString &method, const QJsonObject &body) const
{
    QString path = QStringLiteral("projects/%1/zones/%2/instances/%3").arg(m_machine.ref.project, m_machine.ref.zone, m_machine.ref.name);
    if (!method.isEmpty())
        path += QLatin1Char('/') + method;
    return {requestForm(verb, m_context.compute.resolved(QUrl(path)), body)};
}

QJsonObject CommandWriter::metadataWithKey() const
{
    QJsonArray items;
    for (auto it = m_machine.metadata.cbegin(); it != m_machine.metadata.cend(); ++it) {
        if (it.key() == QLatin1String("ssh-keys"))
            continue;
        const bool isScript = it.key() == QLatin1String("startup-script"); // long, and shown elsewhere
        items += QJsonObject{{QStringLiteral("key"), it.key()}, {QStringLiteral("value"), isScript ? QStringLiteral("…") : it.value()}};
    }
    items += QJsonObject{{QStringLiteral("key"), QStringLiteral("ssh-keys")},
                         {QStringLiteral("value"), QStringLiteral("%1:ssh-ed25519 … google-ssh {\"userName\":\"%1\",\"expireOn\":\"…\"}").arg(m_context.login)}};
    return {{QStringLiteral("fingerprint"), m_machine.metadataFingerprint}, {QStringLiteral("items"), items}};
}

} // namespace nimbook::models
