// SPDX-License-Identifier: Apache-2.0
#include "net/google_error.h"
#include "net/google_fault.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace nimbook;
using namespace nimbook::net;

namespace {

QByteArray classic(int code, const char *reason, const char *message)
{
    const QJsonObject first{{QStringLiteral("message"), QLatin1String(message)}, {QStringLiteral("domain"), QStringLiteral("global")}, {QStringLiteral("reason"), QLatin1String(reason)}};
    const QJsonObject error{{QStringLiteral("code"), code}, {QStringLiteral("message"), QLatin1String(message)}, {QStringLiteral("errors"), QJsonArray{first}}};
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), error}}).toJson(QJsonDocument::Compact);
}

QByteArray status(int code, const char *word, const char *reason, const char *message, const QByteArray &metadata = "{}")
{
    return "{\"error\":{\"code\":" + QByteArray::number(code) + ",\"message\":\"" + message + "\",\"status\":\"" + word
        + "\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + reason
        + "\",\"domain\":\"googleapis.com\",\"metadata\":" + metadata + "}]}}";
}

} // namespace

class GoogleErrorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answer_becomesItsKind_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("inMessage");
        QTest::addColumn<QString>("inNextStep");
        const auto row = [](const char *name, int status, const QByteArray &body, ErrorKind kind, const char *inMessage, const char *inNextStep) {
            QTest::newRow(name) << status << body << kind << QString::fromUtf8(inMessage) << QString::fromUtf8(inNextStep);
        };
        row("not found", 404, classic(404, "notFound", "The resource 'x' was not found"), ErrorKind::NotFound, "'x' was not found", "refresh");
        row("exists", 409, classic(409, "alreadyExists", "The resource 'x' already exists"), ErrorKind::AlreadyExists, "already exists", "another name");
        row("bad field", 400, classic(400, "invalid", "Invalid value for field 'resource.name'"), ErrorKind::InvalidInput, "resource.name", "Change");
        row("wrong state", 400, classic(400, "resourceNotReady", "The resource 'x' is not ready"), ErrorKind::WrongState, "not ready", "Wait");
        row("in use", 400, classic(400, "resourceInUseByAnotherResource", "in use"), ErrorKind::WrongState, "in use", "Wait");
        row("stale fingerprint", 412, classic(412, "conditionNotMet", "Supplied fingerprint does not match"), ErrorKind::Conflict, "fingerprint", "try again");
        row("no permission", 403, classic(403, "forbidden", "Required 'compute.instances.create' permission for 'projects/p'"),
            ErrorKind::PermissionDenied, "Required 'compute", "permission compute.instances.create");
        row("no permission, new form", 403,
            status(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", "denied", R"({"permission":"resourcemanager.projects.get"})"),
            ErrorKind::PermissionDenied, "denied", "permission resourcemanager.projects.get");
        row("no scope", 403, status(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient scopes"),
            ErrorKind::PermissionDenied, "insufficient scopes", "gcloud auth application-default login");
        row("quota project", 403, status(403, "PERMISSION_DENIED", "USER_PROJECT_DENIED", "caller does not have"),
            ErrorKind::PermissionDenied, "caller", "quota project");
        row("API disabled", 403,
            status(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "disabled",
                   R"({"serviceTitle":"Compute Engine API","activationUrl":"https:\/\/console.cloud.google.com/apis/x?project=7"})"),
            ErrorKind::ApiDisabled, "disabled", "Enable Compute Engine API at https://console.cloud.google.com/apis/x?project=7");
        row("API disabled, old form", 403,
            classic(403, "accessNotConfigured", "Compute Engine API has not been used in project 25 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=25 then retry."),
            ErrorKind::ApiDisabled, "has not been used", "Enable Compute Engine API at https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=25,");
        row("rate limit as 403", 403, classic(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'"),
            ErrorKind::RateLimited, "per minute", "in a minute");
        row("rate limit, new form", 429, status(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "per minute"), ErrorKind::RateLimited, "per minute", "in a minute");
        row("day allowance is no rate limit", 403, classic(403, "rateLimitExceeded", "limit 'Queries per day' of service"), ErrorKind::QuotaExceeded, "per day", "quota");
        row("concurrent operations", 403, status(403, "PERMISSION_DENIED", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED", "Quota exceeded"),
            ErrorKind::RateLimited, "Quota exceeded", "in a minute");
        row("quota", 403, classic(403, "quotaExceeded", "Quota 'NVIDIA_L4_GPUS' exceeded. Limit: 0.0 in region us-central1."),
            ErrorKind::QuotaExceeded, "NVIDIA_L4_GPUS", "another region");
        row("token refused", 401, classic(401, "authError", "Invalid Credentials"), ErrorKind::NotSignedIn, "Invalid Credentials", "Sign in");
        row("OAuth", 400, R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})", ErrorKind::NotSignedIn, "expired or revoked", "Sign in");
        row("OAuth without description", 400, R"({"error":"invalid_request"})", ErrorKind::InvalidInput, "invalid_request", "Change");
        row("backend", 500, classic(500, "backendError", "Internal error"), ErrorKind::ServerError, "Internal error", "other side");
        row("HTML of a front end", 502, "<!DOCTYPE html><title>Error 502</title>", ErrorKind::ServerError, "web page", "other side");
        row("HTML of a proxy", 403, "  <html><body>Blocked by ACME</body></html>", ErrorKind::Protocol, "web page", "proxy");
        row("HTML 404", 404, "<html>not here</html>", ErrorKind::Protocol, "HTTP 404", "proxy");
        row("nothing", 503, "", ErrorKind::ServerError, "HTTP 503", "other side");
        row("plain text", 404, "Not Found", ErrorKind::NotFound, "Not Found", "refresh");
        row("list of one", 404, "[" + classic(404, "notFound", "gone") + "]", ErrorKind::NotFound, "gone", "refresh");
        row("JSON without error", 418, R"({"tea":true})", ErrorKind::Protocol, "HTTP 418", "proxy");
        row("timeout", 408, "", ErrorKind::Timeout, "HTTP 408", "again");
    }
    void answer_becomesItsKind()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, inMessage);
        QFETCH(QString, inNextStep);
        const Error error = errorFromResponse({status, {}, body}, QStringLiteral("list the machines of p"));
        QCOMPARE(errorKindName(error.kind), errorKindName(kind));
        QVERIFY2(error.message.startsWith(QLatin1String("Could not list the machines of p: ")), qPrintable(error.message));
        QVERIFY2(error.message.contains(inMessage), qPrintable(error.message));
        QVERIFY2(error.nextStep.contains(inNextStep), qPrintable(error.nextStep));
        QVERIFY2(error.detail.contains(QStringLiteral("HTTP %1").arg(status)), qPrintable(error.detail));
    }

    void retryAfter_isReadBothWays()
    {
        const QDateTime now(QDate(2026, 11, 23), QTime(8, 0), Qt::UTC);
        const auto with = [&](const QByteArray &value) { return retryAfterOf({429, {{"retry-after", value}}, {}}, now); };
        QCOMPARE(with("7"), std::optional(std::chrono::milliseconds(7000)));
        QCOMPARE(with("Mon, 23 Nov 2026 08:00:09 GMT"), std::optional(std::chrono::milliseconds(9000)));
        QCOMPARE(with("Mon, 23 Nov 2026 07:00:00 GMT"), std::optional(std::chrono::milliseconds(0)));
        QVERIFY(!with("soon"));
        QVERIFY(!with("-4"));
        QVERIFY(!retryAfterOf({429, {}, {}}, now));
    }

    void activationUrl_isNeverPlainHttp()
    {
        const auto fault = parseGoogleFault({403, {}, status(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "x", R"({"activationUrl":"http:\/\/evil.example"})")});
        QCOMPARE(fault.activationUrl(), QString());
    }
};

QTEST_GUILESS_MAIN(GoogleErrorTest)
#include "google_error_test.moc"
