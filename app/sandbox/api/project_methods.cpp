// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/project_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/instance_life.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/quota_ledger.h"

#include <QRegularExpression>

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

QJsonObject projects(const Services &services)
{
    return services.store.settings(QStringLiteral("projects"));
}

QJsonObject commonMetadata(const Services &services, const QString &project)
{
    const QJsonObject stored = services.store.settings(QStringLiteral("commonMetadata")).value(project).toObject();
    return stored.isEmpty() ? metadataResource({}) : stored;
}

ApiResult computeProject(const Services &services, const Call &call)
{
    const QJsonObject project = projects(services).value(call.project()).toObject();
    const QString number = project.value(QLatin1String("number")).toString();
    return QJsonObject{{QStringLiteral("kind"), QStringLiteral("compute#project")},
                       {QStringLiteral("id"), number},
                       {QStringLiteral("name"), call.project()},
                       {QStringLiteral("creationTimestamp"), pacificTime(QDateTime::fromString(project.value(QLatin1String("createTime")).toString(), Qt::ISODateWithMs))},
                       {QStringLiteral("commonInstanceMetadata"), commonMetadata(services, call.project())},
                       {QStringLiteral("quotas"), services.catalogue.projectQuotas(services.quotas.projectUsage(call.project()))},
                       {QStringLiteral("selfLink"), link(QStringLiteral("projects/") + call.project())},
                       {QStringLiteral("defaultServiceAccount"), number + QStringLiteral("-compute@developer.gserviceaccount.com")},
                       {QStringLiteral("xpnProjectStatus"), QStringLiteral("UNSPECIFIED_XPN_PROJECT_STATUS")},
                       {QStringLiteral("defaultNetworkTier"), QStringLiteral("PREMIUM")}};
}

ApiResult setCommonMetadata(const Services &services, const Call &call)
{
    if (const auto refusal = checkMetadata(call.body, QStringLiteral("metadata")))
        return tl::unexpected(*refusal);
    if (commonMetadata(services, call.project()).value(QLatin1String("fingerprint")) != call.body.value(QLatin1String("fingerprint")))
        return staleFingerprint(QStringLiteral("metadata"));
    OperationPlan plan;
    plan.project = call.project();
    plan.scope = QStringLiteral("global");
    plan.type = QStringLiteral("compute.projects.setCommonInstanceMetadata"); // this one has the long form
    plan.targetPath = QStringLiteral("projects/") + call.project();
    plan.targetId = projects(services).value(call.project()).toObject().value(QLatin1String("number")).toString();
    plan.user = call.account;
    const QString sent = call.body.value(QLatin1String("fingerprint")).toString();
    plan.ending = [services, sent, project = call.project(), metadata = metadataResource(call.body.value(QLatin1String("items")).toArray())](const OperationPlan::Finish &finish) {
        // Two that began together: the second one is told by its operation.
        if (commonMetadata(services, project).value(QLatin1String("fingerprint")).toString() != sent)
            return finish(staleFault(QStringLiteral("metadata")));
        QJsonObject all = services.store.settings(QStringLiteral("commonMetadata"));
        all[project] = metadata;
        services.store.setSettings(QStringLiteral("commonMetadata"), all);
        const auto scopes = services.store.inEveryScope(project, QStringLiteral("instances"));
        for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
            for (const QString &name : scope.value().keys())
                services.life.metadataChanged({project, scope.key(), QStringLiteral("instances"), name});
        }
        finish({});
    };
    return services.operations.begin(std::move(plan));
}

QJsonObject projectV1(const QString &id, const QJsonObject &project)
{
    QJsonObject shown{{QStringLiteral("projectId"), id},
                      {QStringLiteral("projectNumber"), project.value(QLatin1String("number"))},
                      {QStringLiteral("name"), project.value(QLatin1String("name"))},
                      {QStringLiteral("lifecycleState"), QStringLiteral("ACTIVE")},
                      {QStringLiteral("createTime"), project.value(QLatin1String("createTime"))}};
    if (project.contains(QLatin1String("labels")))
        shown[QStringLiteral("labels")] = project.value(QLatin1String("labels"));
    return shown;
}

QJsonObject projectV3(const QString &id, const QJsonObject &project)
{
    QJsonObject shown{{QStringLiteral("name"), QStringLiteral("projects/") + project.value(QLatin1String("number")).toString()},
                      {QStringLiteral("projectId"), id},
                      {QStringLiteral("displayName"), project.value(QLatin1String("name"))},
                      {QStringLiteral("state"), QStringLiteral("ACTIVE")},
                      {QStringLiteral("createTime"), project.value(QLatin1String("createTime"))},
                      {QStringLiteral("updateTime"), project.value(QLatin1String("createTime"))},
                      {QStringLiteral("etag"), QStringLiteral("W/\"%1\"").arg(fingerprint(project))}};
    if (project.contains(QLatin1String("labels")))
        shown[QStringLiteral("labels")] = project.value(QLatin1String("labels"));
    return shown;
}

using Show = QJsonObject (*)(const QString &, const QJsonObject &);

/// The words of `query` (v3) and `filter` (v1) that lists of projects are usually narrowed by: id:, name:/displayName:, state:.
bool fitsProjectQuery(const QString &query, const QString &id, const QJsonObject &project)
{
    for (const QString &term : query.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (term == QLatin1String("AND"))
            continue;
        const qsizetype sign = term.indexOf(QRegularExpression(QStringLiteral("[:=]")));
        const QString field = sign < 0 ? QString() : term.left(sign);
        QString value = sign < 0 ? term : term.mid(sign + 1);
        value.remove(QLatin1Char('"')).remove(QLatin1Char('*'));
        const QString name = project.value(QLatin1String("name")).toString();
        const bool byId = id.contains(value, Qt::CaseInsensitive);
        const bool byName = name.contains(value, Qt::CaseInsensitive);
        const bool byState = QLatin1String("ACTIVE").compare(value, Qt::CaseInsensitive) == 0;
        const bool fits = field.isEmpty() ? byId || byName
            : field == QLatin1String("id") || field == QLatin1String("projectId") ? byId
            : field == QLatin1String("state") || field == QLatin1String("lifecycleState") ? byState
                                                                                          : byName;
        if (!fits)
            return false;
    }
    return true;
}

ApiResult projectList(const Services &services, const Call &call, Show show)
{
    const QString sizeText = call.request.parameter(QStringLiteral("pageSize"));
    const int size = sizeText.isEmpty() ? 500 : sizeText.toInt();
    if (size < 0)
        return refuseByStatus(400, QStringLiteral("INVALID_ARGUMENT"), QStringLiteral("Request contains an invalid argument."));
    QString query = call.request.parameter(QStringLiteral("query"));
    if (query.isEmpty())
        query = call.request.parameter(QStringLiteral("filter"));
    const QString after = QString::fromUtf8(QByteArray::fromBase64(call.request.parameter(QStringLiteral("pageToken")).toLatin1(), QByteArray::Base64UrlEncoding));

    const QJsonObject known = projects(services);
    QJsonArray page;
    QString last;
    QJsonObject answer;
    for (auto it = known.begin(); it != known.end(); ++it) { // sorted by id
        if (it.key() <= after || !fitsProjectQuery(query, it.key(), it.value().toObject()))
            continue;
        if (size > 0 && page.size() == size) {
            answer[QStringLiteral("nextPageToken")] = QString::fromLatin1(last.toUtf8().toBase64(QByteArray::Base64UrlEncoding));
            break;
        }
        page.append(show(it.key(), it.value().toObject()));
        last = it.key();
    }
    if (!page.isEmpty())
        answer[QStringLiteral("projects")] = page;
    return answer;
}

ApiResult oneProject(const Services &services, const Call &call, Show show)
{
    const QString wanted = call.path.value(QStringLiteral("projectId"));
    const QJsonObject known = projects(services);
    for (auto it = known.begin(); it != known.end(); ++it) {
        if (it.key() == wanted || it.value().toObject().value(QLatin1String("number")).toString() == wanted)
            return show(it.key(), it.value().toObject());
    }
    // The real one does not tell whether the project is missing or merely closed to the caller.
    return refuseByStatus(403, QStringLiteral("PERMISSION_DENIED"), QStringLiteral("The caller does not have permission"));
}

} // namespace

void addComputeProjectMethods(Router &router, const Services &services)
{
    router.add("GET", "projects/{project}", "compute.projects.get", [services](const Call &call) { return computeProject(services, call); });
    router.add("POST", "projects/{project}/setCommonInstanceMetadata", "compute.projects.setCommonInstanceMetadata",
               [services](const Call &call) { return setCommonMetadata(services, call); });
}

void addResourceManagerMethods(Router &router, const Services &services)
{
    router.setPrefix(QStringLiteral("v1"));
    router.add("GET", "projects", "cloudresourcemanager.projects.list", [services](const Call &call) { return projectList(services, call, projectV1); });
    router.add("GET", "projects/{projectId}", "cloudresourcemanager.projects.get", [services](const Call &call) { return oneProject(services, call, projectV1); });
    router.setPrefix(QStringLiteral("v3"));
    router.add("GET", "projects:search", "cloudresourcemanager.projects.search", [services](const Call &call) { return projectList(services, call, projectV3); });
    router.add("GET", "projects/{projectId}", "cloudresourcemanager.projects.get", [services](const Call &call) { return oneProject(services, call, projectV3); });
}

} // namespace nimbook::sandbox
