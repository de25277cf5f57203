// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/guest_attribute_store.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>
#include <tuple>

namespace nimbook::sandbox {

GuestAttributeStore::GuestAttributeStore(QString path)
    : m_path(std::move(path))
{
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return; // a new machine
    const QJsonArray saved = QJsonDocument::fromJson(file.readAll()).array();
    for (const QJsonValue &value : saved) {
        const QJsonObject item = value.toObject();
        m_attributes.append({item.value(QLatin1String("namespace")).toString(), item.value(QLatin1String("key")).toString(),
                             item.value(QLatin1String("value")).toString()});
    }
}

const GuestAttribute *GuestAttributeStore::find(const QString &nameSpace, const QString &key) const
{
    const auto it = std::find_if(m_attributes.cbegin(), m_attributes.cend(), [&](const GuestAttribute &attribute) {
        return attribute.nameSpace == nameSpace && attribute.key == key;
    });
    return it == m_attributes.cend() ? nullptr : &*it;
}

bool GuestAttributeStore::put(const GuestAttribute &attribute)
{
    m_attributes.removeIf([&](const GuestAttribute &old) { return old.nameSpace == attribute.nameSpace && old.key == attribute.key; });
    m_attributes.append(attribute);
    std::sort(m_attributes.begin(), m_attributes.end(), [](const GuestAttribute &left, const GuestAttribute &right) {
        return std::tie(left.nameSpace, left.key) < std::tie(right.nameSpace, right.key);
    });
    return save();
}

bool GuestAttributeStore::remove(const QString &nameSpace, const QString &key)
{
    m_attributes.removeIf([&](const GuestAttribute &old) { return old.nameSpace == nameSpace && old.key == key; });
    return save();
}

bool GuestAttributeStore::save() const
{
    QJsonArray items;
    for (const GuestAttribute &attribute : m_attributes)
        items.append(QJsonObject{{QStringLiteral("namespace"), attribute.nameSpace},
                                 {QStringLiteral("key"), attribute.key},
                                 {QStringLiteral("value"), attribute.value}});
    QSaveFile file(m_path);
    return file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(items).toJson(QJsonDocument::Compact)) >= 0 && file.commit();
}

} // namespace nimbook::sandbox
