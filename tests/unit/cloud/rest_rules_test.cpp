// SPDX-License-Identifier: Apache-2.0
// How Compute Engine writes its answers, rule by rule, where clients that guess go wrong.
#include "cloud/gce/compute_client.h"
#include "cloud/gce/listing.h"
#include "cloud/model/instance.h"
#include "cloud/model/operation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace nimbook;
using namespace nimbook::cloud;

namespace {

QJsonObject json(const char *text)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s", qPrintable(error.errorString()));
    return document.object();
}

Instance machine(const char *text)
{
    return Instance::fromJson(json(text), QStringLiteral("lab"));
}

} // namespace

class RestRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idBeyondInt64_staysText()
    {
        QCOMPARE(machine(R"({"id": "18446744073709551615"})").id, QStringLiteral("18446744073709551615"));
    }

    void int64_isReadFromText_andFromANumber()
    {
        QCOMPARE(machine(R"({"disks": [{"diskSizeGb": "2048"}]})").disks.constFirst().sizeGb, 2048);
        QCOMPARE(machine(R"({"disks": [{"diskSizeGb": 2048}]})").disks.constFirst().sizeGb, 2048);
        QCOMPARE(DiskType::fromJson(json(R"({"defaultDiskSizeGb": "375"})")).defaultSizeGb, 375);
    }

    void time_hasThePacificOffsetAndMilliseconds()
    {
        const QDateTime created = machine(R"({"creationTimestamp": "2018-05-19T05:15:46.024-07:00"})").created;
        QCOMPARE(created, QDateTime(QDate(2018, 5, 19), QTime(12, 15, 46, 24), Qt::UTC));
    }

    void linkOfEitherHost_wholeOrInPart_isReadByItsPath_data()
    {
        QTest::addColumn<QString>("link");
        QTest::newRow("the host that is asked") << QStringLiteral("https://compute.googleapis.com/compute/v1/projects/lab/zones/us-central1-a");
        QTest::newRow("the host that servers write") << QStringLiteral("https://www.googleapis.com/compute/v1/projects/lab/zones/us-central1-a");
        QTest::newRow("partial") << QStringLiteral("projects/lab/zones/us-central1-a");
        QTest::newRow("shorter") << QStringLiteral("zones/us-central1-a");
        QTest::newRow("bare") << QStringLiteral("us-central1-a");
    }
    void linkOfEitherHost_wholeOrInPart_isReadByItsPath()
    {
        QFETCH(QString, link);
        const QJsonObject written{{QStringLiteral("name"), QStringLiteral("a")}, {QStringLiteral("zone"), link}, {QStringLiteral("machineType"), link + QStringLiteral("/machineTypes/n1-standard-1")}};
        const Instance read = Instance::fromJson(written, QStringLiteral("lab"));
        QCOMPARE(read.ref.zone, QStringLiteral("us-central1-a"));
        QCOMPARE(read.machineType, QStringLiteral("n1-standard-1"));
        QCOMPARE(Operation::fromJson(written).zone, QStringLiteral("us-central1-a"));
    }

    void emptyListsAndMaps_areLeftOut()
    {
        const Instance read = machine(R"({"name": "a", "labelFingerprint": "42WmSpB8rSM=", "metadata": {"fingerprint": "xyz="}})");
        QVERIFY(read.labels.isEmpty() && read.metadata.isEmpty() && read.disks.isEmpty());
        QCOMPARE(read.labelFingerprint, QStringLiteral("42WmSpB8rSM=")); // setLabels needs it also where there is no label yet
        QCOMPARE(read.metadataFingerprint, QStringLiteral("xyz="));
        QVERIFY(instanceListingFrom({json(R"({"items": {}})")}, QStringLiteral("lab")).instances.isEmpty());
    }

    void fieldThatNoDocumentNames_isIgnored()
    {
        QVERIFY(Zone::fromJson(json(R"({"name": "us-central1-a", "status": "UP", "maintenanceWindows": [{"name": "x"}]})")).up);
        QCOMPARE(MachineType::fromJson(json(R"({"name": "n1-standard-1", "guestCpus": 1, "scratchDisks": [{"diskGb": 1}]})")).guestCpus, 1);
    }

    void aggregatedList_isAMapOfScopes_emptyOnesWithAWarning()
    {
        const auto listing = instanceListingFrom({json(R"({"items": {
            "zones/us-east1-b": {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results for scope"}},
            "regions/us-east1": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
            "zones/us-central1-a": {"instances": [{"name": "a", "zone": "zones/us-central1-a"}]}}})")}, QStringLiteral("lab"));
        QCOMPARE(listing.instances.size(), 1);
        QVERIFY(listing.unreachable.isEmpty()); // no results is not out of reach
    }

    void silentZone_isNamedAndTheOthersCount()
    {
        const auto listing = instanceListingFrom({json(R"({"items": {
            "zones/europe-west4-c": {"warning": {"code": "UNREACHABLE"}},
            "zones/us-central1-a": {"instances": [{"name": "a", "zone": "zones/us-central1-a"}]}}, "unreachables": ["projects/lab/zones/europe-west4-c"]})")}, QStringLiteral("lab"));
        QCOMPARE(listing.instances.size(), 1);
        QCOMPARE(listing.unreachable, QStringList(QStringLiteral("europe-west4-c")));
    }

    void doneOperation_mayBeAFailure()
    {
        const Operation operation = Operation::fromJson(json(R"({"name": "op", "status": "DONE", "httpErrorStatusCode": 403, "httpErrorMessage": "FORBIDDEN",
            "error": {"errors": [{"code": "QUOTA_EXCEEDED", "message": "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region us-central1."}]}})"));
        QVERIFY(operation.isDone() && !operation.problems.isEmpty());
        QCOMPARE(errorFromOperation(operation, QString()).kind, ErrorKind::QuotaExceeded);
    }

    void warningOfASuccess_isNoFailure()
    {
        const Operation operation = Operation::fromJson(json(R"({"name": "op", "status": "DONE", "warnings": [{"code": "DISK_SIZE_LARGER_THAN_IMAGE_SIZE", "message": "Disk size: '200 GB' is larger"}]})"));
        QVERIFY(operation.problems.isEmpty());
        QCOMPARE(operation.warnings.size(), 1);
    }

    void operationOfAnyScopeAndSpelling_isRead()
    {
        const Operation project = Operation::fromJson(json(R"({"name": "op", "status": "RUNNING", "operationType": "compute.projects.setCommonInstanceMetadata"})"));
        QVERIFY(project.zone.isEmpty() && project.region.isEmpty()); // a global one
        QCOMPARE(project.type, QStringLiteral("compute.projects.setCommonInstanceMetadata"));
        QCOMPARE(Operation::fromJson(json(R"({"name": "op", "region": "projects/lab/regions/us-east1"})")).region, QStringLiteral("us-east1"));
    }

    void everyStockOut_isOneByItsBeginning_data()
    {
        QTest::addColumn<QString>("code");
        for (const char *code : {"ZONE_RESOURCE_POOL_EXHAUSTED", "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "ZONE_RESOURCE_POOL_EXHAUSTED_SOME_NEW_WORD"})
            QTest::newRow(code) << QString::fromLatin1(code);
    }
    void everyStockOut_isOneByItsBeginning()
    {
        QFETCH(QString, code);
        Operation operation;
        operation.status = Operation::Status::Done;
        operation.problems = {{code, QStringLiteral("none left"), QString()}}; // zonesAvailable may be empty
        QCOMPARE(errorFromOperation(operation, QString()).kind, ErrorKind::StockOut);
    }

    void stoppedMachine_isTerminatedAndNotGone()
    {
        QCOMPARE(machine(R"({"status": "TERMINATED"})").state(), MachineState::Stopped);
        QCOMPARE(machine(R"({"status": "SOMETHING_NEW"})").state(), MachineState::Busy);
        QCOMPARE(machine(R"({"status": "REPAIRING"})").state(), MachineState::Repairing);
    }
};

QTEST_GUILESS_MAIN(RestRulesTest)
#include "rest_rules_test.moc"
