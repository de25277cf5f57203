// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/instance_request.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/disk_request.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/network_plan.h"
#include "sandbox/api/resource_store.h"

namespace nimbook::sandbox {

namespace {

using Refusal = std::optional<ApiError>;

template<typename T>
Refusal asRefusal(const T &unexpectedError)
{
    return unexpectedError.value();
}

/// The builder of one draft; each step leaves its part of the instance or says why not.
class DraftBuilder {
public:
    DraftBuilder(const Call &call, const Services &services) : m_call(call), m_services(services), m_body(call.body) {}

    Refusal build()
    {
        for (const auto step : {&DraftBuilder::name, &DraftBuilder::machineType, &DraftBuilder::accelerators, &DraftBuilder::scheduling,
                                &DraftBuilder::labelsAndMetadata, &DraftBuilder::network, &DraftBuilder::disks}) {
            if (const Refusal refusal = (this->*step)())
                return refusal;
        }
        rest();
        return {};
    }

    InstanceDraft draft;

private:
    QString inZone(const char *collection, const QString &name) const
    {
        return QStringLiteral("projects/%1/zones/%2/%3/%4").arg(m_call.project(), m_call.zone(), QLatin1String(collection), name);
    }

    Refusal name()
    {
        m_name = m_body.value(QLatin1String("name")).toString();
        if (m_name.isEmpty())
            return asRefusal(missingField(QStringLiteral("resource.name")));
        if (!isResourceName(m_name))
            return asRefusal(invalidField(QStringLiteral("resource.name"), m_name,
                                          QStringLiteral("Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'")));
        if (m_services.store.contains({m_call.project(), m_call.scope(), QStringLiteral("instances"), m_name}))
            return asRefusal(refuse(409, QStringLiteral("alreadyExists"),
                                    QStringLiteral("The resource '%1' already exists").arg(inZone("instances", m_name))));
        return {};
    }

    Refusal machineType()
    {
        const QString wanted = m_body.value(QLatin1String("machineType")).toString();
        if (wanted.isEmpty())
            return asRefusal(missingField(QStringLiteral("resource.machineType")));
        const QString path = relativePath(wanted, m_call.project());
        const auto type = Catalogue::named(m_services.catalogue.machineTypes(m_call.project(), m_call.zone()), lastSegment(wanted));
        if (!type || path != inZone("machineTypes", lastSegment(wanted)))
            return asRefusal(invalidField(QStringLiteral("resource.machineType"), wanted,
                                          QStringLiteral("Machine type with name '%1' does not exist in zone '%2'.")
                                              .arg(lastSegment(wanted), m_call.zone())));
        m_type = *type;
        draft.instance[QStringLiteral("machineType")] = link(path);
        return {};
    }

    Refusal accelerators()
    {
        QJsonArray shown;
        const QJsonArray wanted = m_body.value(QLatin1String("guestAccelerators")).toArray();
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            const QString type = wanted.at(i).toObject().value(QLatin1String("acceleratorType")).toString();
            const int count = wanted.at(i).toObject().value(QLatin1String("acceleratorCount")).toInt();
            const QString path = relativePath(type, m_call.project());
            if (!Catalogue::named(m_services.catalogue.acceleratorTypes(m_call.project(), m_call.zone()), lastSegment(type))
                || path != inZone("acceleratorTypes", lastSegment(type)))
                return asRefusal(notFound(path));
            if (count < 1)
                return asRefusal(invalidField(QStringLiteral("resource.guestAccelerators[%1].acceleratorCount").arg(i),
                                              QString::number(count), {}));
            shown.append(QJsonObject{{QStringLiteral("acceleratorType"), link(path)}, {QStringLiteral("acceleratorCount"), count}});
        }
        if (const Refusal refusal = checkPairing(m_type, shown, m_services))
            return refusal;
        for (const QJsonValue &value : m_type.value(QLatin1String("accelerators")).toArray()) {
            const QString type = value.toObject().value(QLatin1String("guestAcceleratorType")).toString();
            shown = {QJsonObject{{QStringLiteral("acceleratorType"), link(inZone("acceleratorTypes", type))},
                                 {QStringLiteral("acceleratorCount"), value.toObject().value(QLatin1String("guestAcceleratorCount"))}}};
        }
        if (!shown.isEmpty())
            draft.instance[QStringLiteral("guestAccelerators")] = shown;
        return {};
    }

    Refusal scheduling()
    {
        QJsonObject wanted = m_body.value(QLatin1String("scheduling")).toObject();
        const bool spot = wanted.value(QLatin1String("provisioningModel")).toString() == QLatin1String("SPOT")
            || wanted.value(QLatin1String("preemptible")).toBool();
        const auto fill = [&wanted](const char *field, const QJsonValue &value) {
            if (!wanted.contains(QLatin1String(field)))
                wanted[QLatin1String(field)] = value;
        };
        if (spot && wanted.value(QLatin1String("automaticRestart")).toBool())
            return asRefusal(refuse(400, QStringLiteral("invalid"), QStringLiteral("Scheduling must have preemptible be false when AutomaticRestart is true.")));
        fill("onHostMaintenance", spot ? QStringLiteral("TERMINATE") : QStringLiteral("MIGRATE"));
        fill("automaticRestart", !spot);
        fill("preemptible", spot);
        fill("provisioningModel", spot ? QStringLiteral("SPOT") : QStringLiteral("STANDARD"));
        const bool terminates = wanted.value(QLatin1String("onHostMaintenance")).toString() == QLatin1String("TERMINATE");
        if (draft.instance.contains(QLatin1String("guestAccelerators")) && !terminates)
            return asRefusal(refuse(400, QStringLiteral("invalid"), QStringLiteral("Instances with guest accelerators do not support live migration.")));
        if (spot && !terminates)
            return asRefusal(refuse(400, QStringLiteral("invalid"), QStringLiteral("Scheduling must have onHostMaintenance be TERMINATE for preemptible instances.")));
        draft.instance[QStringLiteral("scheduling")] = wanted;
        return {};
    }

    Refusal labelsAndMetadata()
    {
        const QJsonObject labels = m_body.value(QLatin1String("labels")).toObject();
        const QJsonObject metadata = m_body.value(QLatin1String("metadata")).toObject();
        if (const Refusal refusal = checkLabels(labels, QStringLiteral("resource.labels")))
            return refusal;
        if (const Refusal refusal = checkMetadata(metadata, QStringLiteral("resource.metadata")))
            return refusal;
        if (!labels.isEmpty())
            draft.instance[QStringLiteral("labels")] = labels;
        draft.instance[QStringLiteral("labelFingerprint")] = labelFingerprint(labels);
        draft.instance[QStringLiteral("metadata")] = metadataResource(metadata.value(QLatin1String("items")).toArray());
        return {};
    }

    Refusal network()
    {
        const QJsonArray wanted = m_body.value(QLatin1String("networkInterfaces")).toArray();
        if (wanted.isEmpty())
            return asRefusal(invalidField(QStringLiteral("resource.networkInterfaces"), {}, QStringLiteral("At least one network interface is required.")));
        const auto nics = networkInterfaces(wanted, m_call.project(), m_call.zone(), m_services);
        if (!nics)
            return nics.error();
        draft.instance[QStringLiteral("networkInterfaces")] = *nics;
        return {};
    }

    Refusal disks()
    {
        auto plan = checkAttachedDisks(m_call, m_services, m_name, m_type.value(QLatin1String("name")).toString());
        if (!plan)
            return plan.error();
        draft.disks = plan->made;
        draft.instance[QStringLiteral("disks")] = plan->attached;
        return {};
    }

    void rest()
    {
        QJsonObject &shown = draft.instance;
        for (const char *field : {"description", "minCpuPlatform", "shieldedInstanceConfig", "shieldedInstanceIntegrityPolicy",
                                  "resourcePolicies", "hostname", "displayDevice", "reservationAffinity", "advancedMachineFeatures",
                                  "keyRevocationActionType", "confidentialInstanceConfig"}) {
            if (m_body.contains(QLatin1String(field)))
                shown[QLatin1String(field)] = m_body.value(QLatin1String(field));
        }
        QJsonArray accounts;
        for (const QJsonValue &value : m_body.value(QLatin1String("serviceAccounts")).toArray()) {
            QJsonObject account = value.toObject();
            if (account.value(QLatin1String("email")).toString() == QLatin1String("default"))
                account[QStringLiteral("email")] = m_services.store.settings(QStringLiteral("projects")).value(m_call.project()).toObject()
                        .value(QLatin1String("number")).toString() + QStringLiteral("-compute@developer.gserviceaccount.com");
            accounts.append(account);
        }
        if (!accounts.isEmpty())
            shown[QStringLiteral("serviceAccounts")] = accounts;
        const QJsonArray tags = m_body.value(QLatin1String("tags")).toObject().value(QLatin1String("items")).toArray();
        QJsonObject shownTags{{QStringLiteral("fingerprint"), fingerprint(QJsonObject{{QStringLiteral("tags"), tags}})}};
        if (!tags.isEmpty())
            shownTags[QStringLiteral("items")] = tags;
        shown[QStringLiteral("tags")] = shownTags;
        shown[QStringLiteral("kind")] = QStringLiteral("compute#instance");
        shown[QStringLiteral("id")] = newId();
        shown[QStringLiteral("name")] = m_name;
        shown[QStringLiteral("zone")] = link(QStringLiteral("projects/%1/zones/%2").arg(m_call.project(), m_call.zone()));
        shown[QStringLiteral("selfLink")] = link(inZone("instances", m_name));
        shown[QStringLiteral("creationTimestamp")] = pacificTime();
        shown[QStringLiteral("status")] = QStringLiteral("PROVISIONING");
        shown[QStringLiteral("cpuPlatform")] = QStringLiteral("Unknown CPU Platform");
        shown[QStringLiteral("canIpForward")] = m_body.value(QLatin1String("canIpForward")).toBool();
        shown[QStringLiteral("startRestricted")] = false;
        shown[QStringLiteral("deletionProtection")] = m_body.value(QLatin1String("deletionProtection")).toBool();
        shown[QStringLiteral("fingerprint")] = fingerprint(newId().toLatin1());
    }

    const Call &m_call;
    const Services &m_services;
    const QJsonObject m_body;
    QString m_name;
    QJsonObject m_type;
};

} // namespace

tl::expected<InstanceDraft, ApiError> checkInstance(const Call &call, const Services &services)
{
    DraftBuilder builder(call, services);
    if (const Refusal refusal = builder.build())
        return tl::unexpected(*refusal);
    return std::move(builder.draft);
}

Refusal checkPairing(const QJsonObject &machineType, const QJsonArray &accelerators, const Services &services)
{
    const QString name = machineType.value(QLatin1String("name")).toString();
    const QJsonArray fixed = machineType.value(QLatin1String("accelerators")).toArray();
    for (qsizetype i = 0; i < accelerators.size(); ++i) {
        const QString type = lastSegment(accelerators.at(i).toObject().value(QLatin1String("acceleratorType")).toString());
        const int count = accelerators.at(i).toObject().value(QLatin1String("acceleratorCount")).toInt();
        const auto incompatible = [&] {
            return asRefusal(refuse(400, QStringLiteral("badRequest"),
                                    QStringLiteral("[%1, %2] features are not compatible for creating instance.").arg(name, type)));
        };
        const auto wrongCount = [&] {
            return asRefusal(invalidField(QStringLiteral("resource.guestAccelerators[%1].acceleratorCount").arg(i), QString::number(count), {}));
        };
        if (!fixed.isEmpty()) {
            if (fixed.first().toObject().value(QLatin1String("guestAcceleratorType")).toString() != type)
                return incompatible();
            if (fixed.first().toObject().value(QLatin1String("guestAcceleratorCount")).toInt() != count)
                return wrongCount();
            continue;
        }
        if (!services.catalogue.isAttachable(type) || !name.startsWith(QLatin1String("n1-")))
            return incompatible();
        const auto rule = services.catalogue.attachRule(type, count);
        if (!rule)
            return wrongCount();
        if (machineType.value(QLatin1String("guestCpus")).toInt() > rule->cpus
            || machineType.value(QLatin1String("memoryMb")).toDouble() / 1024 > rule->memoryGb)
            return incompatible();
    }
    return {};
}

} // namespace nimbook::sandbox
