// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/catalogue.h"

#include "sandbox/api/google_words.h"
#include "sandbox/api/private_file.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QtEndian>

namespace nimbook::sandbox {

namespace {

// Types and zones carry the epoch on the Pacific coast as their creation time in the real answers, too.
const QString typeCreationTime = QStringLiteral("1969-12-31T16:00:00.000-08:00");

QJsonObject seed(const QString &name)
{
    return readJsonFile(QStringLiteral(":/sandbox/%1.json").arg(name));
}

QString stableId(const QString &path)
{
    const QByteArray digest = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha256);
    return QString::number(qFromBigEndian<quint64>(digest.constData()) % 9'000'000'000'000'000'000ULL + 1000);
}

QJsonObject resource(const QString &kind, const QString &parent, const QString &name)
{
    const QString path = parent + QLatin1Char('/') + name;
    return {{QStringLiteral("kind"), QLatin1String("compute#") + kind},
            {QStringLiteral("id"), stableId(path)},
            {QStringLiteral("name"), name},
            {QStringLiteral("creationTimestamp"), typeCreationTime},
            {QStringLiteral("selfLink"), link(path)}};
}

QString inZone(const QString &project, const QString &zone, const char *collection)
{
    return QStringLiteral("projects/%1/zones/%2/%3").arg(project, zone, QLatin1String(collection));
}

} // namespace

Catalogue::Catalogue()
{
    for (const QJsonValue &zone : seed(QStringLiteral("zones")).value(QLatin1String("zones")).toArray()) {
        m_zones << zone.toString();
        if (!m_regions.contains(regionOfZone(zone.toString())))
            m_regions << regionOfZone(zone.toString());
    }
    for (const QJsonValue &group : seed(QStringLiteral("machine_types")).value(QLatin1String("groups")).toArray()) {
        for (const QJsonValue &zone : group.toObject().value(QLatin1String("zones")).toArray()) {
            for (const QJsonValue &type : group.toObject().value(QLatin1String("types")).toArray())
                m_machineTypes[zone.toString()].append(type.toObject());
        }
    }
    for (const QJsonValue &type : seed(QStringLiteral("accelerators")).value(QLatin1String("accelerators")).toArray())
        m_accelerators.append(type.toObject());
    const QJsonObject disks = seed(QStringLiteral("disk_types"));
    for (const QJsonValue &type : disks.value(QLatin1String("diskTypes")).toArray())
        m_diskTypes.append(type.toObject());
    for (const QJsonValue &series : disks.value(QLatin1String("hyperdiskOnlySeries")).toArray())
        m_hyperdiskOnly << series.toString();
    for (const QJsonValue &value : seed(QStringLiteral("images")).value(QLatin1String("images")).toArray()) {
        const QJsonObject image = value.toObject();
        const QString project = image.value(QLatin1String("project")).toString();
        QJsonObject shown = resource(QStringLiteral("image"), QStringLiteral("projects/%1/global/images").arg(project),
                                     image.value(QLatin1String("name")).toString());
        for (const char *field : {"family", "diskSizeGb", "description"})
            shown[QLatin1String(field)] = image.value(QLatin1String(field));
        shown[QStringLiteral("status")] = QStringLiteral("READY");
        shown[QStringLiteral("architecture")] = QStringLiteral("X86_64");
        shown[QStringLiteral("sourceType")] = QStringLiteral("RAW");
        shown[QStringLiteral("creationTimestamp")] = QStringLiteral("2026-07-10T09:12:31.482-07:00");
        m_images[project].append(shown);
    }
    m_quotas = seed(QStringLiteral("quotas"));
}

QStringList Catalogue::zonesOf(const QString &region) const
{
    return m_zones.filter(QRegularExpression(QStringLiteral("\\A%1-[a-z]\\z").arg(QRegularExpression::escape(region))));
}

QStringList Catalogue::allScopes() const
{
    QStringList scopes;
    for (const QString &region : m_regions)
        scopes << QStringLiteral("regions/") + region;
    for (const QString &zone : m_zones)
        scopes << QStringLiteral("zones/") + zone;
    return scopes;
}

QJsonObject Catalogue::zone(const QString &project, const QString &name) const
{
    QJsonObject shown = resource(QStringLiteral("zone"), QStringLiteral("projects/%1/zones").arg(project), name);
    shown[QStringLiteral("description")] = name;
    shown[QStringLiteral("status")] = QStringLiteral("UP");
    shown[QStringLiteral("region")] = link(QStringLiteral("projects/%1/regions/%2").arg(project, regionOfZone(name)));
    shown[QStringLiteral("availableCpuPlatforms")] = QJsonArray{QStringLiteral("Intel Broadwell"), QStringLiteral("Intel Skylake"),
                                                                QStringLiteral("Intel Cascade Lake")};
    return shown;
}

QJsonObject Catalogue::region(const QString &project, const QString &name, const QMap<QString, double> &usage) const
{
    QJsonObject shown = resource(QStringLiteral("region"), QStringLiteral("projects/%1/regions").arg(project), name);
    shown[QStringLiteral("description")] = name;
    shown[QStringLiteral("status")] = QStringLiteral("UP");
    QJsonArray zones;
    for (const QString &zone : zonesOf(name))
        zones.append(link(QStringLiteral("projects/%1/zones/%2").arg(project, zone)));
    shown[QStringLiteral("zones")] = zones;
    shown[QStringLiteral("quotas")] = quotas("region", usage);
    return shown;
}

QJsonArray Catalogue::projectQuotas(const QMap<QString, double> &usage) const
{
    return quotas("project", usage);
}

QJsonArray Catalogue::quotas(const char *kind, const QMap<QString, double> &usage) const
{
    QJsonArray out;
    for (const QJsonValue &quota : m_quotas.value(QLatin1String(kind)).toArray()) {
        const QString metric = quota.toObject().value(QLatin1String("metric")).toString();
        out.append(QJsonObject{{QStringLiteral("metric"), metric},
                               {QStringLiteral("limit"), quota.toObject().value(QLatin1String("limit"))},
                               {QStringLiteral("usage"), usage.value(metric)}});
    }
    return out;
}

double Catalogue::limitOf(const char *kind, const QString &metric) const
{
    for (const QJsonValue &quota : m_quotas.value(QLatin1String(kind)).toArray()) {
        if (quota.toObject().value(QLatin1String("metric")).toString() == metric)
            return quota.toObject().value(QLatin1String("limit")).toDouble();
    }
    return 0;
}

QList<QJsonObject> Catalogue::machineTypes(const QString &project, const QString &zone) const
{
    QList<QJsonObject> out;
    for (const QJsonObject &type : m_machineTypes.value(zone)) {
        const QString name = type.value(QLatin1String("name")).toString();
        const int cpus = type.value(QLatin1String("cpus")).toInt();
        const int memoryMb = type.value(QLatin1String("memoryMb")).toInt();
        QJsonObject shown = resource(QStringLiteral("machineType"), inZone(project, zone, "machineTypes"), name);
        // A part of a GPU is told in words alone: the count below is 1 for it as well.
        shown[QStringLiteral("description")] = type.value(QLatin1String("description")).toString(QStringLiteral("%1 vCPUs, %2 GB RAM").arg(cpus).arg(memoryMb / 1024.0));
        shown[QStringLiteral("guestCpus")] = cpus;
        shown[QStringLiteral("memoryMb")] = memoryMb;
        shown[QStringLiteral("isSharedCpu")] = type.value(QLatin1String("shared")).toBool();
        shown[QStringLiteral("maximumPersistentDisks")] = 128;
        shown[QStringLiteral("maximumPersistentDisksSizeGb")] = QStringLiteral("263168");
        shown[QStringLiteral("architecture")] = QStringLiteral("X86_64");
        shown[QStringLiteral("zone")] = zone; // a bare name here, a URL elsewhere: so it is in the real answers
        const QJsonObject gpu = type.value(QLatin1String("gpu")).toObject();
        if (!gpu.isEmpty())
            shown[QStringLiteral("accelerators")] = QJsonArray{QJsonObject{{QStringLiteral("guestAcceleratorType"), gpu.value(QLatin1String("type"))},
                                                                           {QStringLiteral("guestAcceleratorCount"), gpu.value(QLatin1String("count"))}}};
        out.append(shown);
    }
    return out;
}

QList<QJsonObject> Catalogue::acceleratorTypes(const QString &project, const QString &zone) const
{
    QList<QJsonObject> out;
    for (const QJsonObject &type : m_accelerators) {
        if (!type.value(QLatin1String("zones")).toArray().contains(zone))
            continue;
        QJsonObject shown = resource(QStringLiteral("acceleratorType"), inZone(project, zone, "acceleratorTypes"),
                                     type.value(QLatin1String("name")).toString());
        shown[QStringLiteral("description")] = type.value(QLatin1String("description"));
        shown[QStringLiteral("maximumCardsPerInstance")] = type.value(QLatin1String("maximumCards"));
        shown[QStringLiteral("zone")] = link(QStringLiteral("projects/%1/zones/%2").arg(project, zone));
        out.append(shown);
    }
    return out;
}

QList<QJsonObject> Catalogue::diskTypes(const QString &project, const QString &zone) const
{
    QList<QJsonObject> out;
    for (const QJsonObject &type : m_diskTypes) {
        QJsonObject shown = resource(QStringLiteral("diskType"), inZone(project, zone, "diskTypes"), type.value(QLatin1String("name")).toString());
        for (const char *field : {"description", "validDiskSize", "defaultDiskSizeGb"})
            shown[QLatin1String(field)] = type.value(QLatin1String(field));
        shown[QStringLiteral("zone")] = link(QStringLiteral("projects/%1/zones/%2").arg(project, zone));
        out.append(shown);
    }
    return out;
}

QList<QJsonObject> Catalogue::images(const QString &project) const
{
    return m_images.value(project);
}

std::optional<QJsonObject> Catalogue::imageOfFamily(const QString &project, const QString &family) const
{
    for (const QJsonObject &image : m_images.value(project)) {
        if (image.value(QLatin1String("family")).toString() == family)
            return image;
    }
    return {};
}

QString Catalogue::quotaMetricOf(const QString &accelerator) const
{
    return named(m_accelerators, accelerator).value_or(QJsonObject()).value(QLatin1String("quota")).toString();
}

QStringList Catalogue::zonesWith(const QString &accelerator) const
{
    QStringList zones;
    for (const QJsonValue &zone : named(m_accelerators, accelerator).value_or(QJsonObject()).value(QLatin1String("zones")).toArray())
        zones << zone.toString();
    return zones;
}

std::optional<Catalogue::AttachRule> Catalogue::attachRule(const QString &accelerator, int count) const
{
    const QJsonObject rules = named(m_accelerators, accelerator).value_or(QJsonObject()).value(QLatin1String("attach")).toObject();
    const QJsonObject rule = rules.value(QString::number(count)).toObject();
    if (rule.isEmpty())
        return {};
    return AttachRule{rule.value(QLatin1String("cpus")).toInt(), rule.value(QLatin1String("memoryGb")).toDouble()};
}

bool Catalogue::isAttachable(const QString &accelerator) const
{
    return named(m_accelerators, accelerator).value_or(QJsonObject()).contains(QLatin1String("attach"));
}

bool Catalogue::takesOnlyHyperdisk(const QString &machineType) const
{
    return m_hyperdiskOnly.contains(machineType.section(QLatin1Char('-'), 0, 0));
}

std::optional<QJsonObject> Catalogue::named(const QList<QJsonObject> &list, const QString &name)
{
    for (const QJsonObject &resource : list) {
        if (resource.value(QLatin1String("name")).toString() == name)
            return resource;
    }
    return {};
}

} // namespace nimbook::sandbox
