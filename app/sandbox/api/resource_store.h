// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QMap>
#include <QObject>
#include <QTimer>

namespace nimbook::sandbox {

/// Where a resource lives: "projects/vision-lab/zones/us-central1-a/instances/trainer-1" in pieces.
struct ResourcePath {
    QString project;
    QString scope;      ///< "zones/us-central1-a", "regions/us-central1", "global"
    QString collection; ///< "instances", "disks", "operations"
    QString name;

    QString parent() const { return QStringLiteral("projects/%1/%2/%3").arg(project, scope, collection); }
    QString toString() const { return parent() + QLatin1Char('/') + name; }
    bool operator==(const ResourcePath &) const = default;
};

/// Everything that was made in the sandbox, in Google's own JSON shape, kept in one file.
///
/// What only the sandbox knows of a resource (its loopback address, the request that made it) lies under the key
/// "_sandbox" inside it and never leaves by published().
class ResourceStore : public QObject {
    Q_OBJECT
public:
    using Collection = QMap<QString, QJsonObject>;

    explicit ResourceStore(QObject *parent = nullptr);

    bool load(const QString &file); ///< false: there was none, or it is no state of ours
    bool save();
    void blockSaving() { m_file.clear(); } ///< from now on changes are forgotten

    const Collection &all(const QString &project, const QString &scope, const QString &collection) const;
    QMap<QString, Collection> inEveryScope(const QString &project, const QString &collection) const;
    bool contains(const ResourcePath &path) const;
    QJsonObject get(const ResourcePath &path) const; ///< empty when there is none
    void put(const ResourcePath &path, const QJsonObject &resource);
    void remove(const ResourcePath &path);

    /// Changes single fields; does nothing when the resource is gone.
    void update(const ResourcePath &path, const QJsonObject &fields);
    void updatePrivate(const ResourcePath &path, const QJsonObject &fields);

    /// Things that are no resources: counters, project settings. Saved with the rest.
    QJsonObject settings(const QString &key) const { return m_settings.value(key).toObject(); }
    void setSettings(const QString &key, const QJsonObject &value);

    static QJsonObject published(QJsonObject resource);
    static QJsonObject privatePart(const QJsonObject &resource);

private:
    void touch();

    QString m_file;
    QHash<QString, Collection> m_collections; ///< by ResourcePath::parent()
    QJsonObject m_settings;
    QTimer m_saveSoon;
};

} // namespace nimbook::sandbox
