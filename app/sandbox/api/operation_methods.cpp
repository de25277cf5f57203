// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/operation_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/list_answer.h"
#include "sandbox/api/operations.h"

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

const QString operations = QStringLiteral("operations");

ResourcePath operationPath(const Call &call)
{
    return {call.project(), call.scope(), operations, call.path.value(QStringLiteral("operation"))};
}

} // namespace

void addOperationMethods(Router &router, const Services &services)
{
    struct Kind {
        const char *scope;
        const char *api;
    };
    for (const Kind kind : {Kind{"zones/{zone}", "zoneOperations"}, Kind{"regions/{region}", "regionOperations"}, Kind{"global", "globalOperations"}}) {
        const QByteArray collection = QByteArray("projects/{project}/") + kind.scope + "/operations";
        const QByteArray one = collection + "/{operation}";
        const QByteArray id = QByteArray("compute.") + kind.api;
        router.add("GET", collection, id + ".list", [services](const Call &call) {
            return answerList(call, {QStringLiteral("compute#operationList"), operations, QStringLiteral("projects/%1/%2/operations").arg(call.project(), call.scope())},
                              services.store.all(call.project(), call.scope(), operations).values());
        });
        router.add("GET", one, id + ".get", [services](const Call &call) -> ApiResult {
            if (!services.store.contains(operationPath(call)))
                return notFound(operationPath(call).toString());
            return ResourceStore::published(services.store.get(operationPath(call)));
        });
        // Holds for at most two minutes, then answers whatever the state. Source: zoneOperations.wait.
        router.addLate("POST", one + "/wait", id + ".wait", [services](const Call &call, const Router::Answer &answer) {
            if (!services.store.contains(operationPath(call))) {
                answer(notFound(operationPath(call).toString()));
                return;
            }
            services.operations.whenDone(operationPath(call), 120s, [answer](const QJsonObject &operation) { answer(ResourceStore::published(operation)); });
        });
    }
    router.add("GET", "projects/{project}/aggregated/operations", "compute.globalOperations.aggregatedList", [services](const Call &call) {
        QMap<QString, QList<QJsonObject>> all;
        const auto scopes = services.store.inEveryScope(call.project(), operations);
        for (auto it = scopes.begin(); it != scopes.end(); ++it)
            all.insert(it.key(), it.value().values());
        return answerAggregatedList(call, {QStringLiteral("compute#operationAggregatedList"), operations, QStringLiteral("projects/%1/aggregated/operations").arg(call.project())},
                                    QStringList{QStringLiteral("global")} + services.catalogue.allScopes(), all, {});
    });
}

} // namespace nimbook::sandbox
