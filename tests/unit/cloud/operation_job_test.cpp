// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/operation_job.h"

#include "cloud/jobs/instance_jobs.h"
#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

#include <QElapsedTimer>

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

const InstanceRef trainer{QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
constexpr OperationPolling quick{1ms, 4ms, 1h, 10s};

Result<net::HttpResponse> operation(const QString &status, int progress = 0, const QString &errorCode = {})
{
    QJsonObject json{{QStringLiteral("name"), QStringLiteral("op-1")},
                     {QStringLiteral("status"), status},
                     {QStringLiteral("progress"), progress},
                     {QStringLiteral("operationType"), QStringLiteral("stop")},
                     {QStringLiteral("zone"), QStringLiteral("projects/vision-lab/zones/us-central1-a")}};
    if (!errorCode.isEmpty()) {
        const QJsonObject problem{{QStringLiteral("code"), errorCode}, {QStringLiteral("message"), QStringLiteral("because")}};
        json.insert(QStringLiteral("error"), QJsonObject{{QStringLiteral("errors"), QJsonArray{problem}}});
        json.insert(QStringLiteral("httpErrorStatusCode"), 503);
    }
    return FakeTransport::json(json);
}

bool isWait(const net::HttpRequest &request)
{
    return request.url.path().endsWith(QLatin1String("/wait"));
}

} // namespace

class OperationJobTest : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeTransport> m_transport;
    FakeTokenSource m_tokens;
    std::unique_ptr<net::ApiClient> m_api;
    std::unique_ptr<ComputeClient> m_client;

    OperationJob *stopJob(OperationPolling polling = quick)
    {
        return new OperationJob(*m_client, trainer.project, QStringLiteral("stop trainer-1"),
                                [this](QObject *owner) { return m_client->stopInstance(trainer, QStringLiteral("11111111-2222-4333-8444-555555555555"), owner); },
                                nullptr, polling);
    }

private Q_SLOTS:
    void init()
    {
        m_transport = std::make_unique<FakeTransport>();
        m_api = std::make_unique<net::ApiClient>(*m_transport, m_tokens, Backoff{1ms, 1.0, 1ms}, 3);
        m_client = std::make_unique<ComputeClient>(*m_api, Endpoints());
    }

    void operation_isWaitedForUntilDone()
    {
        m_transport->then(operation(QStringLiteral("PENDING"))).then(operation(QStringLiteral("RUNNING"), 60)).then(operation(QStringLiteral("DONE"), 100));
        const std::unique_ptr<OperationJob> job(stopJob());
        QList<qint64> percents;
        connect(job.get(), &Job::progressChanged, this, [&](const Progress &progress) { percents.append(progress.done); });
        QVERIFY(finish(*job));
        QVERIFY(job->result());
        QVERIFY(job->result()->isDone());
        QCOMPARE(percents, (QList<qint64>{0, 60, 100}));
        QVERIFY(m_transport->requests[0].url.path().endsWith(QLatin1String("/stop")));
        QVERIFY(isWait(m_transport->requests[1]) && isWait(m_transport->requests[2]));
    }

    void doneAtOnce_asksNothingMore()
    {
        m_transport->then(operation(QStringLiteral("DONE"), 100));
        QVERIFY(resultOf<Operation>(stopJob()));
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void doneWithError_isAFailure()
    {
        m_transport->then(operation(QStringLiteral("RUNNING"))).then(operation(QStringLiteral("DONE"), 100, QStringLiteral("ZONE_RESOURCE_POOL_EXHAUSTED")));
        const auto result = resultOf<Operation>(stopJob());
        QCOMPARE(result.error().kind, ErrorKind::StockOut);
        QVERIFY(result.error().message.contains(QLatin1String("stop trainer-1")));
    }

    void waitReturningEarly_isNotAskedInARush()
    {
        int waits = 0;
        m_transport->handleWith([&](const net::HttpRequest &request) {
            if (isWait(request))
                ++waits;
            return operation(waits < 4 ? QStringLiteral("RUNNING") : QStringLiteral("DONE"));
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(resultOf<Operation>(stopJob({40ms, 60ms, 1h, 10s})));
        QCOMPARE(waits, 4);
        QVERIFY2(timer.elapsed() >= 40 + 60 + 60 - 10, "a floor of 40 ms that grows to 60 ms");
    }

    void waitRefused_goesOnWithGet()
    {
        int gets = 0;
        m_transport->handleWith([&](const net::HttpRequest &request) -> FakeTransport::Answer {
            if (isWait(request))
                return FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("no such method"));
            if (request.verb == "GET")
                return operation(++gets < 3 ? QStringLiteral("RUNNING") : QStringLiteral("DONE"));
            return operation(QStringLiteral("RUNNING"));
        });
        QVERIFY(resultOf<Operation>(stopJob()));
        QCOMPARE(gets, 3);
    }

    void networkGoneForAWhile_theOperationIsFoundAgain()
    {
        int asked = 0;
        m_transport->handleWith([&](const net::HttpRequest &request) -> FakeTransport::Answer {
            if (request.verb == "POST" && !isWait(request))
                return operation(QStringLiteral("RUNNING"));
            return ++asked <= 12 ? FakeTransport::wireError() : operation(QStringLiteral("DONE"));
        });
        QVERIFY(resultOf<Operation>(stopJob()));
    }

    void operationCannotBeAskedAbout_failsAndSaysSo()
    {
        m_transport->handleWith([&](const net::HttpRequest &request) -> FakeTransport::Answer {
            if (request.verb == "POST" && !isWait(request))
                return operation(QStringLiteral("RUNNING"));
            return FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required 'compute.zoneOperations.get' permission"));
        });
        const auto result = resultOf<Operation>(stopJob());
        QCOMPARE(result.error().kind, ErrorKind::PermissionDenied);
        QVERIFY(result.error().message.contains(QLatin1String("stop trainer-1")));
    }

    void percent_isAskedForWhileWaitIsSilent()
    {
        int gets = 0;
        m_transport->handleWith([&](const net::HttpRequest &request) -> FakeTransport::Answer {
            if (isWait(request))
                return std::nullopt;
            if (request.verb == "GET")
                return ++gets < 3 ? operation(QStringLiteral("RUNNING"), gets * 30) : operation(QStringLiteral("DONE"), 100);
            return operation(QStringLiteral("RUNNING"));
        });
        const std::unique_ptr<OperationJob> job(stopJob({1ms, 4ms, 5ms, 10s}));
        QSignalSpy changes(job.get(), &Job::progressChanged);
        QVERIFY(finish(*job));
        QVERIFY(job->result());
        QCOMPARE(changes.size(), 4); // 0, 30, 60, 100
        QCOMPARE(m_transport->cancelled, 1); // the silent wait
    }

    void deadline_saysThatItMayStillHappen()
    {
        m_transport->handleWith([](const net::HttpRequest &) { return operation(QStringLiteral("RUNNING")); });
        const auto result = resultOf<Operation>(stopJob({5ms, 5ms, 1h, 60ms}));
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        QVERIFY(result.error().nextStep.contains(QLatin1String("may still succeed")));
        QVERIFY(result.error().detail.contains(QLatin1String("op-1")));
    }

    void callFails_itsErrorIsTheJobs()
    {
        m_transport->then(FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("no such machine")));
        QCOMPARE(resultOf<Operation>(stopJob()).error().kind, ErrorKind::NotFound);
    }

    void answerWithoutAnOperation_isAProtocolError()
    {
        m_transport->then(FakeTransport::json({}));
        QCOMPARE(resultOf<Operation>(stopJob()).error().kind, ErrorKind::Protocol);
    }

    void cancel_stopsTheWaiting()
    {
        m_transport->then(operation(QStringLiteral("RUNNING"))).thenSilence();
        const std::unique_ptr<OperationJob> job(stopJob());
        job->start();
        QTRY_COMPARE(m_transport->requests.size(), 2);
        job->cancel();
        QVERIFY(finish(*job));
        QCOMPARE(job->state(), Job::State::Cancelled);
        QCOMPARE(m_transport->cancelled, 1);
        QCOMPARE(m_transport->requests.size(), 2); // nothing is undone on the far side
    }

    void lostAnswerOfInsert_makesOneMachine()
    {
        // Google as it is: one operation per requestId, whatever number of calls.
        QStringList made;
        QStringList requestIds;
        bool lose = true;
        m_transport->handleWith([&](const net::HttpRequest &request) -> FakeTransport::Answer {
            if (request.verb == "POST" && request.url.path().endsWith(QLatin1String("/instances"))) {
                const QString id = FakeTransport::query(request, QStringLiteral("requestId"));
                if (!requestIds.contains(id)) {
                    requestIds.append(id);
                    made.append(FakeTransport::body(request).value(QStringLiteral("name")).toString());
                }
                if (std::exchange(lose, false))
                    return FakeTransport::wireError();
            }
            return operation(QStringLiteral("DONE"), 100);
        });
        CreateSpec spec;
        spec.ref = trainer;
        QVERIFY(resultOf(createInstance(*m_client, spec, nullptr)));
        QCOMPARE(made, QStringList{QStringLiteral("trainer-1")});
        QCOMPARE(m_transport->requests.size(), 2);

        QVERIFY(resultOf(createInstance(*m_client, spec, nullptr))); // the next press of the button is another request
        QCOMPARE(requestIds.size(), 2);
        QVERIFY(requestIds[0] != requestIds[1]);
        QCOMPARE(requestIds[0].size(), 36);
    }

    void badNameOrLabel_sendsNothing()
    {
        CreateSpec spec;
        spec.ref = trainer;
        spec.ref.name = QStringLiteral("My Trainer");
        QCOMPARE(resultOf(createInstance(*m_client, spec, nullptr)).error().kind, ErrorKind::InvalidInput);
        spec.ref.name = QStringLiteral("trainer");
        spec.labels.insert(QStringLiteral("Team"), QStringLiteral("x"));
        QCOMPARE(resultOf(createInstance(*m_client, spec, nullptr)).error().kind, ErrorKind::InvalidInput);
        QVERIFY(m_transport->requests.isEmpty());
    }

    void everyVerb_sendsItsCall_data()
    {
        QTest::addColumn<std::function<ValueJob<Operation> *(ComputeClient &)>>("make");
        QTest::addColumn<QString>("purpose");
        using Make = std::function<ValueJob<Operation> *(ComputeClient &)>;
        QTest::newRow("start") << Make([](ComputeClient &c) { return startInstance(c, trainer, nullptr); }) << "start trainer-1 (us-central1-a)";
        QTest::newRow("stop") << Make([](ComputeClient &c) { return stopInstance(c, trainer, nullptr); }) << "stop trainer-1 (us-central1-a)";
        QTest::newRow("reset") << Make([](ComputeClient &c) { return resetInstance(c, trainer, nullptr); }) << "reset trainer-1 (us-central1-a)";
        QTest::newRow("delete") << Make([](ComputeClient &c) { return deleteInstance(c, trainer, nullptr); }) << "delete trainer-1 (us-central1-a)";
    }
    void everyVerb_sendsItsCall()
    {
        QFETCH(std::function<ValueJob<Operation> *(ComputeClient &)>, make);
        QFETCH(QString, purpose);
        m_transport->then(operation(QStringLiteral("DONE"), 100, QStringLiteral("RESOURCE_NOT_READY")));
        const auto result = resultOf(make(*m_client));
        QCOMPARE(result.error().kind, ErrorKind::WrongState);
        QVERIFY2(result.error().message.contains(purpose), qPrintable(result.error().message));
    }
};

QTEST_GUILESS_MAIN(OperationJobTest)
#include "operation_job_test.moc"
