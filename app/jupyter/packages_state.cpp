// SPDX-License-Identifier: Apache-2.0
#include "jupyter/packages_state.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace nimbook::jupyter {

namespace {

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

WantedPackage::State wantedState(const QString &word)
{
    using State = WantedPackage::State;
    if (word == QLatin1String("satisfied"))
        return State::Satisfied;
    if (word == QLatin1String("other-version"))
        return State::OtherVersion;
    if (word == QLatin1String("missing"))
        return State::Missing;
    return word == QLatin1String("not-needed") ? State::NotNeeded : State::Unchecked;
}

LockState lockFrom(const QJsonObject &object)
{
    LockState lock;
    lock.broken = object.value(QLatin1String("broken")).toBool();
    lock.recorded = QDateTime::fromString(textOf(object, "recorded"), Qt::ISODate);
    lock.image = textOf(object, "reference");
    lock.digest = textOf(object, "digest");
    lock.driver = textOf(object, "driver");
    lock.cuda = textOf(object, "cuda");
    lock.packages = object.value(QLatin1String("count")).toInt();
    lock.sameImage = object.value(QLatin1String("sameImage")).toBool();
    const QJsonArray changed = object.value(QLatin1String("changed")).toArray();
    for (const auto &entry : changed) {
        const QJsonObject change = entry.toObject();
        lock.changed.append({textOf(change, "name"), textOf(change, "recorded"), textOf(change, "installed")});
    }
    return lock;
}

} // namespace

std::optional<LockState> LockState::fromFile(const QByteArray &text)
{
    if (text.trimmed().isEmpty())
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    const QJsonObject picture = object.value(QLatin1String("image")).toObject();
    const QJsonObject gpu = object.value(QLatin1String("gpu")).toObject();
    LockState lock;
    lock.recorded = QDateTime::fromString(textOf(object, "recorded"), Qt::ISODate);
    lock.image = textOf(picture, "reference");
    lock.digest = textOf(picture, "digest");
    lock.driver = textOf(gpu, "driver");
    lock.cuda = textOf(gpu, "cuda");
    lock.packages = int(object.value(QLatin1String("added")).toArray().size());
    lock.broken = lock.image.isEmpty();
    return lock;
}

Result<PackagesState> PackagesState::fromJson(const QByteArray &json)
{
    QJsonParseError problem;
    const QJsonObject object = QJsonDocument::fromJson(json, &problem).object();
    if (problem.error != QJsonParseError::NoError || textOf(object, "python").isEmpty())
        return failure(ErrorKind::Protocol, QCoreApplication::translate("PackagesState", "The machine's list of packages could not be read."),
                       QCoreApplication::translate("PackagesState", "Try again; if it stays like this, look at the container's log."));
    PackagesState state;
    state.python = textOf(object, "python");
    state.image = textOf(object, "image");
    state.digest = textOf(object, "digest");
    state.installed = object.value(QLatin1String("installed")).toInt();
    const QJsonArray added = object.value(QLatin1String("added")).toArray();
    for (const auto &line : added)
        state.added += line.toString();
    const QJsonArray wanted = object.value(QLatin1String("wanted")).toArray();
    for (const auto &entry : wanted) {
        const QJsonObject package = entry.toObject();
        state.wanted.append({textOf(package, "line"), textOf(package, "name"), textOf(package, "wanted"), textOf(package, "installed"),
                             wantedState(textOf(package, "state"))});
    }
    const QJsonValue lock = object.value(QLatin1String("lock"));
    state.hasLock = lock.isObject();
    if (state.hasLock)
        state.lock = lockFrom(lock.toObject());
    return state;
}

} // namespace nimbook::jupyter
