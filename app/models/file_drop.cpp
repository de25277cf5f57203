// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"

#include "models/remote_path.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

namespace nimbook::models {

namespace {
QString dropText(const char *text)
{
    return QCoreApplication::translate("file_drop", text);
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

DropPlan planLocalDrop(const QMimeData &data, const QString &owner, const QString &folder)
{
    DropPlan plan;
    plan.destination = folder;
    const auto selection = remoteSelection(data);
    if (!selection)
        return plan;
    if (selection->owner != owner) {
        plan.reason = dropText(QT_TRANSLATE_NOOP("file_drop", "These files belong to another machine's page. Drop them there."));
        return plan;
    }
    plan.kind = DropPlan::Kind::Download;
    plan.sources = selection->paths;
    return plan;
}

} // namespace nimbook::models
