// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/compute_client.h"

#include "cloud/gce/api_paths.h"
#include "cloud/gce/listing.h"
#include "net/mapped_job.h"
#include "net/query.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct ComputeClientText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::ComputeClientText)
};

const QString pageSize = QStringLiteral("500"); // the most that Google gives on one page

net::ApiRequest listRequest(const QUrl &url, const QString &purpose)
{
    net::ApiRequest request;
    request.url = url;
    request.purpose = purpose;
    request.timeout = std::chrono::seconds(60);
    net::addQuery(request.query, QStringLiteral("maxResults"), pageSize);
    // Without it one zone that does not answer fails the whole list.
    net::addQuery(request.query, QStringLiteral("returnPartialSuccess"), QStringLiteral("true"));
    return request;
}

template<typename T>
ValueJob<QList<T>> *listOf(net::ApiClient &api, const QUrl &url, const QString &purpose, QObject *parent)
{
    return net::mapValue<QList<T>>(
        api.callAllPages(listRequest(url, purpose), nullptr),
        [](const QList<QJsonObject> &pages) { return sortedFrom<T>(listedItems(pages, QStringLiteral("items"))); }, parent);
}

} // namespace

ComputeClient::ComputeClient(net::ApiClient &api, Endpoints endpoints) : m_api(api), m_endpoints(std::move(endpoints)) {}

ValueJob<QList<Project>> *ComputeClient::listProjects(QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.resourceManager, {QStringLiteral("v3"), QStringLiteral("projects:search")});
    request.purpose = ComputeClientText::tr("list the projects");
    net::addQuery(request.query, QStringLiteral("pageSize"), pageSize);
    return net::mapValue<QList<Project>>(
        m_api.callAllPages(request, nullptr),
        [](const QList<QJsonObject> &pages) { return sortedFrom<Project>(listedItems(pages, QStringLiteral("projects"))); }, parent);
}

ValueJob<QList<Zone>> *ComputeClient::listZones(const QString &project, QObject *parent)
{
    return listOf<Zone>(m_api, apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("zones")}),
                        ComputeClientText::tr("list the zones of %1").arg(project), parent);
}

ValueJob<QList<Region>> *ComputeClient::listRegions(const QString &project, QObject *parent)
{
    return listOf<Region>(m_api, apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("regions")}),
                          ComputeClientText::tr("list the regions of %1").arg(project), parent);
}

ValueJob<QList<MachineType>> *ComputeClient::listMachineTypes(const QString &project, const QString &zone, QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute,
                            {QStringLiteral("projects"), project, QStringLiteral("zones"), zone, QStringLiteral("machineTypes")});
    return listOf<MachineType>(m_api, url, ComputeClientText::tr("list the machine types of %1").arg(zone), parent);
}

ValueJob<MachineType> *ComputeClient::getMachineType(const QString &project, const QString &zone, const QString &name, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("zones"), zone,
                                               QStringLiteral("machineTypes"), name});
    request.purpose = ComputeClientText::tr("look for %1 in %2").arg(name, zone);
    return net::mapValue<MachineType>(m_api.call(request, nullptr), &MachineType::fromJson, parent);
}

ValueJob<QList<AcceleratorType>> *ComputeClient::listAcceleratorTypes(const QString &project, QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute,
                            {QStringLiteral("projects"), project, QStringLiteral("aggregated"), QStringLiteral("acceleratorTypes")});
    return net::mapValue<QList<AcceleratorType>>(
        m_api.callAllPages(listRequest(url, ComputeClientText::tr("list the GPU types of %1").arg(project)), nullptr),
        [](const QList<QJsonObject> &pages) {
            return sortedFrom<AcceleratorType>(aggregatedItems(pages, QStringLiteral("acceleratorTypes")));
        },
        parent);
}

ValueJob<QList<DiskType>> *ComputeClient::listDiskTypes(const QString &project, const QString &zone, QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute,
                            {QStringLiteral("projects"), project, QStringLiteral("zones"), zone, QStringLiteral("diskTypes")});
    return listOf<DiskType>(m_api, url, ComputeClientText::tr("list the disk types of %1").arg(zone), parent);
}

ValueJob<Image> *ComputeClient::imageFromFamily(const QString &imageProject, const QString &family, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), imageProject, QStringLiteral("global"), QStringLiteral("images"),
                                               QStringLiteral("family"), family});
    request.purpose = ComputeClientText::tr("find the newest image of %1/%2").arg(imageProject, family);
    return net::mapValue<Image>(m_api.call(request, nullptr), &Image::fromJson, parent);
}

ValueJob<InstanceListing> *ComputeClient::listInstances(const QString &project, QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute,
                            {QStringLiteral("projects"), project, QStringLiteral("aggregated"), QStringLiteral("instances")});
    return net::mapValue<InstanceListing>(
        m_api.callAllPages(listRequest(url, ComputeClientText::tr("list the machines of %1").arg(project)), nullptr),
        [project](const QList<QJsonObject> &pages) { return instanceListingFrom(pages, project); }, parent);
}

} // namespace nimbook::cloud
