// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"

#include "models/remote_path.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>

namespace nimbook::models {

namespace {
constexpr char gnomeFiles[] = "x-special/gnome-copied-files"; // "copy" or "cut", then a URL a line
constexpr char kdeCut[] = "application/x-kde-cutselection";   // "1" beside text/uri-list

QString dropText(const char *text)
{
    return QCoreApplication::translate("file_drop", text);
}

DropPlan refused(DropPlan plan, const QString &reason)
{
    plan.reason = reason;
    return plan;
}
} // namespace

QString remoteFilesMimeType()
{
    return QStringLiteral("application/x-nimbook-remote-files");
}

QString remoteOwner(const QString &machineKey)
{
    return QString::number(QCoreApplication::applicationPid()) + u':' + machineKey;
}

std::unique_ptr<QMimeData> remoteMimeData(const RemoteSelection &selection, const QStringList &localCopies)
{
    auto data = std::make_unique<QMimeData>();
    const QJsonObject json{{QStringLiteral("owner"), selection.owner}, {QStringLiteral("paths"), QJsonArray::fromStringList(selection.paths)}};
    data->setData(remoteFilesMimeType(), QJsonDocument(json).toJson(QJsonDocument::Compact));
    QList<QUrl> urls;
    for (const QString &copy : localCopies)
        urls.append(QUrl::fromLocalFile(copy));
    if (!urls.isEmpty())
        data->setUrls(urls);
    return data;
}

std::optional<RemoteSelection> remoteSelection(const QMimeData &data)
{
    if (!data.hasFormat(remoteFilesMimeType()))
        return std::nullopt;
    const QJsonObject json = QJsonDocument::fromJson(data.data(remoteFilesMimeType())).object();
    RemoteSelection selection{json.value(u"owner").toString(), {}};
    for (const QJsonValue &path : json.value(u"paths").toArray()) {
        if (path.toString().startsWith(u'/'))
            selection.paths.append(path.toString());
    }
    return selection.paths.isEmpty() ? std::nullopt : std::optional(selection);
}

std::unique_ptr<QMimeData> localMimeData(const LocalSelection &selection)
{
    auto data = std::make_unique<QMimeData>();
    QList<QUrl> urls;
    QByteArray lines = selection.cut ? "cut" : "copy";
    for (const QString &path : selection.paths) {
        urls.append(QUrl::fromLocalFile(path));
        lines += '\n' + urls.last().toEncoded();
    }
    data->setUrls(urls);
    data->setData(QString::fromLatin1(gnomeFiles), lines);
    data->setData(QString::fromLatin1(kdeCut), selection.cut ? "1" : "0");
    return data;
}

std::optional<LocalSelection> localSelection(const QMimeData &data)
{
    LocalSelection selection;
    QList<QUrl> urls;
    if (data.hasFormat(QString::fromLatin1(gnomeFiles))) {
        const QByteArrayList lines = data.data(QString::fromLatin1(gnomeFiles)).split('\n');
        selection.cut = lines.first().trimmed() == "cut";
        for (const QByteArray &line : lines.sliced(1)) {
            if (!line.trimmed().isEmpty())
                urls.append(QUrl::fromEncoded(line.trimmed()));
        }
    } else {
        urls = data.urls();
        selection.cut = data.data(QString::fromLatin1(kdeCut)).startsWith('1');
    }
    for (const QUrl &url : std::as_const(urls)) {
        if (!url.isLocalFile())
            return std::nullopt;
        selection.paths.append(url.toLocalFile());
    }
    return selection.paths.isEmpty() ? std::nullopt : std::optional(selection);
}

DropPlan planRemoteDrop(const QMimeData &data, const QString &owner, const QString &directory)
{
    DropPlan plan;
    plan.destination = directory;
    if (const auto selection = remoteSelection(data)) {
        if (selection->owner != owner) {
            plan.reason = dropText(QT_TRANSLATE_NOOP("file_drop", "These files lie on another machine. Download them first, then drop them here."));
            return plan;
        }
        for (const QString &path : selection->paths) {
            if (remoteParent(path) == directory) {
                plan.reason = dropText(QT_TRANSLATE_NOOP("file_drop", "It is in this folder already."));
                return plan;
            }
            if (isInsideRemotePath(directory, path)) {
                plan.reason = dropText(QT_TRANSLATE_NOOP("file_drop", "A folder cannot go into itself."));
                return plan;
            }
        }
        plan.kind = DropPlan::Kind::Move;
        plan.sources = selection->paths;
        return plan;
    }
    if (!data.hasUrls())
        return plan;
    for (const QUrl &url : data.urls()) {
        if (!url.isLocalFile()) {
            plan.sources.clear();
            plan.reason = QCoreApplication::translate("file_drop", "“%1” is not a file of this computer. Save it here first, then drop it.")
                              .arg(url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery));
            return plan;
        }
        plan.sources.append(url.toLocalFile());
    }
    if (!plan.sources.isEmpty())
        plan.kind = DropPlan::Kind::Upload;
    return plan;
}

DropPlan planRemotePaste(const QMimeData &data, const QString &owner, const QString &directory)
{
    const auto selection = remoteSelection(data);
    const auto local = selection ? std::nullopt : localSelection(data);
    if (local)
        return {DropPlan::Kind::Upload, local->paths, directory, {}};
    if (!selection || selection->owner != owner)
        return planRemoteDrop(data, owner, directory);
    for (const QString &path : selection->paths) {
        if (isInsideRemotePath(directory, path))
            return refused({DropPlan::Kind::Refuse, {}, directory, {}}, dropText(QT_TRANSLATE_NOOP("file_drop", "A folder cannot go into itself.")));
    }
    return {DropPlan::Kind::Copy, selection->paths, directory, {}};
}

DropPlan planLocalPaste(const QMimeData &data, const QString &owner, const QString &folder)
{
    if (remoteSelection(data))
        return planLocalDrop(data, owner, folder);
    const auto local = localSelection(data);
    const DropPlan none{DropPlan::Kind::Refuse, {}, folder, {}};
    if (!local)
        return data.hasUrls() ? refused(none, dropText(QT_TRANSLATE_NOOP("file_drop", "These are not files of this computer."))) : none;
    for (const QString &path : local->paths) {
        if (isInsideRemotePath(folder, path)) // paths of this computer have the same form
            return refused(none, dropText(QT_TRANSLATE_NOOP("file_drop", "A folder cannot go into itself.")));
    }
    return {local->cut ? DropPlan::Kind::MoveHere : DropPlan::Kind::CopyHere, local->paths, folder, {}};
}

DropPlan planLocalDrop(const QMimeData &data, const QString &owner, const QString &folder)
{
    DropPlan plan;
    plan.destination = folder;
    const auto selection = remoteSelection(data);
    if (!selection) {
        plan = planLocalPaste(data, owner, folder);
        if (plan.kind == DropPlan::Kind::MoveHere)
            plan.kind = DropPlan::Kind::CopyHere;
        const auto isHere = [&folder](const QString &path) { return remoteParent(path) == folder; };
        if (std::any_of(plan.sources.cbegin(), plan.sources.cend(), isHere)) // a click with an unsteady hand, most likely
            return {DropPlan::Kind::Refuse, {}, folder, {}};
        return plan;
    }
    if (selection->owner != owner) {
        plan.reason = dropText(QT_TRANSLATE_NOOP("file_drop", "These files belong to another machine's page. Drop them there."));
        return plan;
    }
    plan.kind = DropPlan::Kind::Download;
    plan.sources = selection->paths;
    return plan;
}

} // namespace nimbook::models
