// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QStringList>

#include <optional>

namespace nimbook::sandbox {

/// What Google offers, where: read from the data files in app/sandbox/seed (they name date and source).
class Catalogue {
public:
    struct AttachRule { ///< what a machine may have at most with that many cards
        int cpus = 0;
        double memoryGb = 0;
    };

    Catalogue();

    QStringList zones() const { return m_zones; }
    QStringList regions() const { return m_regions; }
    QStringList zonesOf(const QString &region) const;
    QStringList allScopes() const; ///< "zones/…" and "regions/…": what an aggregated answer is made of

    QJsonObject zone(const QString &project, const QString &name) const;
    QJsonObject region(const QString &project, const QString &name, const QMap<QString, double> &usage) const;
    QJsonArray projectQuotas(const QMap<QString, double> &usage) const;
    double regionLimit(const QString &metric) const { return limitOf("region", metric); }
    double projectLimit(const QString &metric) const { return limitOf("project", metric); }

    QList<QJsonObject> machineTypes(const QString &project, const QString &zone) const;
    QList<QJsonObject> acceleratorTypes(const QString &project, const QString &zone) const;
    QList<QJsonObject> diskTypes(const QString &project, const QString &zone) const;
    QList<QJsonObject> images(const QString &project) const;
    std::optional<QJsonObject> imageOfFamily(const QString &project, const QString &family) const;
    bool isImageProject(const QString &project) const { return m_images.contains(project); }

    QString quotaMetricOf(const QString &accelerator) const; ///< "NVIDIA_T4_GPUS"; empty when regions.get has none
    QStringList zonesWith(const QString &accelerator) const;
    std::optional<AttachRule> attachRule(const QString &accelerator, int count) const; ///< for N1
    bool isAttachable(const QString &accelerator) const;
    bool takesOnlyHyperdisk(const QString &machineType) const;

    static std::optional<QJsonObject> named(const QList<QJsonObject> &list, const QString &name);

private:
    double limitOf(const char *kind, const QString &metric) const;
    QJsonArray quotas(const char *kind, const QMap<QString, double> &usage) const;

    QStringList m_zones;
    QStringList m_regions;
    QHash<QString, QList<QJsonObject>> m_machineTypes; ///< by zone, as in the data file
    QList<QJsonObject> m_accelerators;
    QList<QJsonObject> m_diskTypes;
    QStringList m_hyperdiskOnly;
    QHash<QString, QList<QJsonObject>> m_images; ///< by project
    QJsonObject m_quotas;
};

} // namespace nimbook::sandbox
