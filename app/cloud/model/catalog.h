// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace nimbook::cloud {

struct Project {
    QString id;
    QString name; ///< display name; may equal the id
    bool active = true;
    bool operator==(const Project &) const = default;
    static Project fromJson(const QJsonObject &json); ///< Resource Manager v1 and v3 shapes
};

struct Zone {
    QString name;
    QString region;
    bool up = true;
    QStringList cpuPlatforms; ///< what may be asked for as the oldest processor
    bool operator==(const Zone &) const = default;
    static Zone fromJson(const QJsonObject &json);
};

struct Quota {
    QString metric;
    double limit = 0;
    double usage = 0;
    bool operator==(const Quota &) const = default;
};

QList<Quota> quotasFrom(const QJsonValue &list); ///< of regions.get and projects.get

struct Region {
    QString name;
    QList<Quota> quotas; ///< a metric that is absent is unknown, not zero
    bool operator==(const Region &) const = default;
    static Region fromJson(const QJsonObject &json);
};

struct MachineType {
    QString name;
    QString zone;
    int guestCpus = 0;
    qint64 memoryMb = 0;
    QString acceleratorType; ///< fixed by the machine type (A2, A3, G2 …), else empty
    int acceleratorCount = 0;
    bool operator==(const MachineType &) const = default;
    static MachineType fromJson(const QJsonObject &json);
};

struct AcceleratorType {
    QString name;
    QString zone;
    QString description;
    int maximumCardsPerInstance = 0;
    bool operator==(const AcceleratorType &) const = default;
    static AcceleratorType fromJson(const QJsonObject &json);
};

struct DiskType {
    QString name;
    QString zone;
    QString description;
    qint64 defaultSizeGb = 0;
    bool operator==(const DiskType &) const = default;
    static DiskType fromJson(const QJsonObject &json);
};

struct Image {
    QString name;
    QString family;
    QString project;
    QString description;
    qint64 diskSizeGb = 0;
    bool operator==(const Image &) const = default;
    static Image fromJson(const QJsonObject &json);
};

struct Disk {
    QString name;
    QString zone;
    QStringList users; ///< names of the machines it is attached to
    QMap<QString, QString> labels;
    bool operator==(const Disk &) const = default;
    static Disk fromJson(const QJsonObject &json);
};

/// The last segment of a full or partial resource URL: ".../zones/us-central1-a" → "us-central1-a".
QString resourceName(const QString &url);

} // namespace nimbook::cloud
