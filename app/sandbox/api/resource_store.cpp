// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/resource_store.h"

#include "sandbox/api/private_file.h"

#include <chrono>

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

const QString privateKey = QStringLiteral("_sandbox");

} // namespace

ResourceStore::ResourceStore(QObject *parent) : QObject(parent)
{
    m_saveSoon.setSingleShot(true);
    m_saveSoon.setInterval(500ms);
    connect(&m_saveSoon, &QTimer::timeout, this, &ResourceStore::save);
}

bool ResourceStore::load(const QString &file)
{
    m_file = file;
    const QJsonObject state = readJsonFile(file);
    if (state.value(QLatin1String("version")).toInt() != 1)
        return false;
    m_settings = state.value(QLatin1String("settings")).toObject();
    const QJsonObject collections = state.value(QLatin1String("collections")).toObject();
    for (auto it = collections.begin(); it != collections.end(); ++it) {
        Collection &collection = m_collections[it.key()];
        const QJsonObject resources = it.value().toObject();
        for (auto one = resources.begin(); one != resources.end(); ++one)
            collection.insert(one.key(), one.value().toObject());
    }
    return true;
}

bool ResourceStore::save()
{
    m_saveSoon.stop();
    QJsonObject collections;
    for (auto it = m_collections.cbegin(); it != m_collections.cend(); ++it) {
        QJsonObject resources;
        for (auto one = it.value().cbegin(); one != it.value().cend(); ++one)
            resources[one.key()] = one.value();
        collections[it.key()] = resources;
    }
    QString why;
    if (writePrivateJson(m_file, {{QStringLiteral("version"), 1},
                                  {QStringLiteral("settings"), m_settings},
                                  {QStringLiteral("collections"), collections}}, &why, QJsonDocument::Compact))
        return true;
    qWarning("nimbook-sandbox: %s", qPrintable(why));
    return false;
}

const ResourceStore::Collection &ResourceStore::all(const QString &project, const QString &scope, const QString &collection) const
{
    static const Collection nothing;
    const auto found = m_collections.constFind(ResourcePath{project, scope, collection, {}}.parent());
    return found == m_collections.cend() ? nothing : *found;
}

QMap<QString, ResourceStore::Collection> ResourceStore::inEveryScope(const QString &project, const QString &collection) const
{
    const QString start = QStringLiteral("projects/%1/").arg(project);
    const QString end = QLatin1Char('/') + collection;
    QMap<QString, Collection> found;
    for (auto it = m_collections.cbegin(); it != m_collections.cend(); ++it) {
        if (it.key().startsWith(start) && it.key().endsWith(end) && !it.value().isEmpty())
            found.insert(it.key().mid(start.size()).chopped(end.size()), it.value());
    }
    return found;
}

bool ResourceStore::contains(const ResourcePath &path) const
{
    return all(path.project, path.scope, path.collection).contains(path.name);
}

QJsonObject ResourceStore::get(const ResourcePath &path) const
{
    return all(path.project, path.scope, path.collection).value(path.name);
}

void ResourceStore::put(const ResourcePath &path, const QJsonObject &resource)
{
    m_collections[path.parent()].insert(path.name, resource);
    touch();
}

void ResourceStore::remove(const ResourcePath &path)
{
    m_collections[path.parent()].remove(path.name);
    touch();
}

void ResourceStore::update(const ResourcePath &path, const QJsonObject &fields)
{
    if (!contains(path))
        return;
    QJsonObject &resource = m_collections[path.parent()][path.name];
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (it.value().isUndefined() || it.value().isNull())
            resource.remove(it.key());
        else
            resource[it.key()] = it.value();
    }
    touch();
}

void ResourceStore::updatePrivate(const ResourcePath &path, const QJsonObject &fields)
{
    QJsonObject part = privatePart(get(path));
    for (auto it = fields.begin(); it != fields.end(); ++it)
        part[it.key()] = it.value();
    update(path, {{privateKey, part}});
}

void ResourceStore::setSettings(const QString &key, const QJsonObject &value)
{
    m_settings[key] = value;
    touch();
}

QJsonObject ResourceStore::published(QJsonObject resource)
{
    resource.remove(privateKey);
    return resource;
}

QJsonObject ResourceStore::privatePart(const QJsonObject &resource)
{
    return resource.value(privateKey).toObject();
}

void ResourceStore::touch()
{
    if (!m_file.isEmpty() && !m_saveSoon.isActive())
        m_saveSoon.start();
}

} // namespace nimbook::sandbox
