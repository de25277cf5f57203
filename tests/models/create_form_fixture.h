// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/create_form.h"

#include "support/fake_token_source.h"
#include "support/fake_transport.h"

#include <QTest>

namespace nimbook::testing {

inline QJsonObject listOf(const QJsonArray &items)
{
    return {{QStringLiteral("items"), items}};
}

inline QJsonObject zoneJson(const QString &name, const QString &status = QStringLiteral("UP"))
{
    return {{QStringLiteral("name"), name}, {QStringLiteral("status"), status},
            {QStringLiteral("region"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/p/regions/") + name.left(name.size() - 2)}};
}

inline QJsonObject regionJson(const QString &name, double limit, double usage)
{
    const QJsonObject quota{{QStringLiteral("metric"), QStringLiteral("NVIDIA_T4_GPUS")}, {QStringLiteral("limit"), limit}, {QStringLiteral("usage"), usage}};
    return {{QStringLiteral("name"), name}, {QStringLiteral("quotas"), limit < 0 ? QJsonArray() : QJsonArray{quota}}};
}

inline QJsonObject machineJson(const QString &name, int cpus, int memoryMb, const QString &gpu = {}, int count = 0)
{
    QJsonObject json{{QStringLiteral("name"), name}, {QStringLiteral("guestCpus"), cpus}, {QStringLiteral("memoryMb"), memoryMb}};
    if (!gpu.isEmpty())
        json.insert(QStringLiteral("accelerators"), QJsonArray{QJsonObject{{QStringLiteral("guestAcceleratorType"), gpu}, {QStringLiteral("guestAcceleratorCount"), count}}});
    return json;
}

/// What the project is like, as Service Usage, Resource Manager and projects.get tell it.
struct Preflight {
    bool enabled = true;
    QStringList missing;
    std::optional<double> gpusAllRegions;
    QJsonArray asked;
};
inline Preflight preflight;

inline QJsonObject projectAnswer(const QString &path)
{
    if (path.endsWith(u"/services/compute.googleapis.com"))
        return {{QStringLiteral("state"), preflight.enabled ? QStringLiteral("ENABLED") : QStringLiteral("DISABLED")}};
    if (path.endsWith(u":enable"))
        return {{QStringLiteral("name"), QStringLiteral("operations/acf.p2-1")}};
    if (path.endsWith(u"/operations/acf.p2-1")) {
        preflight.enabled = true;
        return {{QStringLiteral("name"), QStringLiteral("operations/acf.p2-1")}, {QStringLiteral("done"), true}};
    }
    if (path.endsWith(u":testIamPermissions")) {
        QJsonArray granted;
        for (const auto &permission : std::as_const(preflight.asked))
            if (!preflight.missing.contains(permission.toString()))
                granted.append(permission);
        return granted.isEmpty() ? QJsonObject() : QJsonObject{{QStringLiteral("permissions"), granted}};
    }
    if (path.endsWith(u"/projects/p") && preflight.gpusAllRegions) {
        const QJsonObject quota{{QStringLiteral("metric"), QStringLiteral("GPUS_ALL_REGIONS")}, {QStringLiteral("limit"), *preflight.gpusAllRegions}, {QStringLiteral("usage"), 0}};
        return {{QStringLiteral("quotas"), QJsonArray{quota}}};
    }
    return {};
}

/// Compute Engine as far as the form asks it. T4: us-central1-a and -f (at most 1 there), the others: us-central1-a; europe-west4-b has none.
inline QJsonObject computeAnswer(const QString &path)
{
    const auto gpuIn = [](const QString &zone, int most, const QString &name) {
        return QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("maximumCardsPerInstance"), most},
                           {QStringLiteral("zone"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/p/zones/") + zone}};
    };
    if (path.endsWith(u"/zones"))
        return listOf({zoneJson(QStringLiteral("europe-west4-b")), zoneJson(QStringLiteral("us-central1-f")), zoneJson(QStringLiteral("us-central1-a")),
                       zoneJson(QStringLiteral("us-central1-z"), QStringLiteral("DOWN"))});
    if (path.endsWith(u"/regions"))
        return listOf({regionJson(QStringLiteral("us-central1"), 4, 1), regionJson(QStringLiteral("europe-west4"), -1, 0)});
    if (path.endsWith(u"/aggregated/acceleratorTypes")) {
        const QString t4 = QStringLiteral("nvidia-tesla-t4");
        const auto scope = [](const QJsonArray &types) { return QJsonObject{{QStringLiteral("acceleratorTypes"), types}}; };
        return {{QStringLiteral("items"),
                 QJsonObject{{QStringLiteral("zones/us-central1-a"), scope({gpuIn(QStringLiteral("us-central1-a"), 4, t4), gpuIn(QStringLiteral("us-central1-a"), 8, QStringLiteral("nvidia-l4")),
                                                                           gpuIn(QStringLiteral("us-central1-a"), 16, QStringLiteral("nvidia-tesla-a100")),
                                                                           gpuIn(QStringLiteral("us-central1-a"), 8, QStringLiteral("nvidia-h100-80gb")),
                                                                           gpuIn(QStringLiteral("us-central1-a"), 8, QStringLiteral("nvidia-rtx-pro-6000"))})},
                             {QStringLiteral("zones/us-central1-f"), scope({gpuIn(QStringLiteral("us-central1-f"), 1, t4)})}}}};
    }
    if (path.endsWith(u"/machineTypes"))
        return listOf({machineJson(QStringLiteral("e2-standard-4"), 4, 16384), machineJson(QStringLiteral("n1-standard-4"), 4, 15360), machineJson(QStringLiteral("n1-standard-96"), 96, 368640),
                       machineJson(QStringLiteral("n1-standard-2"), 2, 7680), machineJson(QStringLiteral("g2-standard-24"), 24, 98304, QStringLiteral("nvidia-l4"), 2),
                       machineJson(QStringLiteral("g2-standard-8"), 8, 32768, QStringLiteral("nvidia-l4"), 1),
                       machineJson(QStringLiteral("a2-highgpu-1g"), 12, 87040, QStringLiteral("nvidia-tesla-a100"), 1),
                       machineJson(QStringLiteral("a3-highgpu-1g"), 26, 239616, QStringLiteral("nvidia-h100-80gb"), 1),
                       machineJson(QStringLiteral("g4-standard-6"), 6, 22528, QStringLiteral("nvidia-rtx-pro-6000"), 1),
                       machineJson(QStringLiteral("g4-standard-48"), 48, 184320, QStringLiteral("nvidia-rtx-pro-6000"), 1)});
    if (path.endsWith(u"/diskTypes"))
        return listOf({QJsonObject{{QStringLiteral("name"), QStringLiteral("pd-balanced")}}, QJsonObject{{QStringLiteral("name"), QStringLiteral("pd-ssd")}},
                       QJsonObject{{QStringLiteral("name"), QStringLiteral("hyperdisk-balanced")}}});
    if (path.contains(u"/images/family/"))
        return {{QStringLiteral("name"), QStringLiteral("image-1")}, {QStringLiteral("family"), path.section(u'/', -1)}, {QStringLiteral("diskSizeGb"), QStringLiteral("64")}};
    return projectAnswer(path);
}

/// A creation form before that project; one for each test function.
class CreateFormFixture {
public:
    using Form = models::CreateForm;
    using Field = models::CreateForm::Field;

    CreateFormFixture()
    {
        preflight = {};
        m_api.emplace(transport, m_tokens);
        compute.emplace(*m_api, cloud::Endpoints());
        apis.emplace(*m_api, cloud::Endpoints());
        transport.handleWith([this](const net::HttpRequest &request) -> FakeTransport::Answer {
            const QString path = request.url.path();
            if (!broken.isEmpty() && path.contains(broken)) {
                return notFound ? FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("The resource was not found"))
                                : FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required permission"));
            }
            if (path.endsWith(u":testIamPermissions"))
                preflight.asked = FakeTransport::body(request).value(QLatin1String("permissions")).toArray();
            return FakeTransport::json(computeAnswer(path));
        });
        form = std::make_unique<Form>(workspace::Catalogue::load().value());
    }

    /// \return false: it still asks, after the time that QTest waits
    bool begin(const QList<cloud::InstanceRef> &existing = {}, bool withPreflight = false)
    {
        form->begin(&*compute, {QStringLiteral("p"), existing}, Form::Keep::Nothing, withPreflight ? &*apis : nullptr);
        return QTest::qWaitFor([this] {
            return !form->isLoading(Field::MachineType) && !form->isLoading(Field::BootImage) && !form->isLoading(Field::DiskType)
                && !form->isLoading(Field::Project);
        }, 10'000);
    }
    bool beginWithPreflight() { return begin({}, true); }

    FakeTransport transport;
    QString broken; ///< requests whose path contains this fail
    bool notFound = false;

private:
    FakeTokenSource m_tokens; // before what uses them: members go in reverse
    std::optional<net::ApiClient> m_api;

public:
    std::optional<cloud::ComputeClient> compute;
    std::optional<cloud::ProjectClient> apis;
    std::unique_ptr<Form> form;
};

} // namespace nimbook::testing
