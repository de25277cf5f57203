// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror_memory.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace nimbook::sync {

namespace {

QJsonObject readMemory(const QString &file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(in.readAll()).object() : QJsonObject();
}

Result<Done> writeMemory(const QString &file, const QJsonObject &memory)
{
    QSaveFile out(file);
    const QByteArray json = QJsonDocument(memory).toJson();
    if (QDir().mkpath(QFileInfo(file).path()) && out.open(QIODevice::WriteOnly) && out.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && out.write(json) == json.size() && out.commit())
        return Done{};
    return failure(ErrorKind::FileSystem, QCoreApplication::translate("nimbook::sync", "Which folders are followed could not be noted in %1: %2.").arg(file, out.errorString()),
                   QCoreApplication::translate("nimbook::sync", "After a restart it has to be asked for again."));
}

QJsonObject toJson(const FollowedPair &pair)
{
    return {{QStringLiteral("direction"), pair.direction == Mirror::Direction::Up ? QStringLiteral("up") : QStringLiteral("down")},
            {QStringLiteral("here"), pair.here},
            {QStringLiteral("there"), pair.there}};
}

QList<FollowedPair> pairsFrom(const QJsonValue &value)
{
    QList<FollowedPair> pairs;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &each : array) {
        const FollowedPair pair{each[u"direction"].toString() == u"up" ? Mirror::Direction::Up : Mirror::Direction::Down, each[u"here"].toString(), each[u"there"].toString()};
        if (QDir::isAbsolutePath(pair.here) && pair.there.startsWith(u'/') && !pairs.contains(pair))
            pairs.append(pair);
    }
    return pairs;
}

Result<Done> keepPairs(const QString &file, QJsonObject memory, const QString &machineKey, const QList<FollowedPair> &pairs)
{
    QJsonArray array;
    for (const FollowedPair &pair : pairs)
        array.append(toJson(pair));
    if (array.isEmpty())
        memory.remove(machineKey);
    else
        memory.insert(machineKey, array);
    return writeMemory(file, memory);
}

} // namespace

QStringList MirrorMemory::machines() const
{
    return readMemory(m_file).keys();
}

QList<FollowedPair> MirrorMemory::of(const QString &machineKey) const
{
    return pairsFrom(readMemory(m_file).value(machineKey));
}

Result<Done> MirrorMemory::remember(const QString &machineKey, const FollowedPair &pair)
{
    const QJsonObject memory = readMemory(m_file);
    QList<FollowedPair> pairs = pairsFrom(memory.value(machineKey));
    if (pairs.contains(pair))
        return Done{};
    return keepPairs(m_file, memory, machineKey, pairs << pair);
}

Result<Done> MirrorMemory::forget(const QString &machineKey, const FollowedPair &pair)
{
    const QJsonObject memory = readMemory(m_file);
    QList<FollowedPair> pairs = pairsFrom(memory.value(machineKey));
    if (pairs.removeAll(pair) == 0)
        return Done{};
    return keepPairs(m_file, memory, machineKey, pairs);
}

} // namespace nimbook::sync
