// SPDX-License-Identifier: Apache-2.0
// The calls about one machine, about metadata and about operations; the lists are in compute_client.cpp.
#include "cloud/gce/compute_client.h"

#include "cloud/gce/api_paths.h"
#include "cloud/gce/listing.h"
#include "cloud/gce/request_id.h"
#include "cloud/model/json_reading.h"
#include "cloud/model/metadata_items.h"
#include "net/mapped_job.h"
#include "net/query.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct InstanceCallText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::InstanceCallText)
};

/// Google holds a wait for up to two minutes without a byte.
constexpr std::chrono::seconds waitTimeout{150};

net::ApiRequest mutation(const QByteArray &verb, const QUrl &url, const QString &requestId, const QString &purpose)
{
    net::ApiRequest request;
    request.verb = verb;
    request.url = url;
    request.purpose = purpose;
    net::addQuery(request.query, QStringLiteral("requestId"), requestId);
    return request;
}

ValueJob<Operation> *operationOf(net::ApiClient &api, const net::ApiRequest &request, QObject *parent)
{
    return net::mapValue<Operation>(api.call(request, nullptr), &Operation::fromJson, parent);
}

/// The same 404 stands for "nothing written yet" and "no such machine"; only its text tells them apart.
bool nothingWrittenYet(const Error &error)
{
    return error.kind == ErrorKind::NotFound && error.detail.contains(QLatin1String("Guest Attribute"), Qt::CaseInsensitive);
}

} // namespace

ValueJob<Instance> *ComputeClient::getInstance(const InstanceRef &ref, QObject *parent)
{
    net::ApiRequest request;
    request.url = instanceUrl(m_endpoints.compute, ref);
    request.purpose = InstanceCallText::tr("look at %1").arg(ref.text());
    return net::mapValue<Instance>(
        m_api.call(request, nullptr), [project = ref.project](const QJsonObject &json) { return Instance::fromJson(json, project); }, parent);
}

ValueJob<SerialOutput> *ComputeClient::serialOutput(const InstanceRef &ref, qint64 start, QObject *parent)
{
    net::ApiRequest request;
    request.url = instanceUrl(m_endpoints.compute, ref, QStringLiteral("serialPort"));
    request.purpose = InstanceCallText::tr("read the serial console of %1").arg(ref.text());
    net::addQuery(request.query, QStringLiteral("port"), QStringLiteral("1"));
    net::addQuery(request.query, QStringLiteral("start"), QString::number(start));
    return net::mapValue<SerialOutput>(
        m_api.call(request, nullptr),
        [](const QJsonObject &json) {
            return SerialOutput{json.value(QStringLiteral("contents")).toString().toUtf8(), readInt64(json.value(QStringLiteral("start"))),
                                readInt64(json.value(QStringLiteral("next")))};
        },
        parent);
}

ValueJob<QMap<QString, QString>> *ComputeClient::guestAttributes(const InstanceRef &ref, const QString &queryPath, QObject *parent)
{
    using Attributes = QMap<QString, QString>;
    net::ApiRequest request;
    request.url = instanceUrl(m_endpoints.compute, ref, QStringLiteral("getGuestAttributes"));
    request.purpose = InstanceCallText::tr("read the guest attributes of %1").arg(ref.text());
    net::addQuery(request.query, QStringLiteral("queryPath"), queryPath);
    return new net::MappedJob<QJsonObject, Attributes>(
        m_api.call(request, nullptr),
        [](Result<QJsonObject> result) -> Result<Attributes> {
            if (result)
                return guestAttributesFrom(*result);
            if (nothingWrittenYet(result.error()))
                return Attributes{};
            return failure(result.error());
        },
        parent);
}

ValueJob<Operation> *ComputeClient::insertInstance(const CreateSpec &spec, const QString &requestId, QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), spec.ref.project, QStringLiteral("zones"), spec.ref.zone,
                                                  QStringLiteral("instances")});
    auto request = mutation("POST", url, requestId, InstanceCallText::tr("create %1").arg(spec.ref.text()));
    request.body = insertBody(spec);
    return operationOf(m_api, request, parent);
}

ValueJob<Operation> *ComputeClient::startInstance(const InstanceRef &ref, const QString &requestId, QObject *parent)
{
    return operationOf(m_api, mutation("POST", instanceUrl(m_endpoints.compute, ref, QStringLiteral("start")), requestId,
                                       InstanceCallText::tr("start %1").arg(ref.text())), parent);
}

ValueJob<Operation> *ComputeClient::stopInstance(const InstanceRef &ref, const QString &requestId, QObject *parent)
{
    return operationOf(m_api, mutation("POST", instanceUrl(m_endpoints.compute, ref, QStringLiteral("stop")), requestId,
                                       InstanceCallText::tr("stop %1").arg(ref.text())), parent);
}

ValueJob<Operation> *ComputeClient::resetInstance(const InstanceRef &ref, const QString &requestId, QObject *parent)
{
    return operationOf(m_api, mutation("POST", instanceUrl(m_endpoints.compute, ref, QStringLiteral("reset")), requestId,
                                       InstanceCallText::tr("reset %1").arg(ref.text())), parent);
}

ValueJob<Operation> *ComputeClient::deleteInstance(const InstanceRef &ref, const QString &requestId, QObject *parent)
{
    return operationOf(m_api, mutation("DELETE", instanceUrl(m_endpoints.compute, ref), requestId,
                                       InstanceCallText::tr("delete %1").arg(ref.text())), parent);
}

ValueJob<Operation> *ComputeClient::setMetadata(const InstanceRef &ref, const QMap<QString, QString> &items, const QString &fingerprint,
                                                QObject *parent)
{
    auto request = mutation("POST", instanceUrl(m_endpoints.compute, ref, QStringLiteral("setMetadata")), newRequestId(),
                            InstanceCallText::tr("change the metadata of %1").arg(ref.text()));
    request.body = {{QStringLiteral("fingerprint"), fingerprint}, {QStringLiteral("items"), metadataToItems(items)}};
    return operationOf(m_api, request, parent);
}

ValueJob<Metadata> *ComputeClient::projectMetadata(const QString &project, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project});
    request.purpose = InstanceCallText::tr("read the metadata of %1").arg(project);
    net::addQuery(request.query, QStringLiteral("fields"), QStringLiteral("commonInstanceMetadata"));
    return net::mapValue<Metadata>(
        m_api.call(request, nullptr),
        [](const QJsonObject &answer) { return Metadata::fromJson(answer.value(QLatin1String("commonInstanceMetadata")).toObject()); }, parent);
}

ValueJob<Operation> *ComputeClient::setProjectMetadata(const QString &project, const QMap<QString, QString> &items, const QString &fingerprint,
                                                       QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("setCommonInstanceMetadata")});
    auto request = mutation("POST", url, newRequestId(), InstanceCallText::tr("change the metadata of %1").arg(project));
    request.body = {{QStringLiteral("fingerprint"), fingerprint}, {QStringLiteral("items"), metadataToItems(items)}};
    return operationOf(m_api, request, parent);
}

ValueJob<Operation> *ComputeClient::setLabels(const InstanceRef &ref, const QMap<QString, QString> &labels, const QString &fingerprint,
                                              QObject *parent)
{
    auto request = mutation("POST", instanceUrl(m_endpoints.compute, ref, QStringLiteral("setLabels")), newRequestId(),
                            InstanceCallText::tr("change the labels of %1").arg(ref.text()));
    request.body = {{QStringLiteral("labelFingerprint"), fingerprint}, {QStringLiteral("labels"), writeMap(labels)}};
    return operationOf(m_api, request, parent);
}

ValueJob<Disk> *ComputeClient::getDisk(const QString &project, const QString &zone, const QString &name, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("zones"), zone, QStringLiteral("disks"), name});
    request.purpose = InstanceCallText::tr("look at the disk %1 (%2)").arg(name, zone);
    return net::mapValue<Disk>(m_api.call(request, nullptr), &Disk::fromJson, parent);
}

ValueJob<Operation> *ComputeClient::deleteDisk(const QString &project, const QString &zone, const QString &name, const QString &requestId,
                                               QObject *parent)
{
    const QUrl url = apiUrl(m_endpoints.compute, {QStringLiteral("projects"), project, QStringLiteral("zones"), zone, QStringLiteral("disks"), name});
    return operationOf(m_api, mutation("DELETE", url, requestId, InstanceCallText::tr("delete the disk %1 (%2)").arg(name, zone)), parent);
}

ValueJob<Operation> *ComputeClient::getOperation(const QString &project, const Operation &operation, QObject *parent)
{
    net::ApiRequest request;
    request.url = operationUrl(m_endpoints.compute, project, operation);
    request.purpose = InstanceCallText::tr("look at the operation %1").arg(operation.name);
    return operationOf(m_api, request, parent);
}

ValueJob<Operation> *ComputeClient::waitOperation(const QString &project, const Operation &operation, QObject *parent)
{
    net::ApiRequest request;
    request.verb = "POST";
    request.url = operationUrl(m_endpoints.compute, project, operation, QStringLiteral("wait"));
    request.purpose = InstanceCallText::tr("wait for the operation %1").arg(operation.name);
    request.timeout = waitTimeout;
    return operationOf(m_api, request, parent);
}

} // namespace nimbook::cloud
