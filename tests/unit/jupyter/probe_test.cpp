// SPDX-License-Identifier: Apache-2.0
#include "jupyter/probe.h"
#include "support/fake_transport.h"
#include "support/finish.h"

#include <QTest>

using namespace nimbook;
using namespace std::chrono_literals;
using nimbook::testing::FakeTransport;

class ProbeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jupyterComesUpSlowly_versionIsTold()
    {
        FakeTransport transport;
        transport.then(FakeTransport::wireError()).then(FakeTransport::response(503, {})).then(FakeTransport::json({{QStringLiteral("kernels"), 0}}))
            .then(FakeTransport::json({{QStringLiteral("version"), QStringLiteral("6.4.12")}}));

        const auto version = testing::resultOf(jupyter::probe(transport, 18890, Secret("tok"), 10s, nullptr));

        QVERIFY2(version, version ? "" : qPrintable(version.error().message));
        QCOMPARE(*version, QStringLiteral("6.4.12"));
        // The token travels in a header, never in an address.
        for (const auto &request : transport.requests) {
            QCOMPARE(FakeTransport::header(request, "Authorization"), QByteArray("token tok"));
            QVERIFY(!request.url.toString().contains(QLatin1String("tok")));
            QCOMPARE(request.url.port(), 18890);
        }
    }

    void tokenRefused_endsAtOnce()
    {
        FakeTransport transport;
        transport.then(FakeTransport::response(403, {}));
        const auto version = testing::resultOf(jupyter::probe(transport, 18888, Secret("old"), 10s, nullptr));
        QVERIFY(!version);
        QCOMPARE(version.error().kind, ErrorKind::AuthenticationFailed);
        QVERIFY(!version.error().nextStep.isEmpty());
        QCOMPARE(transport.requests.size(), 1);
    }

    void nobodyAnswers_deadlineEndsIt()
    {
        FakeTransport transport;
        transport.thenSilence();
        const auto version = testing::resultOf(jupyter::probe(transport, 18888, Secret("t"), 200ms, nullptr));
        QVERIFY(!version);
        QCOMPARE(version.error().kind, ErrorKind::Timeout);
        QCOMPARE(transport.cancelled, 1);
    }

    void cancelled_requestIsCancelledToo()
    {
        FakeTransport transport;
        transport.thenSilence();
        const std::unique_ptr<Job> job(jupyter::probe(transport, 18888, Secret("t"), 10s, nullptr));
        job->start();
        QTRY_COMPARE(transport.requests.size(), 1);
        job->cancel();
        QCOMPARE(transport.cancelled, 1);
        QCOMPARE(job->state(), Job::State::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ProbeTest)
#include "probe_test.moc"
