// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"
#include "support/fake_token_source.h"
#include "support/fake_transport.h"

#include <QMap>

namespace nimbook::testing {

/// Just enough of Compute Engine to test decisions: machines by name in one project and zone, listed, read and started.
struct FakeCompute {
    FakeCompute()
    {
        transport.handleWith([this](const net::HttpRequest &request) { return answer(request); });
    }

    static cloud::InstanceRef ref(const QString &name)
    {
        return {QStringLiteral("lab"), QStringLiteral("us-central1-a"), name};
    }
    static QJsonObject machine(const QString &name, const QString &status, const QString &id = QStringLiteral("7001"))
    {
        return {{QStringLiteral("name"), name},
                {QStringLiteral("id"), id},
                {QStringLiteral("status"), status},
                {QStringLiteral("zone"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/lab/zones/us-central1-a")}};
    }
    void set(const QString &name, const QString &status, const QString &id = QStringLiteral("7001")) { machines[name] = machine(name, status, id); }

    FakeTransport::Answer answer(const net::HttpRequest &request)
    {
        const QString path = request.url.path();
        const QString last = path.section(QLatin1Char('/'), -1);
        if (failure)
            return *failure;
        if (path.endsWith(QLatin1String("/aggregated/instances"))) {
            ++listings;
            QJsonArray list;
            for (const auto &one : std::as_const(machines))
                list.append(one);
            QJsonObject scope;
            if (!list.isEmpty())
                scope.insert(QStringLiteral("instances"), list);
            QJsonObject answer{{QStringLiteral("items"), QJsonObject{{QStringLiteral("zones/us-central1-a"), scope}}}};
            if (!unreachable.isEmpty())
                answer.insert(QStringLiteral("unreachables"), QJsonArray::fromStringList(unreachable));
            return FakeTransport::json(answer);
        }
        if (request.verb == "POST" && last == QLatin1String("start")) {
            const QString name = path.section(QLatin1Char('/'), -2, -2);
            ++starts;
            set(name, QStringLiteral("RUNNING"));
            return FakeTransport::json({{QStringLiteral("name"), QStringLiteral("op-1")},
                                        {QStringLiteral("status"), QStringLiteral("DONE")},
                                        {QStringLiteral("zone"), QStringLiteral("zones/us-central1-a")}});
        }
        if (path.contains(QLatin1String("/instances/")) && machines.contains(last)) {
            ++looks;
            const QJsonObject now = machines.value(last);
            if (onLook)
                onLook();
            return FakeTransport::json(now);
        }
        return FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("The resource was not found"));
    }

    FakeTransport transport;
    FakeTokenSource tokens;
    net::ApiClient api{transport, tokens};
    cloud::ComputeClient compute{api, cloud::Endpoints{}};
    QMap<QString, QJsonObject> machines;
    QStringList unreachable;
    std::optional<Result<net::HttpResponse>> failure;
    std::function<void()> onLook; ///< after an answer about one machine was made
    int listings = 0;
    int looks = 0;
    int starts = 0;
};

} // namespace nimbook::testing
