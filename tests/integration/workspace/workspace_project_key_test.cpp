// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

#include "cloud/jobs/update_metadata_job.h"

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using workspace::MachineSession;

/// The SSH key in the metadata of the project, which all its machines obey that do not say otherwise.
class WorkspaceProjectKeyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_app = std::make_unique<App>(m_sandbox, m_folder.path());
        QCOMPARE(m_app->signIn(project()), QString());
        // somebody else's key is there already
        QVERIFY(change(cloud::metadataOfProject(compute(), project()), QStringLiteral("ssh-keys"), othersKey()));
    }
    void cleanup() { QCOMPARE(App::fault(m_sandbox, {}), 200); }
    void cleanupTestCase() { m_app.reset(); }

    void notAskedFor_theProjectIsLeftAlone()
    {
        const auto end = connectTo(create(QStringLiteral("alone")));
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(projectMetadata().value(QStringLiteral("ssh-keys")), othersKey());
    }

    void agentsKey_opensTheMachine_andAnSshEntryLeavesItToTheAgent()
    {
        const QString socket = m_folder.filePath(QStringLiteral("agent.sock"));
        QProcess agent;
        agent.start(QStringLiteral("ssh-agent"), {QStringLiteral("-D"), QStringLiteral("-a"), socket});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket), 10'000);
        qputenv("SSH_AUTH_SOCK", socket.toUtf8());
        QCOMPARE(QProcess::execute(QStringLiteral("ssh-add"), {QStringLiteral("-q"), m_app->space->keyPairPath()}), 0);
        m_app->space->setKeyChoice({ssh::KeyChoice::Kind::Agent, {}});
        auto *session = m_app->space->session({project(), QStringLiteral("us-central1-a"), QStringLiteral("alone")});
        session->disconnectFromMachine();
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        QVERIFY(session->connection().useAgent);
        const QString entry = session->sshConfig();
        QVERIFY2(entry.contains(QLatin1String("HostKeyAlias compute.")) && !entry.contains(QLatin1String("IdentityFile")), qPrintable(entry));
        m_app->space->setKeyChoice(m_app->space->ownKey());
        qunsetenv("SSH_AUTH_SOCK");
        agent.kill();
        agent.waitForFinished();
    }

    void mayNotChangeTheProject_theKeyGoesToTheMachine_andThatIsSaid()
    {
        m_app->space->settings().setPublishesKeyToProject(project(), true);
        QCOMPARE(App::fault(m_sandbox, QStringLiteral("missing-permission=compute.projects.setCommonInstanceMetadata")), 200);
        const auto ref = create(QStringLiteral("guest"));
        QSignalSpy noticed(m_app->space->session(ref), &MachineSession::noticed);
        const auto end = connectTo(ref);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(noticed.size(), 1);
        QVERIFY2(noticed.at(0).at(0).toString().contains(QLatin1String("compute.projects.setCommonInstanceMetadata")), qPrintable(noticed.at(0).at(0).toString()));
        QVERIFY(end.step(QStringLiteral("publishKey"))->detail.contains(QLatin1String("this machine alone")));
        QCOMPARE(projectMetadata().value(QStringLiteral("ssh-keys")), othersKey());
    }

    void askedFor_theProjectHasItBesideTheOthers_andTheMachineLetsUsIn()
    {
        m_app->space->settings().setPublishesKeyToProject(project(), true);
        const auto ref = create(QStringLiteral("shared-1"));
        const auto end = connectTo(ref);
        QVERIFY2(end.ok(), end.why());
        QVERIFY2(end.step(QStringLiteral("publishKey"))->detail.contains(project()), qPrintable(end.step(QStringLiteral("publishKey"))->detail));
        const QString keys = projectMetadata().value(QStringLiteral("ssh-keys"));
        QVERIFY2(keys.startsWith(othersKey() + QLatin1Char('\n') + m_app->space->loginName() + QLatin1Char(':')), qPrintable(keys));
        QVERIFY2(keys.contains(QLatin1String("google-ssh {\"userName\":\"")), qPrintable(keys));
        QCOMPARE(keys.count(QLatin1Char('\n')), 1);
        QCOMPARE(projectMetadata().value(QStringLiteral("site")), QStringLiteral("lab"));
        QVERIFY(!hasKeysOfItsOwn(ref)); // only there
    }

    void nextMachine_knowsTheKeyFromItsProject()
    {
        m_app->space->settings().setPublishesKeyToProject(project(), true);
        const auto end = connectTo(create(QStringLiteral("shared-2")));
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("publishKey"))->state, Step::State::Skipped);
    }

    void machineBlocksKeysOfItsProject_getsItsOwn_andThatIsSaid()
    {
        m_app->space->settings().setPublishesKeyToProject(project(), true);
        const auto ref = create(QStringLiteral("closed"), {{QStringLiteral("block-project-ssh-keys"), QStringLiteral("TRUE")}});
        QSignalSpy noticed(m_app->space->session(ref), &MachineSession::noticed);
        const QString before = projectMetadata().value(QStringLiteral("ssh-keys"));
        const auto end = connectTo(ref);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(noticed.size(), 1);
        QVERIFY2(noticed.at(0).at(0).toString().contains(QLatin1String("block-project-ssh-keys")), qPrintable(noticed.at(0).at(0).toString()));
        QVERIFY(hasKeysOfItsOwn(ref));
        QCOMPARE(projectMetadata().value(QStringLiteral("ssh-keys")), before);
    }

    void twoWriteAtOnce_nothingIsLost()
    {
        const auto place = cloud::metadataOfProject(compute(), project());
        const auto before = projectMetadata();
        auto *one = adding(place, QStringLiteral("one"));
        auto *two = adding(place, QStringLiteral("two"));
        one->start();
        two->start();
        QTRY_VERIFY_WITH_TIMEOUT(one->isFinished() && two->isFinished(), 30'000);
        QVERIFY2(one->result() && two->result(), qPrintable(one->error().message + two->error().message));
        auto expected = before;
        expected.insert(QStringLiteral("one"), QStringLiteral("1"));
        expected.insert(QStringLiteral("two"), QStringLiteral("1"));
        QCOMPARE(projectMetadata(), expected);
    }

private:
    static QString project() { return SandboxFixture::emptyProject(); }
    static QString othersKey() { return QStringLiteral("bob:ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 bob@desk"); }
    cloud::ComputeClient &compute() { return m_app->space->account()->compute(); }

    ValueJob<Done> *adding(const cloud::MetadataPlace &place, const QString &item)
    {
        return new cloud::UpdateMetadataJob(compute(), place, [item](QMap<QString, QString> &metadata) -> Result<Done> {
            metadata.insert(item, QStringLiteral("1"));
            return Done{};
        }, this);
    }

    bool change(const cloud::MetadataPlace &place, const QString &item, const QString &value)
    {
        return testing::resultOf(new cloud::UpdateMetadataJob(compute(), place, [item, value](QMap<QString, QString> &metadata) -> Result<Done> {
            metadata.insert(item, value);
            metadata.insert(QStringLiteral("site"), QStringLiteral("lab"));
            return Done{};
        }, nullptr)).has_value();
    }

    QMap<QString, QString> projectMetadata() { return testing::resultOf(compute().projectMetadata(project(), nullptr)).value_or(cloud::Metadata()).items; }

    bool hasKeysOfItsOwn(const cloud::InstanceRef &ref)
    {
        return testing::resultOf(compute().getInstance(ref, nullptr)).value_or(cloud::Instance()).metadata.contains(QStringLiteral("ssh-keys"));
    }

    cloud::InstanceRef create(const QString &name, const QMap<QString, QString> &metadata = {})
    {
        auto spec = m_app->spec(name);
        spec.metadata.insert(metadata);
        const auto end = App::endOf(m_app->space->createMachine(spec));
        if (!end.ok())
            qWarning("%s", end.why().constData());
        return spec.ref;
    }

    App::End connectTo(const cloud::InstanceRef &ref) { return App::endOf(m_app->space->session(ref)->connectFiles()); }

    QTemporaryDir m_folder;
    SandboxFixture m_sandbox;
    std::unique_ptr<App> m_app;
};

QTEST_GUILESS_MAIN(WorkspaceProjectKeyTest)
#include "workspace_project_key_test.moc"
