// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/google_words.h"
#include "sandbox/api/instance_methods.h"
#include "sandbox/api/machine_room.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/resource_store.h"

namespace nimbook::sandbox {

namespace {

/// Source: Compute Engine REST reference, instances.getSerialPortOutput: `start` is where the returned text really begins,
/// later than asked when the buffer of 1 MB has moved on; `next` is the start of the next question.
ApiResult serialPortOutput(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    const QString portText = call.request.parameter(QStringLiteral("port"));
    const int port = portText.isEmpty() ? 1 : portText.toInt();
    if (port < 1 || port > 4)
        return invalidField(QStringLiteral("port"), portText, QStringLiteral("Must be between 1 and 4."));
    bool ok = true;
    const QString startText = call.request.parameter(QStringLiteral("start"));
    const qint64 start = startText.isEmpty() ? 0 : startText.toLongLong(&ok);
    if (!ok || start < 0)
        return invalidField(QStringLiteral("start"), startText, QStringLiteral("Must be an offset."));

    QByteArray bytes;
    qint64 actualStart = start;
    qint64 next = start;
    if (const InstanceHost *host = services.room.host(instance.value(QLatin1String("id")).toString()); host && port == 1)
        bytes = host->serialOutput(start, &actualStart, &next);
    return QJsonObject{{QStringLiteral("kind"), QStringLiteral("compute#serialPortOutput")},
                       {QStringLiteral("selfLink"), link(path.toString() + QStringLiteral("/serialPort"))},
                       {QStringLiteral("contents"), QString::fromUtf8(bytes)},
                       {QStringLiteral("start"), QString::number(actualStart)},
                       {QStringLiteral("next"), QString::number(next)}};
}

/// Source: Compute Engine REST reference, instances.getGuestAttributes: queryPath "hostkeys/" or "" or variableKey "nimbook/state".
ApiResult guestAttributes(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    const QJsonObject common = services.store.settings(QStringLiteral("commonMetadata")).value(path.project).toObject();
    const QString enabled = effectiveMetadata(instance.value(QLatin1String("metadata")).toObject(), common).value(QStringLiteral("enable-guest-attributes"));
    if (enabled.compare(QLatin1String("true"), Qt::CaseInsensitive) != 0)
        return refuse(412, QStringLiteral("conditionNotMet"), QStringLiteral("Guest attributes endpoint access is disabled."));

    const QString variable = call.request.parameter(QStringLiteral("variableKey"));
    const QString query = call.request.parameter(QStringLiteral("queryPath"));
    const QString wanted = variable.isEmpty() ? query : variable;
    const auto missing = [&wanted] {
        return refuse(404, QStringLiteral("notFound"), QStringLiteral("The resource '%1' of type 'Guest Attribute' was not found.").arg(wanted));
    };
    const QString nameSpace = wanted.section(QLatin1Char('/'), 0, 0);
    const QString key = wanted.section(QLatin1Char('/'), 1);

    QJsonObject answer{{QStringLiteral("kind"), QStringLiteral("compute#guestAttributes")},
                       {QStringLiteral("selfLink"), link(path.toString() + QStringLiteral("/guestAttributes/") + wanted)}};
    QJsonArray found;
    const InstanceHost *host = services.room.host(instance.value(QLatin1String("id")).toString());
    const QList<GuestAttribute> attributes = host ? host->guestAttributes() : QList<GuestAttribute>();
    for (const GuestAttribute &attribute : attributes) {
        if (!nameSpace.isEmpty() && (attribute.nameSpace != nameSpace || (!key.isEmpty() && attribute.key != key)))
            continue;
        found.append(QJsonObject{{QStringLiteral("namespace"), attribute.nameSpace},
                                 {QStringLiteral("key"), attribute.key},
                                 {QStringLiteral("value"), attribute.value}});
    }
    if (found.isEmpty() || (!variable.isEmpty() && key.isEmpty()))
        return missing();
    if (!variable.isEmpty()) {
        answer[QStringLiteral("variableKey")] = variable;
        answer[QStringLiteral("variableValue")] = found.first().toObject().value(QLatin1String("value"));
    } else {
        answer[QStringLiteral("queryPath")] = query;
        answer[QStringLiteral("queryValue")] = QJsonObject{{QStringLiteral("items"), found}};
    }
    return answer;
}

} // namespace

void addGuestMethods(Router &router, const Services &services)
{
    const auto look = [services](auto method) {
        return [services, method](const Call &call) -> ApiResult {
            const ResourcePath path{call.project(), call.scope(), QStringLiteral("instances"), call.path.value(QStringLiteral("instance"))};
            if (!services.store.contains(path))
                return notFound(path.toString());
            return method(services, call, path, services.store.get(path));
        };
    };
    router.add("GET", "projects/{project}/zones/{zone}/instances/{instance}/serialPort", "compute.instances.getSerialPortOutput", look(serialPortOutput));
    router.add("GET", "projects/{project}/zones/{zone}/instances/{instance}/getGuestAttributes", "compute.instances.getGuestAttributes", look(guestAttributes));
}

} // namespace nimbook::sandbox
