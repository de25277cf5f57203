// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/instance_life.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/machine_room.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/os_login_methods.h"
#include "sandbox/api/network_plan.h"
#include "sandbox/api/quota_ledger.h"

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

const QString sshPortKey = QStringLiteral("nimbook-ssh-port");

QString idOf(const QJsonObject &resource)
{
    return resource.value(QLatin1String("id")).toString();
}

QString statusOf(const QJsonObject &resource)
{
    return resource.value(QLatin1String("status")).toString();
}

bool isRecord(const QJsonObject &instance)
{
    return ResourceStore::privatePart(instance).value(QLatin1String("record")).toBool();
}

OperationFault internalFault(const QString &message)
{
    return {500, QStringLiteral("INTERNAL SERVER ERROR"), QStringLiteral("INTERNAL_ERROR"), message, {}};
}

QJsonArray withItem(const QJsonArray &items, const QString &key, const QString &value)
{
    QJsonArray out;
    for (const QJsonValue &item : items) {
        if (item.toObject().value(QLatin1String("key")).toString() != key)
            out.append(item);
    }
    out.append(QJsonObject{{QStringLiteral("key"), key}, {QStringLiteral("value"), value}});
    return out;
}

} // namespace

InstanceLife::InstanceLife(const Services &services, QObject *parent) : QObject(parent), m_services(services)
{
    connect(&services.room, &MachineRoom::wentOff, this, &InstanceLife::onWentOff);
}

OperationPlan InstanceLife::plan(const Call &call, const char *type, const ResourcePath &path, std::chrono::milliseconds duration) const
{
    OperationPlan plan;
    plan.project = path.project;
    plan.scope = path.scope;
    plan.type = QLatin1String(type);
    plan.targetPath = path.toString();
    plan.targetId = idOf(m_services.store.get(path));
    plan.user = call.account;
    plan.duration = duration;
    return plan;
}

QJsonObject InstanceLife::insert(const Call &call, const InstanceDraft &draft)
{
    const ResourcePath path{call.project(), call.scope(), QStringLiteral("instances"), draft.instance.value(QLatin1String("name")).toString()};
    const QString id = idOf(draft.instance);

    std::optional<OperationFault> fault = stockOut(call, draft.instance);
    if (!fault) {
        QuotaDemand demand = m_services.quotas.demandOf(call.project(), call.zone(), draft.instance);
        for (const QJsonObject &disk : draft.disks)
            QuotaLedger::addDisk(demand, disk);
        fault = m_services.quotas.shortage(call.project(), regionOfZone(call.zone()), demand);
    }
    for (const QJsonObject &disk : draft.disks)
        m_services.store.put({path.project, path.scope, QStringLiteral("disks"), disk.value(QLatin1String("name")).toString()}, disk);
    for (const QJsonValue &attached : draft.instance.value(QLatin1String("disks")).toArray())
        m_services.store.update({path.project, path.scope, QStringLiteral("disks"), lastSegment(attached.toObject().value(QLatin1String("source")).toString())},
                                {{QStringLiteral("users"), QJsonArray{draft.instance.value(QLatin1String("selfLink"))}}});
    m_services.store.put(path, draft.instance);

    OperationPlan plan = this->plan(call, "insert", path, 1000ms);
    if (fault) {
        // The first answer promises the machine, and it shows for a moment: only the operation tells.
        plan.duration = 500ms;
        const bool leavesDisk = m_services.faults.take(QStringLiteral("left-disk"), call.method);
        plan.ending = [this, path, id, draft, fault, leavesDisk](const OperationPlan::Finish &finish) {
            if (isStill(path, id))
                m_services.store.remove(path);
            if (!leavesDisk)
                releaseDisks(path, draft.instance);
            for (const QJsonObject &disk : draft.disks) {
                const ResourcePath made{path.project, path.scope, QStringLiteral("disks"), disk.value(QLatin1String("name")).toString()};
                if (leavesDisk)
                    m_services.store.update(made, {{QStringLiteral("users"), QJsonValue::Null}});
                else
                    m_services.store.remove(made);
            }
            finish(fault);
        };
    } else {
        stageAndRun(plan, path, id);
    }
    return m_services.operations.begin(std::move(plan));
}

QJsonObject InstanceLife::start(const Call &call, const ResourcePath &path)
{
    QJsonObject instance = m_services.store.get(path);
    if (statusOf(instance) == QLatin1String("RUNNING"))
        return m_services.operations.begin(plan(call, "start", path, 100ms));

    OperationPlan plan = this->plan(call, "start", path, 800ms);
    std::optional<OperationFault> fault = stockOut(call, instance);
    if (!fault) {
        instance[QStringLiteral("status")] = QStringLiteral("STAGING");
        QuotaDemand demand = m_services.quotas.demandOf(call.project(), call.zone(), instance);
        demand.region.remove(QStringLiteral("INSTANCES")); // a stopped machine is counted there already
        fault = m_services.quotas.shortage(call.project(), regionOfZone(call.zone()), demand);
    }
    if (fault)
        plan.ending = [fault](const OperationPlan::Finish &finish) { finish(fault); };
    else
        stageAndRun(plan, path, idOf(instance));
    return m_services.operations.begin(std::move(plan));
}

void InstanceLife::stageAndRun(OperationPlan &plan, const ResourcePath &path, const QString &id)
{
    setStatus(path, "PROVISIONING");
    plan.steps.append({0.35, [this, path, id] {
        if (isStill(path, id)) {
            setStatus(path, "STAGING");
            boot(path);
        }
    }});
    plan.ending = [this, path, id](const OperationPlan::Finish &finish) {
        whenBooted(id, [this, path, id, finish](const Result<quint16> &port) {
            if (port) {
                finish({});
                return;
            }
            if (isStill(path, id))
                showStopped(path);
            finish(internalFault(port.error().message));
        });
    };
}

void InstanceLife::boot(const ResourcePath &path)
{
    const QJsonObject instance = m_services.store.get(path);
    const QString id = idOf(instance);
    m_boots.insert(id, {});
    if (isRecord(instance)) {
        // 203.0.113.0/24 is set aside for documentation (RFC 5737): nothing answers there, as nothing stands behind a record.
        const QString address = QStringLiteral("203.0.113.%1").arg(id.right(2).toInt() + 1);
        m_services.store.update(path, {{QStringLiteral("networkInterfaces"), withNatIp(instance.value(QLatin1String("networkInterfaces")).toArray(), address)}});
        onBooted(path, id, quint16(0));
        return;
    }
    InstanceSpec spec;
    spec.id = id;
    spec.name = path.name;
    spec.project = path.project;
    spec.zone = lastSegment(path.scope);
    const QJsonObject nic = instance.value(QLatin1String("networkInterfaces")).toArray().first().toObject();
    if (!nic.value(QLatin1String("accessConfigs")).toArray().isEmpty())
        spec.address = m_services.room.nextAddress();
    m_services.store.setSettings(QStringLiteral("addresses"), {{QStringLiteral("next"), m_services.room.addressCounter()}});
    spec.preferredSshPort = quint16(metadataMap(instance.value(QLatin1String("metadata")).toObject()).value(sshPortKey).toUInt());
    spec.metadata = loginMetadata(path, instance);
    m_services.store.update(path, {{QStringLiteral("networkInterfaces"),
                                    withNatIp(instance.value(QLatin1String("networkInterfaces")).toArray(), spec.address.toString())}});
    m_on.insert(id, path);
    const bool silent = m_services.faults.valuesOf(QStringLiteral("no-ssh")).contains(path.name);
    m_services.room.powerOn(spec, silent, [this, path, id](const Result<quint16> &port) { onBooted(path, id, port); });
}

void InstanceLife::onBooted(const ResourcePath &path, const QString &id, const Result<quint16> &port)
{
    if (!m_boots.contains(id))
        return;
    if (port && isStill(path, id)) {
        const QJsonObject instance = m_services.store.get(path);
        QJsonObject changes{{QStringLiteral("status"), QStringLiteral("RUNNING")},
                            {QStringLiteral("cpuPlatform"), QStringLiteral("Intel Broadwell")},
                            {QStringLiteral("lastStartTimestamp"), pacificTime()}};
        if (*port != 0) {
            const QJsonArray items = instance.value(QLatin1String("metadata")).toObject().value(QLatin1String("items")).toArray();
            changes[QStringLiteral("metadata")] = metadataResource(withItem(items, sshPortKey, QString::number(*port)));
        }
        m_services.store.update(path, changes);
        metadataChanged(path);
    }
    m_boots[id].result = port;
    if (m_boots[id].waiting) {
        const Booted waiting = std::exchange(m_boots[id].waiting, {});
        m_boots.remove(id);
        waiting(port);
    }
}

void InstanceLife::whenBooted(const QString &id, Booted then)
{
    const auto boot = m_boots.find(id);
    if (boot == m_boots.end()) {
        then(failure(ErrorKind::Cancelled, tr("The machine was deleted while it was starting.")));
        return;
    }
    if (!boot->result) {
        boot->waiting = std::move(then);
        return;
    }
    const Result<quint16> result = *boot->result;
    m_boots.erase(boot);
    then(result);
}

QJsonObject InstanceLife::stop(const Call &call, const ResourcePath &path)
{
    const QJsonObject instance = m_services.store.get(path);
    if (statusOf(instance) == QLatin1String("TERMINATED"))
        return m_services.operations.begin(plan(call, "stop", path, 100ms));
    const QString id = idOf(instance);
    OperationPlan plan = this->plan(call, "stop", path, 600ms);
    setStatus(path, "STOPPING");
    plan.ending = [this, path, id](const OperationPlan::Finish &finish) {
        m_on.remove(id);
        m_services.room.powerOff(id, [this, path, id, finish] {
            if (isStill(path, id))
                showStopped(path);
            finish({});
        });
    };
    return m_services.operations.begin(std::move(plan));
}

QJsonObject InstanceLife::reset(const Call &call, const ResourcePath &path)
{
    OperationPlan plan = this->plan(call, "reset", path, 400ms);
    const QString id = plan.targetId;
    plan.ending = [this, path, id](const OperationPlan::Finish &finish) {
        m_services.room.reset(id, [this, path, id, finish] {
            if (isStill(path, id))
                m_services.store.update(path, {{QStringLiteral("lastStartTimestamp"), pacificTime()}});
            finish({});
        });
    };
    return m_services.operations.begin(std::move(plan));
}

QJsonObject InstanceLife::remove(const Call &call, const ResourcePath &path)
{
    const QJsonObject instance = m_services.store.get(path);
    const QString id = idOf(instance);
    OperationPlan plan = this->plan(call, "delete", path, 600ms);
    setStatus(path, "STOPPING");
    plan.ending = [this, path, id, instance](const OperationPlan::Finish &finish) {
        m_on.remove(id);
        m_services.room.powerOff(id, [this, path, id, instance, finish] {
            m_services.room.destroy(id);
            if (const Boot boot = m_boots.take(id); boot.waiting)
                boot.waiting(failure(ErrorKind::Cancelled, tr("The machine was deleted while it was starting.")));
            if (isStill(path, id)) {
                releaseDisks(path, m_services.store.get(path));
                m_services.store.remove(path);
            }
            finish({});
        });
    };
    return m_services.operations.begin(std::move(plan));
}

void InstanceLife::releaseDisks(const ResourcePath &path, const QJsonObject &instance)
{
    for (const QJsonValue &value : instance.value(QLatin1String("disks")).toArray()) {
        const ResourcePath disk{path.project, path.scope, QStringLiteral("disks"), lastSegment(value.toObject().value(QLatin1String("source")).toString())};
        if (value.toObject().value(QLatin1String("autoDelete")).toBool())
            m_services.store.remove(disk);
        else
            m_services.store.update(disk, {{QStringLiteral("users"), QJsonValue::Null}, {QStringLiteral("lastDetachTimestamp"), pacificTime()}});
    }
}

void InstanceLife::metadataChanged(const ResourcePath &path)
{
    const QJsonObject instance = m_services.store.get(path);
    m_services.room.setMetadata(idOf(instance), loginMetadata(path, instance));
}

QMap<QString, QString> InstanceLife::loginMetadata(const ResourcePath &path, const QJsonObject &instance) const
{
    const QJsonObject common = m_services.store.settings(QStringLiteral("commonMetadata")).value(path.project).toObject();
    return withOsLogin(effectiveMetadata(instance.value(QLatin1String("metadata")).toObject(), common), m_services);
}

void InstanceLife::resume()
{
    const QJsonObject projects = m_services.store.settings(QStringLiteral("projects"));
    for (const QString &project : projects.keys()) {
        const auto scopes = m_services.store.inEveryScope(project, QStringLiteral("instances"));
        for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
            for (const QJsonObject &instance : scope.value()) {
                const ResourcePath path{project, scope.key(), QStringLiteral("instances"), instance.value(QLatin1String("name")).toString()};
                const QString status = statusOf(instance);
                if (status == QLatin1String("STOPPING"))
                    showStopped(path);
                else if (status != QLatin1String("TERMINATED") && status != QLatin1String("SUSPENDED")
                         && !(isRecord(instance) && status == QLatin1String("RUNNING"))) {
                    setStatus(path, "STAGING");
                    boot(path);
                    // To whoever looks at it the machine has run all the time.
                    const QJsonValue started = instance.value(QLatin1String("lastStartTimestamp"));
                    whenBooted(idOf(instance), [this, path, started](const Result<quint16> &port) {
                        if (!port)
                            showStopped(path);
                        else if (!started.isUndefined())
                            m_services.store.update(path, {{QStringLiteral("lastStartTimestamp"), started}});
                    });
                }
            }
        }
    }
}

void InstanceLife::showStopped(const ResourcePath &path)
{
    const QJsonObject instance = m_services.store.get(path);
    m_services.store.update(path, {{QStringLiteral("status"), QStringLiteral("TERMINATED")},
                                   {QStringLiteral("lastStopTimestamp"), pacificTime()},
                                   {QStringLiteral("networkInterfaces"), withNatIp(instance.value(QLatin1String("networkInterfaces")).toArray(), {})}});
}

void InstanceLife::onWentOff(const QString &id)
{
    const ResourcePath path = m_on.take(id);
    if (!path.name.isEmpty() && isStill(path, id))
        showStopped(path);
}

std::optional<OperationFault> InstanceLife::stockOut(const Call &call, const QJsonObject &instance)
{
    if (const auto metric = m_services.faults.takeQuota(call.method))
        return m_services.quotas.fault(*metric, regionOfZone(call.zone()));
    if (!m_services.faults.isStockedOut(call.zone(), call.method))
        return {};
    const QString type = lastSegment(instance.value(QLatin1String("machineType")).toString());
    const QJsonObject gpu = instance.value(QLatin1String("guestAccelerators")).toArray().first().toObject();
    const QString gpuType = lastSegment(gpu.value(QLatin1String("acceleratorType")).toString());
    const QStringList out = m_services.faults.valuesOf(QStringLiteral("stock-out"));
    QStringList available;
    for (const QString &zone : m_services.catalogue.zonesOf(regionOfZone(call.zone()))) {
        const bool hasIt = Catalogue::named(m_services.catalogue.machineTypes(call.project(), zone), type)
            && (gpuType.isEmpty() || m_services.catalogue.zonesWith(gpuType).contains(zone));
        if (zone != call.zone() && hasIt && !out.contains(zone))
            available << zone;
    }
    const QString attachment = gpuType.isEmpty() ? QString() : QStringLiteral("%1:%2").arg(gpuType).arg(gpu.value(QLatin1String("acceleratorCount")).toInt());
    const QString with = gpuType.isEmpty() ? QString()
                                           : QStringLiteral(" with %1 %2 accelerator(s)").arg(gpu.value(QLatin1String("acceleratorCount")).toInt()).arg(gpuType);
    QString sentence = QStringLiteral("A %1 VM instance%2 is currently unavailable in the %3 zone. ").arg(type, with, call.zone());
    if (!available.isEmpty())
        sentence += QStringLiteral("Consider trying your request in the %1 zone(s), which currently has capacity to accommodate your request. ")
                        .arg(available.join(QLatin1String(", ")));
    sentence += QStringLiteral("Alternatively, you can try your request again with a different VM hardware configuration or at a later time.");
    const QJsonArray details{
        QJsonObject{{QStringLiteral("help"), QJsonObject{{QStringLiteral("links"), QJsonArray{QJsonObject{
            {QStringLiteral("description"), QStringLiteral("Troubleshooting documentation")},
            {QStringLiteral("url"), QStringLiteral("https://cloud.google.com/compute/docs/resource-error")}}}}}}},
        QJsonObject{{QStringLiteral("localizedMessage"), QJsonObject{{QStringLiteral("locale"), QStringLiteral("en-US")}, {QStringLiteral("message"), sentence}}}},
        QJsonObject{{QStringLiteral("errorInfo"), QJsonObject{
            {QStringLiteral("domain"), QStringLiteral("compute.googleapis.com")},
            {QStringLiteral("reason"), QStringLiteral("resource_availability")},
            {QStringLiteral("metadatas"), QJsonObject{{QStringLiteral("vmType"), type},
                                                      {QStringLiteral("attachment"), attachment},
                                                      {QStringLiteral("zone"), call.zone()},
                                                      {QStringLiteral("zonesAvailable"), available.join(QLatin1Char(','))}}}}}}};
    return OperationFault{503, QStringLiteral("SERVICE UNAVAILABLE"), QStringLiteral("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"),
                          QStringLiteral("The zone 'projects/%1/zones/%2' does not have enough resources available to fulfill the request.  "
                                         "'(resource type:compute)'.").arg(call.project(), call.zone()),
                          details};
}

bool InstanceLife::isStill(const ResourcePath &path, const QString &id) const
{
    return m_services.store.contains(path) && idOf(m_services.store.get(path)) == id;
}

void InstanceLife::setStatus(const ResourcePath &path, const char *status)
{
    m_services.store.update(path, {{QStringLiteral("status"), QLatin1String(status)}});
}

} // namespace nimbook::sandbox
