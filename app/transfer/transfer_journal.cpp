// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_journal.h"

#include "base/logging.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace nimbook::transfer {
namespace {

constexpr int journalVersion = 1;

QJsonArray toJson(const QList<QByteArray> &paths)
{
    QJsonArray array;
    for (const QByteArray &path : paths)
        array.append(QString::fromLatin1(path.toBase64())); // a name need not be UTF-8
    return array;
}

QList<QByteArray> pathsFrom(const QJsonValue &value)
{
    QList<QByteArray> paths;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &path : array)
        paths.append(QByteArray::fromBase64(path.toString().toLatin1()));
    return paths;
}

QJsonArray toJson(const QList<std::optional<PlaceBefore>> &places)
{
    QJsonArray array;
    for (const auto &before : places)
        array.append(before ? QJsonValue(QJsonArray{before->size, before->modified}) : QJsonValue());
    return array;
}

QList<std::optional<PlaceBefore>> placesFrom(const QJsonValue &value)
{
    QList<std::optional<PlaceBefore>> places;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &each : array)
        places.append(each.isArray() ? std::optional(PlaceBefore{each[0].toInteger(-1), each[1].toInteger()}) : std::nullopt);
    return places;
}

QString directionWord(Transfer::Direction direction)
{
    switch (direction) {
    case Transfer::Direction::Upload: return QStringLiteral("upload");
    case Transfer::Direction::Download: return QStringLiteral("download");
    case Transfer::Direction::Copy: return QStringLiteral("copy");
    }
    return {};
}

QJsonArray toJson(const QList<Error> &errors)
{
    QJsonArray array;
    for (const Error &error : errors.first(std::min(errors.size(), JournalEntry::mostErrors)))
        array.append(QJsonObject{{QStringLiteral("message"), error.message}, {QStringLiteral("nextStep"), error.nextStep}});
    return array;
}

QList<Error> errorsFrom(const QJsonArray &array)
{
    QList<Error> errors;
    for (const QJsonValue &error : array)
        errors.append({ErrorKind::FileSystem, error[QStringLiteral("message")].toString(), error[QStringLiteral("nextStep")].toString(), {}, {}});
    return errors;
}

QJsonObject toJson(const JournalEntry &entry)
{
    const BatchRequest &request = entry.request;
    return {{QStringLiteral("version"), journalVersion},
            {QStringLiteral("direction"), directionWord(request.direction)},
            {QStringLiteral("sources"), toJson(request.sources)},
            {QStringLiteral("folders"), toJson(request.folders)},
            {QStringLiteral("names"), toJson(request.names)},
            {QStringLiteral("before"), toJson(request.before)},
            {QStringLiteral("destination"), QString::fromLatin1(request.destination.toBase64())},
            {QStringLiteral("answer"), int(request.answer)},
            {QStringLiteral("priority"), int(request.priority)},
            {QStringLiteral("started"), entry.started.toString(Qt::ISODateWithMs)},
            {QStringLiteral("filesDone"), entry.filesDone},
            {QStringLiteral("filesTotal"), entry.filesTotal},
            {QStringLiteral("bytesDone"), entry.bytesDone},
            {QStringLiteral("bytesTotal"), entry.bytesTotal},
            {QStringLiteral("ended"), entry.ended.toString(Qt::ISODateWithMs)},
            {QStringLiteral("errors"), toJson(entry.errors)}};
}

std::optional<JournalEntry> entryFrom(TransferId id, const QJsonObject &json)
{
    if (json[QStringLiteral("version")].toInt() != journalVersion)
        return std::nullopt;
    JournalEntry entry;
    BatchRequest &request = entry.request;
    request.id = id;
    for (const auto direction : {Transfer::Direction::Upload, Transfer::Direction::Download, Transfer::Direction::Copy}) {
        if (json[QStringLiteral("direction")].toString() == directionWord(direction))
            request.direction = direction;
    }
    request.names = pathsFrom(json[QStringLiteral("names")]);
    request.sources = pathsFrom(json[QStringLiteral("sources")]);
    request.before = placesFrom(json[QStringLiteral("before")]);
    request.folders = pathsFrom(json[QStringLiteral("folders")]);
    request.destination = QByteArray::fromBase64(json[QStringLiteral("destination")].toString().toLatin1());
    request.answer = ConflictAnswer(qBound(0, json[QStringLiteral("answer")].toInt(), int(ConflictAnswer::NewerWins)));
    request.priority = Priority(qBound(0, json[QStringLiteral("priority")].toInt(), int(Priority::High)));
    entry.started = QDateTime::fromString(json[QStringLiteral("started")].toString(), Qt::ISODateWithMs);
    entry.filesDone = json[QStringLiteral("filesDone")].toInteger();
    entry.filesTotal = json[QStringLiteral("filesTotal")].toInteger(-1);
    entry.bytesDone = json[QStringLiteral("bytesDone")].toInteger();
    entry.bytesTotal = json[QStringLiteral("bytesTotal")].toInteger(-1);
    entry.ended = QDateTime::fromString(json[QStringLiteral("ended")].toString(), Qt::ISODateWithMs);
    entry.errors = errorsFrom(json[QStringLiteral("errors")].toArray());
    const bool placesFit = (request.folders.isEmpty() || request.folders.size() == request.sources.size())
        && (request.before.isEmpty() || (request.before.size() == request.sources.size() && !request.folders.isEmpty()));
    return request.sources.isEmpty() || request.destination.isEmpty() || !placesFit ? std::nullopt : std::optional(entry);
}

} // namespace

QString TransferJournal::path(TransferId id, const char *suffix) const
{
    return QStringLiteral("%1/%2.%3").arg(m_directory).arg(id).arg(QLatin1String(suffix));
}

QList<JournalEntry> TransferJournal::entries() const
{
    QList<JournalEntry> found;
    if (m_directory.isEmpty())
        return found;
    const QStringList names = QDir(m_directory).entryList({QStringLiteral("*.json")}, QDir::Files);
    for (const QString &name : names) {
        bool isNumber = false;
        const TransferId id = QStringView(name).chopped(5).toULongLong(&isNumber);
        QFile file(m_directory + QLatin1Char('/') + name);
        if (!isNumber || id == 0 || !file.open(QIODevice::ReadOnly))
            continue;
        if (auto entry = entryFrom(id, QJsonDocument::fromJson(file.readAll()).object()))
            found.append(std::move(*entry));
        else
            qCWarning(lcTransfer) << "not a transfer that can be read:" << file.fileName();
    }
    std::sort(found.begin(), found.end(), [](const JournalEntry &a, const JournalEntry &b) { return a.request.id < b.request.id; });
    return found;
}

void TransferJournal::write(const JournalEntry &entry) const
{
    if (m_directory.isEmpty())
        return;
    QSaveFile file(path(entry.request.id, "json"));
    const QByteArray bytes = QJsonDocument(toJson(entry)).toJson();
    // QSaveFile makes its file with the umask's mode; the folder around it lets only its owner in.
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        qCWarning(lcTransfer) << "a transfer will not survive a crash, since" << file.fileName() << "cannot be written:" << file.errorString();
}

void TransferJournal::close(TransferId id) const
{
    if (!m_directory.isEmpty())
        QFile::remove(path(id, "json"));
}

void TransferJournal::sweep() const
{
    if (m_directory.isEmpty())
        return;
    const QDir directory(m_directory);
    const QStringList logs = directory.entryList({QStringLiteral("*.log")}, QDir::Files);
    for (const QString &log : logs) {
        if (!directory.exists(log.chopped(4) + QStringLiteral(".json")))
            QFile::remove(directory.filePath(log));
    }
}

void TransferJournal::remove(TransferId id) const
{
    if (m_directory.isEmpty())
        return;
    QFile::remove(path(id, "json"));
    QFile::remove(path(id, "log"));
}

Result<std::shared_ptr<OutcomeLog>> TransferJournal::openLog(TransferId id) const
{
    if (!m_directory.isEmpty()) {
        auto log = OutcomeLog::open(QFile::encodeName(path(id, "log")));
        if (log)
            return log;
        qCWarning(lcTransfer) << log.error();
    }
    return OutcomeLog::open({});
}

} // namespace nimbook::transfer
