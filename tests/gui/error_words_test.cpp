// SPDX-License-Identifier: Apache-2.0
// What a person reads when Google refuses: every kind of refusal that Compute Engine is known to give, from the answer's bytes to the banner.
#include "cloud/model/operation.h"
#include "net/google_error.h"
#include "support/screenshots.h"
#include "ui/common/error_banner.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QTest>

using namespace nimbook;
using ui::ErrorBanner;

namespace {

/// The older envelope: errors[] with a reason.
QByteArray oldEnvelope(int code, const char *reason, const char *message)
{
    const QJsonObject one{{QStringLiteral("reason"), QLatin1String(reason)}, {QStringLiteral("message"), QString::fromUtf8(message)},
                          {QStringLiteral("domain"), QStringLiteral("global")}};
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("message"), QString::fromUtf8(message)},
                                                                           {QStringLiteral("errors"), QJsonArray{one}}}}}).toJson();
}

/// The newer one: a status word and an ErrorInfo.
QByteArray newEnvelope(int code, const char *status, const char *info, const char *message, const QJsonObject &metadata = {})
{
    const QJsonObject detail{{QStringLiteral("@type"), QStringLiteral("type.googleapis.com/google.rpc.ErrorInfo")},
                             {QStringLiteral("reason"), QLatin1String(info)}, {QStringLiteral("metadata"), metadata}};
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), code}, {QStringLiteral("message"), QString::fromUtf8(message)},
                                                                           {QStringLiteral("status"), QLatin1String(status)},
                                                                           {QStringLiteral("details"), QJsonArray{detail}}}}}).toJson();
}

Error refused(int status, const QByteArray &body)
{
    return net::errorFromResponse({status, {{"Content-Type", "application/json"}}, body}, QStringLiteral("create trainer-1 in us-central1-a"));
}

/// HTTP 200 and DONE, and failed all the same.
Error failedOperation(const char *code, const char *message, int status, const QJsonArray &details = {})
{
    const QJsonObject problem{{QStringLiteral("code"), QLatin1String(code)}, {QStringLiteral("message"), QString::fromUtf8(message)},
                              {QStringLiteral("errorDetails"), details}};
    const QJsonObject json{{QStringLiteral("name"), QStringLiteral("operation-1")}, {QStringLiteral("status"), QStringLiteral("DONE")},
                           {QStringLiteral("httpErrorStatusCode"), status},
                           {QStringLiteral("error"), QJsonObject{{QStringLiteral("errors"), QJsonArray{problem}}}}};
    return cloud::errorFromOperation(cloud::Operation::fromJson(json), QStringLiteral("create trainer-1 in us-central1-a"));
}

} // namespace

class ErrorWordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRefusal_saysWhatWasTriedWhatCameBackAndWhatToDo_data()
    {
        QTest::addColumn<Error>("error");
        QTest::addColumn<QString>("answer"); // in the message: Google's own words
        QTest::addColumn<QString>("next");   // in the line below it
        const auto row = [](const char *name, const Error &error, const char *answer, const char *next) {
            QTest::newRow(name) << error << QString::fromUtf8(answer) << QString::fromUtf8(next);
        };
        row("not found", refused(404, oldEnvelope(404, "notFound", "The resource 'projects/p/zones/z/acceleratorTypes/nvidia-tesla-v100' was not found")),
            "nvidia-tesla-v100' was not found", "check project, zone and name");
        row("exists", refused(409, oldEnvelope(409, "alreadyExists", "The resource 'projects/p/zones/z/disks/trainer-1' already exists")),
            "already exists", "another name");
        row("bad field", refused(400, oldEnvelope(400, "invalid", "Invalid value for field 'resource.guestAccelerators[0].acceleratorCount': '1'.")),
            "acceleratorCount", "Change what the message names");
        row("wrong state", refused(400, oldEnvelope(400, "resourceNotReady", "The resource 'projects/p/zones/z/instances/trainer-1' is not ready")),
            "is not ready", "Wait until the machine");
        row("in use by another", refused(400, oldEnvelope(400, "resourceInUseByAnotherResource", "The disk resource is already being used by 'old'")),
            "already being used", "Wait until the machine");
        row("wrong state, by the operation", failedOperation("RESOURCE_NOT_READY", "The resource is not ready", 400), "not ready", "again");
        row("stale fingerprint", refused(412, oldEnvelope(412, "conditionNotMet", "Supplied fingerprint does not match current metadata fingerprint.")),
            "fingerprint", "Somebody else changed it");
        row("stale fingerprint, by the operation", failedOperation("CONDITION_NOT_MET", "Supplied fingerprint does not match current metadata fingerprint.", 412),
            "fingerprint", "try again");
        row("no permission", refused(403, oldEnvelope(403, "forbidden", "Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/trainer-1'")),
            "Required 'compute.instances.create'", "permission compute.instances.create");
        row("API disabled", refused(403, newEnvelope(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "Compute Engine API has not been used in project 255 before or it is disabled.",
                                                     {{QStringLiteral("serviceTitle"), QStringLiteral("Compute Engine API")},
                                                      {QStringLiteral("activationUrl"), QStringLiteral("https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=255")}})),
            "has not been used in project 255", "Enable Compute Engine API at https://console.developers.google.com");
        row("API disabled, older words", refused(403, oldEnvelope(403, "accessNotConfigured", "Access Not Configured. Compute Engine API has not been used in project 255 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=255 then retry.")),
            "Access Not Configured", "Enable Compute Engine API at https://console");
        row("token refused", refused(401, oldEnvelope(401, "authError", "Request had invalid authentication credentials.")), "invalid authentication", "Sign in again");
        row("scope missing", refused(403, newEnvelope(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "Request had insufficient authentication scopes.")),
            "insufficient authentication scopes", "allow access to Google Cloud");
        row("rate limit, which is 403", refused(403, oldEnvelope(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'")),
            "Queries per minute", "in a minute");
        row("daily limit is no rate limit", refused(403, oldEnvelope(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'")),
            "Queries per day", "ask for more quota");
        row("too many operations at once", refused(403, newEnvelope(403, "RESOURCE_EXHAUSTED", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED", "Quota exceeded for concurrent operations")),
            "concurrent operations", "in a minute");
        row("quota", refused(403, oldEnvelope(403, "quotaExceeded", "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region us-central1.")), "NVIDIA_L4_GPUS", "another region");
        row("quota, by the operation", failedOperation("QUOTA_EXCEEDED", "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.", 403), "GPUS_ALL_REGIONS", "quota");
        row("stock-out", failedOperation("ZONE_RESOURCE_POOL_EXHAUSTED", "The zone 'projects/p/zones/us-central1-a' does not have enough resources available to fulfill the request.", 503),
            "does not have enough resources", "another zone");
        const QJsonArray zones{QJsonObject{{QStringLiteral("errorInfo"), QJsonObject{{QStringLiteral("reason"), QStringLiteral("resource_availability")},
            {QStringLiteral("metadatas"), QJsonObject{{QStringLiteral("zonesAvailable"), QStringLiteral("us-central1-c,us-central1-f")}}}}}}};
        row("stock-out that names zones", failedOperation("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "The zone does not have enough resources available.", 503, zones),
            "enough resources", "us-central1-c");
        row("their own fault", refused(503, oldEnvelope(503, "backendError", "Backend Error")), "Backend Error", "in some minutes");
        row("a proxy's page", refused(502, "<html><body>Bad gateway</body></html>"), "a web page came back", "try again");
        row("nothing at all", refused(500, {}), "HTTP 500", "in some minutes");
    }
    void everyRefusal_saysWhatWasTriedWhatCameBackAndWhatToDo()
    {
        QFETCH(Error, error);
        QFETCH(QString, answer);
        QFETCH(QString, next);
        ErrorBanner banner;
        banner.showError(error, QStringLiteral("Try again"));
        const QString message = banner.findChild<QLabel *>(QStringLiteral("bannerMessageLabel"))->text();
        auto *nextStep = banner.findChild<QLabel *>(QStringLiteral("bannerNextStepLabel"));
        QVERIFY2(message.contains(QLatin1String("create trainer-1 in us-central1-a")), qPrintable(message)); // what was tried, on what
        QVERIFY2(message.contains(answer), qPrintable(message));
        QVERIFY2(nextStep->text().contains(next), qPrintable(nextStep->text()));
        QVERIFY(nextStep->isVisible());
        testing::picture(banner, QStringLiteral("error-") + QString::fromLatin1(QTest::currentDataTag()).replace(QLatin1Char(' '), QLatin1Char('-')));
    }
};

Q_DECLARE_METATYPE(nimbook::Error)
QTEST_MAIN(ErrorWordsTest)
#include "error_words_test.moc"
