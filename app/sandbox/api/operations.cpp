// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/operations.h"

#include "sandbox/api/google_words.h"

#include <memory>

namespace nimbook::sandbox {

using std::chrono::milliseconds;

namespace {

QString scopeOf(const QJsonObject &operation)
{
    for (const char *field : {"zone", "region"}) {
        const QString url = operation.value(QLatin1String(field)).toString();
        if (!url.isEmpty())
            return QStringLiteral("%1s/%2").arg(QLatin1String(field), lastSegment(url));
    }
    return QStringLiteral("global");
}

} // namespace

Operations::Operations(ResourceStore *store, double speed, QObject *parent)
    : QObject(parent), m_store(store), m_speed(speed)
{
}

QJsonObject Operations::begin(OperationPlan plan)
{
    const ResourcePath path{plan.project, plan.scope, QStringLiteral("operations"), newOperationName()};
    const QString now = pacificTime();
    QJsonObject operation{
        {QStringLiteral("kind"), QStringLiteral("compute#operation")},
        {QStringLiteral("id"), newId()},
        {QStringLiteral("name"), path.name},
        {QStringLiteral("operationType"), plan.type},
        {QStringLiteral("targetLink"), link(plan.targetPath)},
        {QStringLiteral("targetId"), plan.targetId},
        {QStringLiteral("status"), QStringLiteral("PENDING")},
        {QStringLiteral("user"), plan.user},
        {QStringLiteral("progress"), 0},
        {QStringLiteral("insertTime"), now},
        {QStringLiteral("selfLink"), link(path.toString())},
    };
    if (plan.scope.startsWith(QLatin1String("zones/")))
        operation[QStringLiteral("zone")] = link(QStringLiteral("projects/%1/%2").arg(plan.project, plan.scope));
    else if (plan.scope.startsWith(QLatin1String("regions/")))
        operation[QStringLiteral("region")] = link(QStringLiteral("projects/%1/%2").arg(plan.project, plan.scope));
    m_store->put(path, operation);

    const milliseconds whole = m_slowness.value_or(milliseconds(qint64(double(plan.duration.count()) / m_speed)));
    const auto at = [&](double part, std::function<void()> what) {
        QTimer::singleShot(milliseconds(qint64(double(whole.count()) * part)), this, std::move(what));
    };
    at(0.15, [this, path] {
        m_store->update(path, {{QStringLiteral("status"), QStringLiteral("RUNNING")},
                               {QStringLiteral("startTime"), pacificTime()},
                               {QStringLiteral("progress"), 10}});
    });
    for (const int percent : {30, 50, 70, 90})
        at(percent / 100.0, [this, path, percent] {
            if (m_store->get(path).value(QLatin1String("status")).toString() == QLatin1String("RUNNING"))
                m_store->update(path, {{QStringLiteral("progress"), percent}});
        });
    for (auto &[part, what] : plan.steps)
        at(part, std::move(what));
    at(1.0, [this, path, ending = std::move(plan.ending)] {
        const auto done = [this, path](const std::optional<OperationFault> &fault) { finish(path, fault); };
        if (ending)
            ending(done);
        else
            done({});
    });
    return operation;
}

void Operations::remember(const QString &project, const QString &request, const QJsonObject &operation)
{
    QJsonObject requests = m_store->settings(QStringLiteral("requests"));
    requests[project + QLatin1Char(' ') + request] = QJsonObject{{QStringLiteral("scope"), scopeOf(operation)},
                                                                 {QStringLiteral("name"), operation.value(QLatin1String("name"))}};
    m_store->setSettings(QStringLiteral("requests"), requests);
}

std::optional<QJsonObject> Operations::earlier(const QString &project, const QString &request) const
{
    const QJsonObject found = m_store->settings(QStringLiteral("requests")).value(project + QLatin1Char(' ') + request).toObject();
    if (found.isEmpty())
        return {};
    return ResourceStore::published(m_store->get({project, found.value(QLatin1String("scope")).toString(), QStringLiteral("operations"),
                                                  found.value(QLatin1String("name")).toString()}));
}

void Operations::whenDone(const ResourcePath &path, milliseconds atMost, std::function<void(QJsonObject)> callback)
{
    if (m_store->get(path).value(QLatin1String("status")).toString() == QLatin1String("DONE")) {
        callback(m_store->get(path));
        return;
    }
    const auto once = std::make_shared<bool>(false);
    const auto tell = [this, path, once, callback = std::move(callback)](const QJsonObject &) {
        if (!std::exchange(*once, true))
            callback(m_store->get(path));
    };
    m_waiting[path.toString()].append(tell);
    QTimer::singleShot(atMost, this, [tell] { tell({}); });
}

void Operations::settleLeftovers()
{
    const QJsonObject projects = m_store->settings(QStringLiteral("projects"));
    for (const QString &project : projects.keys()) {
        const auto scopes = m_store->inEveryScope(project, QStringLiteral("operations"));
        for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
            for (auto one = scope.value().begin(); one != scope.value().end(); ++one) {
                if (one.value().value(QLatin1String("status")).toString() != QLatin1String("DONE"))
                    finish({project, scope.key(), QStringLiteral("operations"), one.key()}, {});
            }
        }
    }
}

void Operations::finish(const ResourcePath &path, const std::optional<OperationFault> &fault)
{
    const QString now = pacificTime();
    QJsonObject fields{{QStringLiteral("status"), QStringLiteral("DONE")},
                       {QStringLiteral("progress"), 100},
                       {QStringLiteral("endTime"), now}};
    if (!m_store->get(path).contains(QLatin1String("startTime")))
        fields[QStringLiteral("startTime")] = now;
    if (fault) {
        QJsonObject error{{QStringLiteral("code"), fault->code}, {QStringLiteral("message"), fault->message}};
        if (!fault->errorDetails.isEmpty())
            error[QStringLiteral("errorDetails")] = fault->errorDetails;
        fields[QStringLiteral("error")] = QJsonObject{{QStringLiteral("errors"), QJsonArray{error}}};
        fields[QStringLiteral("httpErrorStatusCode")] = fault->status;
        fields[QStringLiteral("httpErrorMessage")] = fault->httpMessage;
    }
    m_store->update(path, fields);
    const auto waiting = m_waiting.take(path.toString());
    for (const auto &callback : waiting)
        callback({});
}

} // namespace nimbook::sandbox
