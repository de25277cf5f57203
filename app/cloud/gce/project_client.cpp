// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/project_client.h"

#include "cloud/gce/api_paths.h"
#include "cloud/gce/listing.h"
#include "cloud/gce/enable_service_job.h"
#include "net/mapped_job.h"
#include "net/query.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace nimbook::cloud {

namespace {

struct ProjectClientText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::ProjectClientText)
};

const QString computeService = QStringLiteral("compute.googleapis.com");
const QString computeBillingService = QStringLiteral("6F81-5844-456A"); // Compute Engine's own id in the price list

QUrl serviceUrl(const Endpoints &endpoints, const QString &project, const QString &verb = {})
{
    return apiUrl(endpoints.serviceUsage,
                  {QStringLiteral("v1"), QStringLiteral("projects"), project, QStringLiteral("services"), computeService + verb});
}

} // namespace

ProjectClient::ProjectClient(net::ApiClient &api, Endpoints endpoints) : m_api(api), m_endpoints(std::move(endpoints)) {}

ValueJob<bool> *ProjectClient::isComputeEnabled(const QString &project, QObject *parent)
{
    net::ApiRequest request;
    request.url = serviceUrl(m_endpoints, project);
    request.purpose = ProjectClientText::tr("see whether Compute Engine is enabled in %1").arg(project);
    net::addQuery(request.query, QStringLiteral("fields"), QStringLiteral("state"));
    return net::mapValue<bool>(
        m_api.call(request, nullptr),
        [](const QJsonObject &service) { return service.value(QStringLiteral("state")).toString() == QLatin1String("ENABLED"); }, parent);
}

ValueJob<Done> *ProjectClient::enableCompute(const QString &project, QObject *parent)
{
    net::ApiRequest request;
    request.verb = "POST";
    request.url = serviceUrl(m_endpoints, project, QStringLiteral(":enable"));
    request.purpose = ProjectClientText::tr("enable Compute Engine in %1").arg(project);
    return new EnableServiceJob(m_api, m_endpoints.serviceUsage, request, parent);
}

ValueJob<QStringList> *ProjectClient::grantedPermissions(const QString &project, const QStringList &permissions, QObject *parent)
{
    net::ApiRequest request;
    request.verb = "POST";
    request.url = apiUrl(m_endpoints.resourceManager, {QStringLiteral("v3"), QStringLiteral("projects"), project + QStringLiteral(":testIamPermissions")});
    request.purpose = ProjectClientText::tr("see what this account may do in %1").arg(project);
    request.body = {{QStringLiteral("permissions"), QJsonArray::fromStringList(permissions)}};
    return net::mapValue<QStringList>(
        m_api.call(request, nullptr),
        [](const QJsonObject &answer) {
            QStringList granted; // an empty list is left out of the answer
            const QJsonArray list = answer.value(QStringLiteral("permissions")).toArray();
            for (const QJsonValue &permission : list)
                granted.append(permission.toString());
            return granted;
        },
        parent);
}

ValueJob<QList<Quota>> *ProjectClient::projectQuotas(const QString &project, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project});
    request.purpose = ProjectClientText::tr("read the quotas of %1").arg(project);
    net::addQuery(request.query, QStringLiteral("fields"), QStringLiteral("quotas"));
    return net::mapValue<QList<Quota>>(
        m_api.call(request, nullptr), [](const QJsonObject &answer) { return quotasFrom(answer.value(QStringLiteral("quotas"))); }, parent);
}

ValueJob<QList<Sku>> *ProjectClient::computeSkus(QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.billing, {QStringLiteral("v1"), QStringLiteral("services"), computeBillingService, QStringLiteral("skus")});
    request.purpose = ProjectClientText::tr("read Google's price list");
    request.timeout = std::chrono::seconds(60);
    net::addQuery(request.query, QStringLiteral("currencyCode"), QStringLiteral("USD"));
    // Small pages: each is parsed on the thread of the window.
    net::addQuery(request.query, QStringLiteral("pageSize"), QStringLiteral("1500"));
    net::addQuery(request.query, QStringLiteral("fields"),
                  QStringLiteral("skus(description,category/usageType,serviceRegions,pricingInfo/pricingExpression(usageUnit,tieredRates)),nextPageToken"));
    return net::mapValue<QList<Sku>>(
        m_api.callAllPages(request, nullptr),
        [](const QList<QJsonObject> &pages) {
            QList<Sku> skus;
            const auto items = listedItems(pages, QStringLiteral("skus"));
            for (const QJsonObject &item : items) {
                Sku sku = Sku::fromJson(item);
                if (sku.usage != Sku::Usage::Other)
                    skus.append(std::move(sku));
            }
            return skus;
        },
        parent);
}

} // namespace nimbook::cloud
