// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/catalog.h"

#include "cloud/model/json_reading.h"

#include <QRegularExpression>

namespace nimbook::cloud {

QString resourceName(const QString &url)
{
    return url.mid(url.lastIndexOf(QLatin1Char('/')) + 1);
}

Project Project::fromJson(const QJsonObject &json)
{
    Project project;
    project.id = json.value(QStringLiteral("projectId")).toString();
    // v3: displayName and state; v1: name and lifecycleState. In v3 "name" is "projects/123".
    const bool isV1 = json.contains(QStringLiteral("lifecycleState")) || json.contains(QStringLiteral("projectNumber"));
    project.name = json.value(isV1 ? QStringLiteral("name") : QStringLiteral("displayName")).toString();
    if (project.name.isEmpty())
        project.name = project.id;
    const QString state = json.value(isV1 ? QStringLiteral("lifecycleState") : QStringLiteral("state")).toString();
    project.active = state.isEmpty() || state == QLatin1String("ACTIVE");
    return project;
}

Zone Zone::fromJson(const QJsonObject &json)
{
    Zone zone;
    zone.name = json.value(QStringLiteral("name")).toString();
    zone.region = resourceName(json.value(QStringLiteral("region")).toString());
    if (zone.region.isEmpty())
        zone.region = zone.name.section(QLatin1Char('-'), 0, -2);
    zone.up = json.value(QStringLiteral("status")).toString() != QLatin1String("DOWN");
    const QJsonArray platforms = json.value(QStringLiteral("availableCpuPlatforms")).toArray();
    for (const QJsonValue &platform : platforms)
        zone.cpuPlatforms.append(platform.toString());
    return zone;
}

QList<Quota> quotasFrom(const QJsonValue &list)
{
    QList<Quota> quotas;
    const QJsonArray array = list.toArray();
    for (const QJsonValue &value : array) {
        const QJsonObject quota = value.toObject();
        quotas.append({quota.value(QStringLiteral("metric")).toString(), quota.value(QStringLiteral("limit")).toDouble(),
                       quota.value(QStringLiteral("usage")).toDouble()});
    }
    return quotas;
}

Region Region::fromJson(const QJsonObject &json)
{
    Region region;
    region.name = json.value(QStringLiteral("name")).toString();
    region.quotas = quotasFrom(json.value(QStringLiteral("quotas")));
    return region;
}

MachineType MachineType::fromJson(const QJsonObject &json)
{
    MachineType type;
    type.name = json.value(QStringLiteral("name")).toString();
    type.zone = resourceName(json.value(QStringLiteral("zone")).toString());
    type.guestCpus = json.value(QStringLiteral("guestCpus")).toInt();
    type.memoryMb = readInt64(json.value(QStringLiteral("memoryMb")));
    const QJsonObject accelerator = json.value(QStringLiteral("accelerators")).toArray().first().toObject();
    type.acceleratorType = resourceName(accelerator.value(QStringLiteral("guestAcceleratorType")).toString());
    type.acceleratorCount = accelerator.value(QStringLiteral("guestAcceleratorCount")).toInt();
    return type;
}

AcceleratorType AcceleratorType::fromJson(const QJsonObject &json)
{
    AcceleratorType type;
    type.name = json.value(QStringLiteral("name")).toString();
    type.zone = resourceName(json.value(QStringLiteral("zone")).toString());
    type.description = json.value(QStringLiteral("description")).toString();
    type.maximumCardsPerInstance = json.value(QStringLiteral("maximumCardsPerInstance")).toInt();
    return type;
}

DiskType DiskType::fromJson(const QJsonObject &json)
{
    DiskType type;
    type.name = json.value(QStringLiteral("name")).toString();
    type.zone = resourceName(json.value(QStringLiteral("zone")).toString());
    type.description = json.value(QStringLiteral("description")).toString();
    type.defaultSizeGb = readInt64(json.value(QStringLiteral("defaultDiskSizeGb")));
    return type;
}

Image Image::fromJson(const QJsonObject &json)
{
    Image image;
    image.name = json.value(QStringLiteral("name")).toString();
    image.family = json.value(QStringLiteral("family")).toString();
    static const QRegularExpression projectInLink(QStringLiteral("projects/([^/]+)/global/images/"));
    image.project = projectInLink.match(json.value(QStringLiteral("selfLink")).toString()).captured(1);
    image.description = json.value(QStringLiteral("description")).toString();
    image.diskSizeGb = readInt64(json.value(QStringLiteral("diskSizeGb")));
    return image;
}

Disk Disk::fromJson(const QJsonObject &json)
{
    Disk disk;
    disk.name = json.value(QStringLiteral("name")).toString();
    disk.zone = resourceName(json.value(QStringLiteral("zone")).toString());
    disk.labels = readMap(json.value(QStringLiteral("labels")));
    const QJsonArray users = json.value(QStringLiteral("users")).toArray();
    for (const QJsonValue &user : users)
        disk.users.append(resourceName(user.toString()));
    return disk;
}

} // namespace nimbook::cloud
