// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

#include "support/sandbox_client.h"
#include "workspace/create_machine_flow.h"
#include "workspace/machine_marks.h"

using namespace nimbook;
using namespace std::chrono_literals;
using nimbook::testing::App;
using nimbook::testing::SandboxClient;
using nimbook::testing::SandboxFixture;
using workspace::CapacityPlan;
using workspace::CreateMachineFlow;

namespace {

QString inZoneA() { return QStringLiteral("us-central1-a"); }

QStringList idsOf(const App::End &end)
{
    QStringList ids;
    for (const Step &step : end.steps)
        ids += step.id;
    return ids;
}

} // namespace

/// A machine is wanted and the cloud has none: other zones, other regions, later; and nothing is left behind.
class WorkspaceCapacityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_sandbox = std::make_unique<SandboxFixture>(QStringList{QStringLiteral("--speed"), QStringLiteral("4")});
        QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
        start();
    }
    void cleanup() { QCOMPARE(App::fault(*m_sandbox, {}), 200); }
    void cleanupTestCase()
    {
        m_app.reset();
        m_sandbox.reset();
    }

    void stockOut_fallsThroughToAZoneThatGoogleNames()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a,us-central1-b")), 200);
        auto *flow = create(QStringLiteral("through"), {CapacityPlan::Reach::Region, {}, {}});
        const auto end = App::endOf(flow);
        QVERIFY2(end.ok(), end.why());
        // T4 in us-central1: a, b, c, f; a's refusal names c and f
        QCOMPARE(idsOf(end), (QStringList{QStringLiteral("check"), QStringLiteral("create"), QStringLiteral("create2"), QStringLiteral("appear")}));
        QCOMPARE(end.step(QStringLiteral("create"))->state, Step::State::Failed);
        QCOMPARE(end.step(QStringLiteral("create"))->detail, QStringLiteral("none left"));
        QCOMPARE(end.step(QStringLiteral("create2"))->detail, QStringLiteral("us-central1-c"));
        QVERIFY(m_app->space->machines()->find({SandboxFixture::emptyProject(), QStringLiteral("us-central1-c"), QStringLiteral("through")}));
        QCOMPARE(machinesCalled(QStringLiteral("through")).size(), 1);
        QCOMPARE(disksCalled(QStringLiteral("through")).size(), 1);
        QVERIFY(notes().isEmpty());
    }

    void spotMachine_keepsTerminateAndItsEnd()
    {
        auto spec = gpuSpec(QStringLiteral("spotty"));
        spec.spot = true;
        spec.spotEnd = cloud::SpotEnd::Delete;
        const auto end = App::endOf(m_app->space->createMachine(spec));
        QVERIFY2(end.ok(), end.why());
        const QJsonObject scheduling = machinesCalled(QStringLiteral("spotty")).first().toObject().value(QLatin1String("scheduling")).toObject();
        QCOMPARE(scheduling.value(QLatin1String("provisioningModel")).toString(), QStringLiteral("SPOT"));
        QCOMPARE(scheduling.value(QLatin1String("instanceTerminationAction")).toString(), QStringLiteral("DELETE"));
        QCOMPARE(scheduling.value(QLatin1String("onHostMaintenance")).toString(), QStringLiteral("TERMINATE"));
        QCOMPARE(scheduling.value(QLatin1String("automaticRestart")).toBool(true), false);
    }

    void failedAttempt_leavesNothingBehind_aDiskOfTheSameNameIncluded()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("left-disk:1")), 200);
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a")), 200);
        const auto end = App::endOf(create(QStringLiteral("tidy"), {}));
        QCOMPARE(end.error.kind, ErrorKind::StockOut);
        QVERIFY(disksCalled(QStringLiteral("tidy")).isEmpty());
        QVERIFY(machinesCalled(QStringLiteral("tidy")).isEmpty());
        QVERIFY(notes().isEmpty());
    }

    void diskOfSomebodyElse_staysAndIsNamed()
    {
        const auto made = client().post(QStringLiteral("/compute/v1/projects/empty-lab/zones/us-central1-a/disks"),
                                        {{QStringLiteral("name"), QStringLiteral("keepsake")}, {QStringLiteral("sizeGb"), QStringLiteral("10")}});
        QCOMPARE(client().done(made).status, 200);
        const auto end = App::endOf(create(QStringLiteral("keepsake"), {CapacityPlan::Reach::Region, {}, {}}));
        QCOMPARE(end.error.kind, ErrorKind::AlreadyExists);
        QVERIFY2(end.error.message.contains(QLatin1String("disk of that name")), end.why());
        QCOMPARE(disksCalled(QStringLiteral("keepsake")).size(), 1);
    }

    void quotaOfTheRegion_movesToAnotherRegion()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("quota=NVIDIA_T4_GPUS:1")), 200);
        const CapacityPlan plan{CapacityPlan::Reach::Anywhere, {QStringLiteral("us-central1-b"), QStringLiteral("us-east1-c")}, {}};
        const auto end = App::endOf(create(QStringLiteral("mover"), plan));
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("create2"))->detail, QStringLiteral("us-east1-c"));
    }

    void globalQuota_stopsEverywhereWithTheReason()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("quota=GPUS_ALL_REGIONS")), 200);
        const CapacityPlan plan{CapacityPlan::Reach::Anywhere, {QStringLiteral("us-central1-b"), QStringLiteral("us-east1-c")}, 60min};
        const auto end = App::endOf(create(QStringLiteral("nowhere"), plan));
        QCOMPARE(end.error.kind, ErrorKind::QuotaExceeded);
        QVERIFY2(end.error.message.contains(QLatin1String("GPUS_ALL_REGIONS")), end.why());
        QCOMPARE(idsOf(end), (QStringList{QStringLiteral("check"), QStringLiteral("create"), QStringLiteral("appear")}));
    }

    void keepTrying_asksAgainUntilThereIsOne()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a:2")), 200);
        const auto end = App::endOf(create(QStringLiteral("patient"), {CapacityPlan::Reach::ThisZone, {}, 60min}));
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(idsOf(end), (QStringList{QStringLiteral("check"), QStringLiteral("create"), QStringLiteral("wait2"), QStringLiteral("create-round2"),
                                          QStringLiteral("wait3"), QStringLiteral("create-round3"), QStringLiteral("appear")}));
        QCOMPARE(end.step(QStringLiteral("create-round2"))->state, Step::State::Failed);
        QVERIFY(end.step(QStringLiteral("create-round2"))->detail.contains(inZoneA()));
        QCOMPARE(machinesCalled(QStringLiteral("patient")).size(), 1);
    }

    void keepTrying_canBeCancelledWhileItWaits()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a")), 200);
        auto patience = App::quick();
        patience.stockOutPause = 1h;
        QTemporaryDir folder;
        App app(*m_sandbox, folder.path(), patience);
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        auto *flow = qobject_cast<CreateMachineFlow *>(app.space->createMachine(app.spec(QStringLiteral("waiting")), {CapacityPlan::Reach::ThisZone, {}, 120min}));
        QTRY_COMPARE_WITH_TIMEOUT(flow->steps().value(flow->currentStep()).id, QStringLiteral("wait2"), 30'000);
        bool mayBeMade = true;
        connect(flow, &Job::finished, flow, [&] { mayBeMade = flow->mayHaveBeenMade(); });
        flow->cancel();
        QTRY_VERIFY(!mayBeMade);
        QVERIFY(QDir(folder.path() + QStringLiteral("/state/creations")).entryList({QStringLiteral("*.json")}, QDir::Files).isEmpty());
    }

    void insertsAnswerLost_makesOneMachine()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("lost-answer@instances.insert:1")), 200);
        const auto end = App::endOf(create(QStringLiteral("once"), {CapacityPlan::Reach::Region, {}, {}}));
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(machinesCalled(QStringLiteral("once")).size(), 1);
    }

    void appDiesWhileGoogleIsAtIt_nextStartFindsTheMachine()
    {
        // given an insert that was sent, and an app that goes at once
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("slow-operations=3")), 200);
        auto *flow = create(QStringLiteral("orphan"), {});
        QTRY_VERIFY_WITH_TIMEOUT(!machinesCalled(QStringLiteral("orphan")).isEmpty(), 20'000);
        QVERIFY(flow->isRunning());
        m_app.reset();
        QCOMPARE(notes().size(), 1);
        // when it is started again
        start(false);
        QSignalSpy recovered(m_app->space.get(), &workspace::Workspace::creationsRecovered);
        QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
        // then it knows of it, and the list shows it
        QTRY_COMPARE_WITH_TIMEOUT(recovered.size(), 1, 20'000);
        const auto found = recovered.first().first().value<workspace::RecoveredCreations>();
        QCOMPARE(found.made.size(), 1);
        QCOMPARE(found.made.first().name, QStringLiteral("orphan"));
        QTRY_VERIFY_WITH_TIMEOUT(m_app->space->machines()->find(found.made.first()), 20'000);
        QVERIFY(notes().isEmpty());
    }

    void appDiesAfterAFailedAttempt_nextStartRemovesTheDisk()
    {
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("left-disk:1")), 200);
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a")), 200);
        QCOMPARE(App::fault(*m_sandbox, QStringLiteral("slow-operations=3")), 200);
        create(QStringLiteral("crumb"), {});
        QTRY_VERIFY_WITH_TIMEOUT(!disksCalled(QStringLiteral("crumb")).isEmpty(), 20'000);
        m_app.reset();
        QTRY_VERIFY_WITH_TIMEOUT(machinesCalled(QStringLiteral("crumb")).isEmpty(), 20'000); // the insert has failed meanwhile
        QCOMPARE(disksCalled(QStringLiteral("crumb")).size(), 1);
        QCOMPARE(App::fault(*m_sandbox, {}), 200);
        start();
        QTRY_VERIFY_WITH_TIMEOUT(disksCalled(QStringLiteral("crumb")).isEmpty(), 20'000);
    }

private:
    void start(bool signIn = true)
    {
        auto patience = App::quick();
        patience.stockOutPause = 200ms;
        m_app = std::make_unique<App>(*m_sandbox, m_folder.path(), patience);
        if (signIn)
            QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
    }
    cloud::CreateSpec gpuSpec(const QString &name)
    {
        auto spec = m_app->spec(name, inZoneA());
        spec.machineType = QStringLiteral("n1-standard-4");
        spec.acceleratorType = QStringLiteral("nvidia-tesla-t4");
        spec.acceleratorCount = 1;
        return spec;
    }
    CreateMachineFlow *create(const QString &name, const CapacityPlan &plan)
    {
        return qobject_cast<CreateMachineFlow *>(m_app->space->createMachine(gpuSpec(name), plan));
    }
    SandboxClient &client()
    {
        if (!m_client)
            m_client = std::make_unique<SandboxClient>(*m_sandbox);
        return *m_client;
    }
    QJsonArray called(const char *kind, const QString &name)
    {
        const auto reply = client().get(QStringLiteral("/compute/v1/projects/empty-lab/aggregated/%1").arg(QLatin1String(kind)));
        QJsonArray found;
        const QJsonObject scopes = reply.json.value(QLatin1String("items")).toObject();
        for (const auto &scope : scopes) {
            const auto all = scope.toObject().value(QLatin1String(kind)).toArray();
            for (const auto &one : all)
                if (one.toObject().value(QLatin1String("name")).toString() == name)
                    found.append(one);
        }
        return found;
    }
    QJsonArray machinesCalled(const QString &name) { return called("instances", name); }
    QJsonArray disksCalled(const QString &name) { return called("disks", name); }
    QStringList notes() const
    {
        return QDir(m_folder.path() + QStringLiteral("/state/creations")).entryList({QStringLiteral("*.json")}, QDir::Files);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<App> m_app;
    std::unique_ptr<SandboxClient> m_client;
};

QTEST_GUILESS_MAIN(WorkspaceCapacityTest)
#include "workspace_capacity_test.moc"
