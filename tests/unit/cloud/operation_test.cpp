// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/operation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace nimbook;
using namespace nimbook::cloud;

class OperationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runningOperation_isRead()
    {
        const Operation operation = Operation::fromJson(QJsonDocument::fromJson(R"({
            "name":"operation-17","operationType":"insert","status":"RUNNING","progress":40,
            "zone":"https:\/\/www.googleapis.com/compute/v1/projects/p/zones/us-central1-a",
            "targetLink":"https:\/\/www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/instances/trainer-1",
            "warnings":[{"code":"DISK_SIZE_LARGER_THAN_IMAGE_SIZE","message":"resize"}]})").object());
        QCOMPARE(operation.name, QStringLiteral("operation-17"));
        QCOMPARE(operation.status, Operation::Status::Running);
        QCOMPARE(operation.progress, 40);
        QCOMPARE(operation.zone, QStringLiteral("us-central1-a"));
        QVERIFY(operation.region.isEmpty());
        QCOMPARE(operation.targetName, QStringLiteral("trainer-1"));
        QCOMPARE(operation.warnings.size(), 1);
        QVERIFY(operation.problems.isEmpty());
        QVERIFY(!operation.isDone());
    }

    void failure_becomesAnError_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("nextStep");
        const auto row = [](const char *code, const char *message, int status, ErrorKind kind, const char *nextStep) {
            QTest::newRow(qPrintable(QString::fromLatin1(code) + QLatin1Char(' ') + QString::number(status) + QLatin1String(message).left(20)))
                << QString::fromLatin1(code) << QString::fromLatin1(message) << status << kind << QString::fromLatin1(nextStep);
        };
        row("ZONE_RESOURCE_POOL_EXHAUSTED", "The zone does not have enough resources", 503, ErrorKind::StockOut, "another zone");
        row("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "none", 503, ErrorKind::StockOut, "another zone");
        row("QUOTA_EXCEEDED", "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region us-central1.", 403, ErrorKind::QuotaExceeded, "another region");
        row("QUOTA_EXCEEDED", "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.", 403, ErrorKind::QuotaExceeded, "over all regions");
        row("CONDITION_NOT_MET", "stale", 412, ErrorKind::Conflict, "try again");
        row("INVALID_USAGE", "Supplied fingerprint does not match current metadata fingerprint.", 400, ErrorKind::Conflict, "try again");
        row("", "Supplied fingerprint does not match current metadata fingerprint.", 0, ErrorKind::Conflict, "try again");
        row("RESOURCE_NOT_READY", "still stopping", 400, ErrorKind::WrongState, "Wait");
        row("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "disk", 400, ErrorKind::WrongState, "Wait");
        row("RESOURCE_NOT_FOUND", "gone", 404, ErrorKind::NotFound, "refresh");
        row("RESOURCE_ALREADY_EXISTS", "there", 409, ErrorKind::AlreadyExists, "another name");
        row("PERMISSION_DENIED", "no", 403, ErrorKind::PermissionDenied, "owner");
        row("INVALID_FIELD_VALUE", "x", 400, ErrorKind::InvalidInput, "Change");
        row("UNSUPPORTED_OPERATION", "x", 400, ErrorKind::Unsupported, "another zone");
        row("INTERNAL_ERROR", "x", 500, ErrorKind::ServerError, "some minutes");
        row("SOMETHING_NEW", "x", 404, ErrorKind::NotFound, "refresh");
        row("SOMETHING_NEW", "x", 0, ErrorKind::ServerError, "some minutes");
    }
    void failure_becomesAnError()
    {
        QFETCH(QString, code);
        QFETCH(QString, message);
        QFETCH(int, status);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, nextStep);
        Operation operation;
        operation.name = QStringLiteral("operation-17");
        operation.problems = {{code, message, QString()}};
        operation.httpErrorStatusCode = status;
        const Error error = errorFromOperation(operation, QStringLiteral("create trainer-1"));
        QCOMPARE(errorKindName(error.kind), errorKindName(kind));
        QVERIFY2(error.message.startsWith(QLatin1String("Could not create trainer-1: ")) && error.message.contains(message), qPrintable(error.message));
        QVERIFY2(error.nextStep.contains(nextStep), qPrintable(error.nextStep));
        QVERIFY(error.detail.contains(QLatin1String("operation-17")));
    }

    void stockOutWithZones_offersThem()
    {
        const Operation operation = Operation::fromJson(QJsonDocument::fromJson(R"({"status":"DONE","error":{"errors":[{
            "code":"ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS","message":"NULL:0/NULL:0",
            "errorDetails":[{"localizedMessage":{"locale":"en-US","message":"A n1-standard-4 VM instance with 1 nvidia-tesla-t4 is unavailable."}},
              {"errorInfo":{"reason":"resource_availability","metadatas":{"zonesAvailable":"us-central1-a,us-central1-f"}}}]}]}})").object());
        QCOMPARE(operation.problems.constFirst().zonesAvailable, QStringLiteral("us-central1-a,us-central1-f"));
        const Error error = errorFromOperation(operation, QStringLiteral("start x"));
        QVERIFY(error.nextStep.contains(QLatin1String("us-central1-a, us-central1-f")));
        QVERIFY(error.message.contains(QLatin1String("nvidia-tesla-t4")));
        QVERIFY(!error.message.contains(QLatin1String("NULL")));
    }

    void statusWithoutProblems_stillHasWords()
    {
        Operation operation;
        operation.httpErrorStatusCode = 403;
        operation.httpErrorMessage = QStringLiteral("FORBIDDEN");
        const Error error = errorFromOperation(operation, QStringLiteral("stop x"));
        QCOMPARE(error.kind, ErrorKind::PermissionDenied);
        QCOMPARE(error.message, QStringLiteral("Could not stop x: FORBIDDEN"));
    }
};

QTEST_GUILESS_MAIN(OperationTest)
#include "operation_test.moc"
