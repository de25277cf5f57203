// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/instance_spec.h"

#include "cloud/model/json_reading.h"
#include "cloud/model/metadata_items.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace nimbook::cloud {

namespace {

struct InstanceSpecText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::InstanceSpecText)
};

QString inZone(const CreateSpec &spec, const QString &collection, const QString &name)
{
    return QStringLiteral("zones/%1/%2/%3").arg(spec.ref.zone, collection, name);
}

/// Our own machines are found again by this label, also on the bill.
QMap<QString, QString> labelsOf(const CreateSpec &spec)
{
    QMap<QString, QString> labels = spec.labels;
    if (!labels.contains(QStringLiteral("nimbook")))
        labels.insert(QStringLiteral("nimbook"), QStringLiteral("managed"));
    return labels;
}

/// No GPU machine can be moved to another host while it runs, and a spot machine is never restarted by Google.
QJsonObject schedulingOf(const CreateSpec &spec)
{
    QJsonObject scheduling{{QStringLiteral("automaticRestart"), !spec.spot}};
    if (spec.hasGpu() || spec.spot)
        scheduling.insert(QStringLiteral("onHostMaintenance"), QStringLiteral("TERMINATE"));
    if (spec.spot) {
        scheduling.insert(QStringLiteral("provisioningModel"), QStringLiteral("SPOT"));
        scheduling.insert(QStringLiteral("instanceTerminationAction"),
                          spec.spotEnd == SpotEnd::Delete ? QStringLiteral("DELETE") : QStringLiteral("STOP"));
    }
    return scheduling;
}

QJsonObject bootDiskOf(const CreateSpec &spec)
{
    const QJsonObject parameters{
        {QStringLiteral("sourceImage"), QStringLiteral("projects/%1/global/images/family/%2").arg(spec.imageProject, spec.imageFamily)},
        {QStringLiteral("diskType"), inZone(spec, QStringLiteral("diskTypes"), spec.diskType)},
        {QStringLiteral("diskSizeGb"), QString::number(spec.diskSizeGb)},
        {QStringLiteral("labels"), writeMap(labelsOf(spec))},
    };
    return {{QStringLiteral("boot"), true},
            {QStringLiteral("autoDelete"), true},
            {QStringLiteral("type"), QStringLiteral("PERSISTENT")},
            {QStringLiteral("initializeParams"), parameters}};
}

QJsonObject networkInterfaceOf(const CreateSpec &spec)
{
    QJsonObject network;
    if (!spec.network.isEmpty() || spec.subnetwork.isEmpty())
        network.insert(QStringLiteral("network"), QStringLiteral("global/networks/") + (spec.network.isEmpty() ? QStringLiteral("default") : spec.network));
    if (!spec.subnetwork.isEmpty())
        network.insert(QStringLiteral("subnetwork"), QStringLiteral("regions/%1/subnetworks/%2").arg(spec.ref.zone.section(QLatin1Char('-'), 0, -2), spec.subnetwork));
    if (spec.externalAddress) {
        network.insert(QStringLiteral("accessConfigs"),
                       QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("External NAT")},
                                              {QStringLiteral("type"), QStringLiteral("ONE_TO_ONE_NAT")}}});
    }
    return network;
}

} // namespace

QJsonObject insertBody(const CreateSpec &spec)
{
    QMap<QString, QString> metadata = spec.metadata;
    // Host keys are published at the first boot only, so this cannot be switched on later.
    metadata.insert(QStringLiteral("enable-guest-attributes"), QStringLiteral("TRUE"));

    QJsonObject body{
        {QStringLiteral("name"), spec.ref.name},
        {QStringLiteral("machineType"), inZone(spec, QStringLiteral("machineTypes"), spec.machineType)},
        {QStringLiteral("scheduling"), schedulingOf(spec)},
        {QStringLiteral("disks"), QJsonArray{bootDiskOf(spec)}},
        {QStringLiteral("networkInterfaces"), QJsonArray{networkInterfaceOf(spec)}},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("items"), metadataToItems(metadata)}}},
        {QStringLiteral("labels"), writeMap(labelsOf(spec))},
    };
    if (!spec.minCpuPlatform.isEmpty())
        body.insert(QStringLiteral("minCpuPlatform"), spec.minCpuPlatform);
    if (!spec.machineTypeHasGpu && spec.acceleratorCount > 0) {
        body.insert(QStringLiteral("guestAccelerators"),
                    QJsonArray{QJsonObject{
                        {QStringLiteral("acceleratorType"), inZone(spec, QStringLiteral("acceleratorTypes"), spec.acceleratorType)},
                        {QStringLiteral("acceleratorCount"), spec.acceleratorCount}}});
    }
    if (!spec.scopes.isEmpty()) {
        body.insert(QStringLiteral("serviceAccounts"),
                    QJsonArray{QJsonObject{{QStringLiteral("email"), QStringLiteral("default")},
                                           {QStringLiteral("scopes"), QJsonArray::fromStringList(spec.scopes)}}});
    }
    return body;
}

QString instanceNameProblem(const QString &name)
{
    static const QRegularExpression strange(QStringLiteral("[^-a-z0-9]"));
    if (name.isEmpty())
        return InstanceSpecText::tr("The name is empty.");
    if (name.size() > 63)
        return InstanceSpecText::tr("The name has %1 characters; at most 63 are allowed.").arg(name.size());
    const auto match = strange.match(name);
    if (match.hasMatch()) {
        const QString found = match.captured();
        if (found.at(0).isUpper())
            return InstanceSpecText::tr("“%1” is a capital letter; only small letters, digits and hyphens are allowed.").arg(found);
        if (found.at(0).isSpace())
            return InstanceSpecText::tr("The name contains a space; use a hyphen instead.");
        return InstanceSpecText::tr("“%1” is not allowed; use small letters a–z, digits and hyphens.").arg(found);
    }
    if (name.at(0) < QLatin1Char('a'))
        return InstanceSpecText::tr("The name must begin with a small letter, not with “%1”.").arg(name.at(0));
    if (name.endsWith(QLatin1Char('-')))
        return InstanceSpecText::tr("The name must not end with a hyphen.");
    return {};
}

QString labelProblem(const QString &key, const QString &value)
{
    static const QRegularExpression keyRule(QStringLiteral("\\A[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}\\z"),
                                            QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression valueRule(QStringLiteral("\\A[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}\\z"),
                                              QRegularExpression::UseUnicodePropertiesOption);
    if (key.isEmpty())
        return InstanceSpecText::tr("A label needs a name.");
    if (key.size() > 63)
        return InstanceSpecText::tr("The label name “%1” has more than 63 characters.").arg(key);
    if (value.size() > 63)
        return InstanceSpecText::tr("The value of the label “%1” has more than 63 characters.").arg(key);
    if (!keyRule.match(key).hasMatch())
        return InstanceSpecText::tr("The label name “%1” must begin with a small letter and may hold small letters, digits, _ and -.").arg(key);
    if (!valueRule.match(value).hasMatch())
        return InstanceSpecText::tr("The value “%1” of the label “%2” may hold small letters, digits, _ and - only.").arg(value, key);
    return {};
}

} // namespace nimbook::cloud
