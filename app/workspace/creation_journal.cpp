// SPDX-License-Identifier: Apache-2.0
#include "workspace/creation_journal.h"

#include "base/logging.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>

namespace nimbook::workspace {

namespace {

QString notePath(const QString &folder, const QString &id)
{
    return QDir(folder).filePath(id + QStringLiteral(".json"));
}

QString lockPath(const QString &notePath)
{
    return notePath + QStringLiteral(".lock");
}

QJsonObject creationToJson(const Creation &creation)
{
    QJsonArray attempts;
    for (const auto &attempt : creation.attempts)
        attempts.append(QJsonObject{{QStringLiteral("zone"), attempt.zone}, {QStringLiteral("requestId"), attempt.requestId}});
    return {{QStringLiteral("id"), creation.id},
            {QStringLiteral("account"), creation.account},
            {QStringLiteral("project"), creation.project},
            {QStringLiteral("name"), creation.name},
            {QStringLiteral("began"), creation.began.toString(Qt::ISODateWithMs)},
            {QStringLiteral("attempts"), attempts}};
}

Creation creationFromJson(const QJsonObject &json)
{
    Creation creation;
    creation.id = json.value(QLatin1String("id")).toString();
    creation.account = json.value(QLatin1String("account")).toString();
    creation.project = json.value(QLatin1String("project")).toString();
    creation.name = json.value(QLatin1String("name")).toString();
    creation.began = QDateTime::fromString(json.value(QLatin1String("began")).toString(), Qt::ISODateWithMs);
    const auto attempts = json.value(QLatin1String("attempts")).toArray();
    for (const auto &attempt : attempts) {
        creation.attempts.append({attempt.toObject().value(QLatin1String("zone")).toString(),
                                  attempt.toObject().value(QLatin1String("requestId")).toString()});
    }
    return creation;
}

} // namespace

CreationNote::CreationNote(const QString &folder, Creation creation)
    : m_path(notePath(folder, creation.id)), m_creation(std::move(creation)), m_lock(lockPath(m_path))
{
    QDir().mkpath(folder);
    m_lock.setStaleLockTime(0); // a creation may go on asking for hours; only its process's death frees the note
    m_lock.tryLock(0);
}

CreationNote::~CreationNote() = default;

void CreationNote::add(const Creation::Attempt &attempt)
{
    m_creation.attempts.append(attempt);
    QSaveFile file(m_path);
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(QJsonDocument(creationToJson(m_creation)).toJson(QJsonDocument::Compact)) > 0 && file.commit();
    if (!written)
        qCWarning(lcWorkspace) << "cannot note the creation of" << m_creation.name << ":" << file.errorString();
}

void CreationNote::forget()
{
    QFile::remove(m_path);
    m_lock.unlock();
}

std::unique_ptr<CreationNote> CreationJournal::begin(const QString &account, const QString &project, const QString &name) const
{
    Creation creation{QUuid::createUuid().toString(QUuid::WithoutBraces), account, project, name, QDateTime::currentDateTimeUtc(), {}};
    return std::make_unique<CreationNote>(m_folder, std::move(creation));
}

QList<Creation> CreationJournal::leftovers(const QString &account, const QString &project) const
{
    QList<Creation> found;
    const QDir folder(m_folder);
    const auto names = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Time | QDir::Reversed);
    for (const QString &name : names) {
        QLockFile lock(lockPath(folder.filePath(name)));
        lock.setStaleLockTime(0);
        QFile file(folder.filePath(name));
        if (!lock.tryLock(0) || !file.open(QIODevice::ReadOnly))
            continue;
        const Creation creation = creationFromJson(QJsonDocument::fromJson(file.readAll()).object());
        if (creation.account == account && creation.project == project && !creation.id.isEmpty())
            found.append(creation);
    }
    return found;
}

void CreationJournal::forget(const QString &id) const
{
    QFile::remove(notePath(m_folder, id));
}

} // namespace nimbook::workspace
