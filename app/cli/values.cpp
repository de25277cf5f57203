// SPDX-License-Identifier: Apache-2.0
// The values of options, as gcloud and the kit write them.
#include "cli/arguments.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace nimbook::cli {

namespace {

struct ValuesText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::ValuesText)
};

const QMap<QString, QStringList> &scopeNames()
{
    // Source: gcloud compute instances create --help, "--scopes".
    static const QMap<QString, QStringList> names{
        {QStringLiteral("bigquery"), {QStringLiteral("bigquery")}},
        {QStringLiteral("cloud-platform"), {QStringLiteral("cloud-platform")}},
        {QStringLiteral("cloud-source-repos"), {QStringLiteral("source.full_control")}},
        {QStringLiteral("cloud-source-repos-ro"), {QStringLiteral("source.read_only")}},
        {QStringLiteral("compute-ro"), {QStringLiteral("compute.readonly")}},
        {QStringLiteral("compute-rw"), {QStringLiteral("compute")}},
        {QStringLiteral("datastore"), {QStringLiteral("datastore")}},
        {QStringLiteral("default"),
         {QStringLiteral("devstorage.read_only"), QStringLiteral("logging.write"), QStringLiteral("monitoring.write"),
          QStringLiteral("service.management.readonly"), QStringLiteral("servicecontrol"), QStringLiteral("trace.append")}},
        {QStringLiteral("logging-write"), {QStringLiteral("logging.write")}},
        {QStringLiteral("monitoring"), {QStringLiteral("monitoring")}},
        {QStringLiteral("monitoring-read"), {QStringLiteral("monitoring.read")}},
        {QStringLiteral("monitoring-write"), {QStringLiteral("monitoring.write")}},
        {QStringLiteral("pubsub"), {QStringLiteral("pubsub")}},
        {QStringLiteral("service-control"), {QStringLiteral("servicecontrol")}},
        {QStringLiteral("service-management"), {QStringLiteral("service.management.readonly")}},
        {QStringLiteral("sql-admin"), {QStringLiteral("sqlservice.admin")}},
        {QStringLiteral("storage-full"), {QStringLiteral("devstorage.full_control")}},
        {QStringLiteral("storage-ro"), {QStringLiteral("devstorage.read_only")}},
        {QStringLiteral("storage-rw"), {QStringLiteral("devstorage.read_write")}},
        {QStringLiteral("taskqueue"), {QStringLiteral("taskqueue")}},
        {QStringLiteral("trace"), {QStringLiteral("trace.append")}},
        {QStringLiteral("userinfo-email"), {QStringLiteral("userinfo.email")}},
    };
    return names;
}

} // namespace

Result<Accelerator> acceleratorFrom(const QString &text)
{
    Accelerator found;
    const QStringList parts = text.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        const QString key = part.section(QLatin1Char('='), 0, 0).trimmed();
        const QString value = part.section(QLatin1Char('='), 1).trimmed();
        bool fits = true;
        if (key == QLatin1String("type") && !value.isEmpty())
            found.type = value;
        else if (key == QLatin1String("count"))
            found.count = value.toInt(&fits);
        else if (!part.contains(QLatin1Char('=')) && found.type.isEmpty())
            found.type = key;
        else
            fits = false;
        if (!fits || found.count < 1) {
            return failure(ErrorKind::InvalidInput, ValuesText::tr("--accelerator cannot be “%1”.").arg(text),
                           ValuesText::tr("Write it as type=nvidia-l4,count=1."));
        }
    }
    if (found.type.isEmpty()) {
        return failure(ErrorKind::InvalidInput, ValuesText::tr("--accelerator needs the type of the GPU."),
                       ValuesText::tr("Write it as type=nvidia-l4,count=1."));
    }
    return found;
}

Result<qint64> gigabytesFrom(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("\\A(\\d{1,6})\\s*(|G|GB|GiB|T|TB|TiB)\\z"), QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text.trimmed());
    const qint64 number = match.captured(1).toLongLong();
    if (!match.hasMatch() || number < 1) {
        return failure(ErrorKind::InvalidInput, ValuesText::tr("--boot-disk-size cannot be “%1”.").arg(text),
                       ValuesText::tr("Write it as 200GB."));
    }
    return match.captured(2).startsWith(QLatin1Char('T'), Qt::CaseInsensitive) ? number * 1024 : number;
}

Result<std::chrono::minutes> minutesFrom(const QString &text, const QString &option)
{
    static const QRegularExpression form(QStringLiteral("\\A(?:(\\d{1,3})d)?(?:(\\d{1,4})h)?(?:(\\d{1,5})m)?(?:(\\d{1,7})s)?\\z"));
    const auto match = form.match(text.trimmed());
    const auto part = [&match](int group) { return match.captured(group).toLongLong(); };
    const std::chrono::seconds all(part(1) * 86'400 + part(2) * 3'600 + part(3) * 60 + part(4));
    if (text.trimmed().isEmpty() || !match.hasMatch())
        return failure(ErrorKind::InvalidInput, ValuesText::tr("--%1 cannot be “%2”.").arg(option, text), ValuesText::tr("Write it as 90s, 30m or 1h30m."));
    return std::chrono::ceil<std::chrono::minutes>(all);
}

Result<QStringList> scopesFrom(const QString &text)
{
    static const QString root = QStringLiteral("https://www.googleapis.com/auth/");
    QStringList scopes;
    const QStringList words = text.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const QString name = word.trimmed();
        if (name == QLatin1String("none"))
            continue;
        QStringList named{name};
        if (!name.startsWith(QLatin1String("https://"))) {
            named = scopeNames().value(name);
            if (named.isEmpty()) {
                return failure(ErrorKind::InvalidInput, ValuesText::tr("There is no scope “%1”.").arg(name),
                               ValuesText::tr("Use the address of a scope, or one of: %1.").arg(scopeNames().keys().join(QStringLiteral(", "))));
            }
            for (QString &one : named)
                one.prepend(root);
        }
        scopes += named;
    }
    scopes.removeDuplicates();
    return scopes;
}

} // namespace nimbook::cli
