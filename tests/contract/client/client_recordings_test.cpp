// SPDX-License-Identifier: Apache-2.0
// What Google's servers really answered, read by our parsers. Comparisons read the raw JSON on a path of their own.
#include "auth/credential_file.h"
#include "cloud/gce/listing.h"
#include "net/google_error.h"
#include "net/google_fault.h"

#include "tests/contract/client/recordings.h"

#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;

namespace {

QString lastSegment(const QJsonObject &json, const char *field)
{
    return json.value(QLatin1String(field)).toString().split(QLatin1Char('/')).constLast();
}

QString textOf(const QJsonObject &json, const char *field)
{
    return json.value(QLatin1String(field)).toString();
}

} // namespace

class ClientRecordingsTest : public QObject {
    Q_OBJECT

    QString m_folder;
    QList<Recording> m_all; ///< every recorded answer

    QList<Recording> ofKind(const QString &kind) const
    {
        QList<Recording> found;
        for (const Recording &recording : m_all) {
            if (textOf(recording.body, "kind") == kind)
                found.append(recording);
        }
        return found;
    }

    void checkInstance(const QJsonObject &json, const QString &where)
    {
        const Instance machine = Instance::fromJson(json, QStringLiteral("p"));
        const QByteArray context = where.toUtf8();
        QVERIFY2(!machine.ref.name.isEmpty() && machine.ref.name == textOf(json, "name"), context);
        QVERIFY2(machine.ref.zone == lastSegment(json, "zone"), context);
        QVERIFY2(machine.id == textOf(json, "id"), context);
        QVERIFY2(machine.machineType == lastSegment(json, "machineType") && !machine.machineType.isEmpty(), context);
        QVERIFY2(machine.status != InstanceStatus::Unknown, context);
        QVERIFY2(machine.created.isValid(), context);
        const QJsonObject metadata = json.value(QStringLiteral("metadata")).toObject();
        QSet<QString> keys; // libcloud's hand-made items have none
        for (const QJsonValue &item : metadata.value(QStringLiteral("items")).toArray())
            keys.insert(textOf(item.toObject(), "key"));
        keys.remove(QString());
        QVERIFY2(QSet<QString>(machine.metadata.keyBegin(), machine.metadata.keyEnd()) == keys, context);
        QVERIFY2(machine.metadataFingerprint == textOf(metadata, "fingerprint"), context);
        QVERIFY2(machine.labels.size() == json.value(QStringLiteral("labels")).toObject().size(), context);
        QVERIFY2(machine.disks.size() == json.value(QStringLiteral("disks")).toArray().size(), context);
        QVERIFY2(machine.disks.isEmpty() || machine.disks.constFirst().boot, context); // one had its disks detached
        const QJsonObject network = json.value(QStringLiteral("networkInterfaces")).toArray().first().toObject();
        QVERIFY2(machine.internalAddress == textOf(network, "networkIP"), context);
        QVERIFY2(machine.externalAddress == textOf(network.value(QStringLiteral("accessConfigs")).toArray().first().toObject(), "natIP"), context);
        QVERIFY2(machine.sshPort() == 22, context);
        ++m_instances;
    }
    int m_instances = 0;

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = qEnvironmentVariable("NIMBOOK_CONTRACT_DATA");
        if (m_folder.isEmpty())
            QSKIP("NIMBOOK_CONTRACT_DATA is not set: recorded answers of Google's servers were not read");
        m_folder += QStringLiteral("/recordings/");
        for (const char *folder : {"cloud-custodian", "libcloud", "cloud-custodian-errors", "reported-errors"})
            m_all += jsonRecordings(m_folder + QLatin1String(folder));
        m_all += logRecordings(m_folder + QStringLiteral("kcc-http-logs"));
        QVERIFY2(m_all.size() > 400, qPrintable(QString::number(m_all.size())));
    }

    void machines_areReadWhole()
    {
        for (const Recording &recording : ofKind(QStringLiteral("compute#instance")))
            checkInstance(recording.body, recording.name);
        for (const Recording &recording : ofKind(QStringLiteral("compute#instanceList"))) {
            for (const QJsonObject &machine : listedItems({recording.body}, QStringLiteral("items")))
                checkInstance(machine, recording.name);
        }
        QVERIFY2(m_instances >= 20, qPrintable(QString::number(m_instances)));
    }

    void machinesOfAllZones_areFound()
    {
        int found = 0;
        for (const Recording &recording : ofKind(QStringLiteral("compute#instanceAggregatedList"))) {
            const auto listing = instanceListingFrom({recording.body}, QStringLiteral("p"));
            int expected = 0;
            const QJsonObject scopes = recording.body.value(QStringLiteral("items")).toObject();
            for (auto it = scopes.begin(); it != scopes.end(); ++it) {
                const QJsonArray machines = it.value().toObject().value(QStringLiteral("instances")).toArray();
                expected += int(machines.size());
                for (const QJsonValue &machine : machines) {
                    checkInstance(machine.toObject(), recording.name);
                    QVERIFY2(it.key() == QStringLiteral("zones/") + lastSegment(machine.toObject(), "zone"), qPrintable(recording.name));
                }
            }
            QCOMPARE(listing.instances.size(), expected);
            QVERIFY2(listing.unreachable.isEmpty(), qPrintable(recording.name));
            found += expected;
        }
        QVERIFY2(found >= 8, qPrintable(QString::number(found)));
    }

    void operations_areReadWhole()
    {
        int done = 0;
        int failed = 0;
        const auto operations = ofKind(QStringLiteral("compute#operation"));
        for (const Recording &recording : operations) {
            const Operation operation = Operation::fromJson(recording.body);
            const QByteArray context = recording.name.toUtf8();
            QVERIFY2(!operation.name.isEmpty() && operation.name == textOf(recording.body, "name"), context);
            QVERIFY2(operation.isDone() == (textOf(recording.body, "status") == QLatin1String("DONE")), context);
            QVERIFY2(operation.progress == recording.body.value(QStringLiteral("progress")).toInt(), context);
            QVERIFY2(operation.type == textOf(recording.body, "operationType"), context);
            QVERIFY2(operation.zone == lastSegment(recording.body, "zone"), context);
            QVERIFY2(operation.region == lastSegment(recording.body, "region"), context);
            QVERIFY2(operation.targetName == lastSegment(recording.body, "targetLink"), context);
            const bool hasError = recording.body.contains(QStringLiteral("error"));
            QVERIFY2(operation.problems.isEmpty() == !hasError, context);
            done += operation.isDone();
            failed += hasError;
        }
        QVERIFY2(operations.size() > 150 && done > 80 && failed >= 2, qPrintable(QStringLiteral("%1 %2 %3").arg(operations.size()).arg(done).arg(failed)));
    }

    void catalogue_isRead()
    {
        int zones = 0;
        int regions = 0;
        int types = 0;
        int disks = 0;
        int images = 0;
        for (const Recording &list : ofKind(QStringLiteral("compute#zoneList"))) {
            for (const Zone &zone : sortedFrom<Zone>(listedItems({list.body}, QStringLiteral("items")))) {
                QVERIFY(zone.up || zone.name.isEmpty() == false);
                QVERIFY2(zone.name.startsWith(zone.region + QLatin1Char('-')), qPrintable(zone.name));
                ++zones;
            }
        }
        for (const Recording &list : ofKind(QStringLiteral("compute#regionList"))) {
            for (const Region &region : sortedFrom<Region>(listedItems({list.body}, QStringLiteral("items")))) {
                const bool hasCpus = std::any_of(region.quotas.begin(), region.quotas.end(), [](const Quota &quota) { return quota.metric == QLatin1String("CPUS") && quota.limit > 0; });
                QVERIFY2(hasCpus, qPrintable(region.name));
                ++regions;
            }
        }
        for (const Recording &list : ofKind(QStringLiteral("compute#machineTypeList"))) {
            for (const MachineType &type : sortedFrom<MachineType>(listedItems({list.body}, QStringLiteral("items")))) {
                QVERIFY2(type.guestCpus > 0 && type.memoryMb > 500 && type.zone.endsWith(QLatin1String("1-a")), qPrintable(type.name));
                ++types;
            }
        }
        for (const Recording &list : ofKind(QStringLiteral("compute#diskTypeList"))) {
            for (const DiskType &type : sortedFrom<DiskType>(listedItems({list.body}, QStringLiteral("items")))) {
                QVERIFY2(type.defaultSizeGb > 0 && !type.description.isEmpty(), qPrintable(type.name));
                ++disks;
            }
        }
        for (const Recording &list : ofKind(QStringLiteral("compute#imageList"))) {
            for (const Image &image : sortedFrom<Image>(listedItems({list.body}, QStringLiteral("items")))) {
                QVERIFY2(!image.name.isEmpty() && !image.project.isEmpty() && image.diskSizeGb > 0, qPrintable(list.name + image.name));
                ++images;
            }
        }
        const auto gpus = ofKind(QStringLiteral("compute#acceleratorType"));
        QCOMPARE(gpus.size(), 1);
        QCOMPARE(AcceleratorType::fromJson(gpus.constFirst().body).name, QStringLiteral("nvidia-tesla-k80"));
        QVERIFY2(zones > 5 && regions >= 3 && types > 10 && disks >= 2 && images > 50,
                 qPrintable(QStringLiteral("%1 %2 %3 %4 %5").arg(zones).arg(regions).arg(types).arg(disks).arg(images)));
    }

    void projects_areRead()
    {
        int projects = 0;
        for (const Recording &recording : std::as_const(m_all)) {
            auto items = listedItems({recording.body}, QStringLiteral("projects"));
            if (recording.body.contains(QStringLiteral("projectId")) && recording.body.contains(QStringLiteral("lifecycleState")))
                items.append(recording.body);
            for (const QJsonObject &item : items) {
                const Project project = Project::fromJson(item);
                QVERIFY2(!project.id.isEmpty() && project.name == textOf(item, "name"), qPrintable(recording.name));
                QCOMPARE(project.active, textOf(item, "lifecycleState") == QLatin1String("ACTIVE"));
                ++projects;
            }
        }
        QVERIFY2(projects >= 5, qPrintable(QString::number(projects)));
    }

    void everyErrorAnswer_keepsGooglesWords()
    {
        int errors = 0;
        for (const Recording &recording : std::as_const(m_all)) {
            const QJsonObject error = recording.body.value(QStringLiteral("error")).toObject();
            if (recording.status < 400 || error.isEmpty())
                continue;
            const Error made = net::errorFromResponse(asResponse(recording), QStringLiteral("try it"));
            const ErrorKind expected = recording.status == 404 ? ErrorKind::NotFound : recording.status == 403 ? ErrorKind::PermissionDenied : ErrorKind::NotSignedIn;
            QVERIFY2(made.kind == expected, qPrintable(recording.name + errorKindName(made.kind)));
            QVERIFY2(made.message.contains(textOf(error, "message")), qPrintable(recording.name));
            QVERIFY2(!made.nextStep.isEmpty(), qPrintable(recording.name));
            ++errors;
        }
        QVERIFY2(errors >= 28, qPrintable(QString::number(errors)));
    }

    void reportedOperation_becomesItsKind_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("nextStep");
        QTest::newRow("condition") << "op-condition-not-met-412" << ErrorKind::Conflict << "try again";
        QTest::newRow("quota, all regions") << "op-quota-exceeded-cpus-all-regions" << ErrorKind::QuotaExceeded << "over all regions";
        QTest::newRow("quota, region") << "op-quota-exceeded-quotainfo" << ErrorKind::QuotaExceeded << "another region";
        QTest::newRow("quota, GPUs") << "op-quota-gpus-all-regions-text" << ErrorKind::QuotaExceeded << "over all regions";
        QTest::newRow("stock-out") << "op-stockout-insert-full-operation" << ErrorKind::StockOut << "another zone";
        QTest::newRow("stock-out, T4") << "op-stockout-with-details-t4" << ErrorKind::StockOut << "us-central1-a, us-central1-f";
    }
    void reportedOperation_becomesItsKind()
    {
        QFETCH(QString, file);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, nextStep);
        const QJsonObject body = QJsonDocument::fromJson(fileContent(m_folder + QStringLiteral("reported-errors/%1.json").arg(file))).object().value(QStringLiteral("body")).toObject();
        const Operation operation = Operation::fromJson(body);
        QVERIFY(!operation.problems.isEmpty());
        const Error error = errorFromOperation(operation, QStringLiteral("create trainer-1"));
        QCOMPARE(errorKindName(error.kind), errorKindName(kind));
        QVERIFY2(error.nextStep.contains(nextStep), qPrintable(error.nextStep));
        QVERIFY(error.message.contains(operation.problems.constFirst().message));
    }

    void reportedText_becomesItsKind_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("nextStep");
        QTest::newRow("GPU count") << "http-400-invalid-acceleratorCount" << 400 << "invalid" << ErrorKind::InvalidInput << "Change";
        QTest::newRow("API disabled") << "http-403-accessNotConfigured-compute-text" << 403 << "accessNotConfigured" << ErrorKind::ApiDisabled
            << "Enable Compute Engine API at https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=255964991331";
        QTest::newRow("rate limit") << "http-403-rateLimitExceeded-text" << 403 << "rateLimitExceeded" << ErrorKind::RateLimited << "in a minute";
        QTest::newRow("no such GPU") << "http-404-acceleratorType" << 404 << "notFound" << ErrorKind::NotFound << "check project, zone";
        QTest::newRow("exists") << "http-409-alreadyExists-text" << 409 << "alreadyExists" << ErrorKind::AlreadyExists << "another name";
        QTest::newRow("stale fingerprint") << "op-setmetadata-fingerprint" << 412 << "conditionNotMet" << ErrorKind::Conflict << "try again";
    }
    /// The reporters pasted Google's sentence only; the envelope around it is put back here.
    void reportedText_becomesItsKind()
    {
        QFETCH(QString, file);
        QFETCH(int, status);
        QFETCH(QString, reason);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, nextStep);
        const QJsonObject body = QJsonDocument::fromJson(fileContent(m_folder + QStringLiteral("reported-errors/%1.json").arg(file))).object().value(QStringLiteral("body")).toObject();
        QStringList texts{textOf(body, "text"), textOf(body, "googleapi_text")};
        for (const char *many : {"texts", "googleapi_texts"}) {
            for (const QJsonValue &text : body.value(QLatin1String(many)).toArray())
                texts.append(text.toString());
        }
        texts.removeAll(QString());
        QVERIFY(!texts.isEmpty());
        for (const QString &text : std::as_const(texts)) {
            const QJsonObject first{{QStringLiteral("reason"), reason}, {QStringLiteral("message"), text}};
            const Recording recording{file, status, {{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), status}, {QStringLiteral("message"), text}, {QStringLiteral("errors"), QJsonArray{first}}}}}};
            const Error error = net::errorFromResponse(asResponse(recording), QStringLiteral("try it"));
            QCOMPARE(errorKindName(error.kind), errorKindName(kind));
            QVERIFY2(error.message.contains(text), qPrintable(error.message));
            QVERIFY2(error.nextStep.contains(nextStep), qPrintable(error.nextStep));
            Operation operation;
            operation.problems = {{QString(), text, QString()}};
            if (kind == ErrorKind::Conflict)
                QCOMPARE(errorFromOperation(operation, QString()).kind, ErrorKind::Conflict);
        }
    }

    void missingPermission_isNamed()
    {
        const QJsonObject json = QJsonDocument::fromJson(fileContent(m_folder + QStringLiteral("reported-errors/http-403-forbidden-permission.json"))).object();
        const Error error = net::errorFromResponse({403, {}, QJsonDocument(json.value(QStringLiteral("body")).toObject()).toJson()}, QString());
        QVERIFY2(error.nextStep.contains(QLatin1String("compute.instanceTemplates.create")), qPrintable(error.nextStep));
    }

    void refusedTokens_meanSigningInAgain()
    {
        for (const char *file : {"http-401-authError-generic", "oauth-400-invalid_grant-jwt", "oauth-400-invalid_rapt"}) {
            const QJsonObject json = QJsonDocument::fromJson(fileContent(m_folder + QStringLiteral("reported-errors/%1.json").arg(QLatin1String(file)))).object();
            const net::HttpResponse response{json.value(QStringLiteral("http_status")).toInt(), {}, QJsonDocument(json.value(QStringLiteral("body")).toObject()).toJson()};
            QCOMPARE(net::errorFromResponse(response, QString()).kind, ErrorKind::NotSignedIn);
        }
    }

    void credentialFiles_areReadOrNamed()
    {
        const QString folder = m_folder + QStringLiteral("google-auth-library-python/");
        int users = 0, standIns = 0;
        const QStringList files = QDir(folder).entryList(QDir::Files);
        for (const QString &name : files) {
            const auto file = auth::CredentialFile::read(folder + name);
            const QJsonObject json = QJsonDocument::fromJson(fileContent(folder + name)).object();
            if (name.startsWith(QLatin1String("authorized_user"))) {
                QVERIFY2(file, qPrintable(name + (file ? QString() : file.error().message)));
                QCOMPARE(file->type, auth::CredentialFile::Type::AuthorizedUser);
                QCOMPARE(file->clientId, textOf(json, "client_id"));
                QCOMPARE(file->quotaProject, textOf(json, "quota_project_id"));
                QCOMPARE(file->refreshToken.reveal(), textOf(json, "refresh_token").toUtf8());
                ++users;
            } else if (name.startsWith(QLatin1String("impersonated")) && !name.contains(QLatin1String("external_account"))) {
                QVERIFY2(file, qPrintable(name + (file ? QString() : file.error().message)));
                QCOMPARE(file->account, QStringLiteral("service-account-target@example.com"));
                QCOMPARE(file->quotaProject, textOf(json, "quota_project_id"));
                QCOMPARE(file->source->type, auth::CredentialFile::Type::AuthorizedUser);
                ++standIns;
            } else {
                QVERIFY2(!file && file.error().kind == ErrorKind::Unsupported, qPrintable(name));
                QVERIFY2(file.error().message.contains(name.startsWith(QLatin1String("client_secrets")) ? QLatin1String("OAuth client") : QLatin1String("external_account_authorized_user")), qPrintable(file.error().message));
            }
        }
        QCOMPARE(users, 4);
        QCOMPARE(standIns, 2);
        QCOMPARE(files.size(), 8);
    }
};

QTEST_GUILESS_MAIN(ClientRecordingsTest)
#include "client_recordings_test.moc"
