// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_machine.h"
#include "support/wheel.h"
#include "workspace/connect_flow.h"
#include "workspace/machine_container.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxMachine;

/// A project with its nimbook.lock goes from one machine to another that never saw it.
class WorkspaceRecreateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // given a machine with an image that is not the usual one and two packages beside it
        QString problem = m_machine.make(QStringLiteral("first"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        m_image = QStringLiteral("quay.io/jupyter/scipy-notebook:2024-05-27");
        QVERIFY(m_image != m_machine.session().containerImage());
        m_machine.session().setContainerImage(m_image);
        problem = m_machine.openNotebook();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        for (const char *name : {"probe_one", "probe_two"})
            m_wheels += testing::makeWheel(m_machine.folder().path(), QString::fromLatin1(name), QStringLiteral("1.5"));
        QVERIFY(copyTo(m_machine.session(), m_wheels));
        QVERIFY(App::endOf(m_machine.session().writeRequirements(QStringLiteral("probe_one\n./probe_two-1.5-py3-none-any.whl\n"))).ok());
        const auto end = App::endOf(m_machine.session().installRequirements());
        QVERIFY2(end.ok(), end.why());
        QVERIFY(App::endOf(m_machine.session().container().packages(jupyter::Record::Yes)).ok());
        const QByteArray text = m_machine.run("cat /src/nimbook.lock | base64 -w 0; echo");
        static const QRegularExpression encoded(QStringLiteral("[A-Za-z0-9+/=]{200,}"));
        m_lockText = QByteArray::fromBase64(encoded.match(QString::fromUtf8(text)).captured().toLatin1());
        m_lock = QJsonDocument::fromJson(m_lockText).object();
        QVERIFY2(m_lock.value(QStringLiteral("added")).toArray().size() == 2, text);
        m_firstRef = m_machine.ref;
    }

    void anotherMachineWithTheProject_getsItsImageAndPackages()
    {
        QString problem = m_machine.make(QStringLiteral("second"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        auto &second = m_machine.session();
        QVERIFY(second.ref() != m_firstRef);
        QVERIFY(App::endOf(second.connectFiles()).ok());
        // It has that tag already, with the newer bits that it means by now.
        const QByteArray newer(64, 'b');
        const QByteArray moved = m_machine.run("mkdir -p /var/lib/docker-standin; echo '{\"" + m_image.toUtf8() + "\": \"" + newer + "\"}' >/var/lib/docker-standin/registry.json");
        QVERIFY2(moved.contains("alldone"), moved.constData());
        second.setContainerImage(m_image);
        QVERIFY(App::endOf(second.openNotebook()).ok());
        QVERIFY(packages(second)->digest.endsWith(QString::fromLatin1(newer)));
        QTRY_VERIFY_WITH_TIMEOUT(second.container().children().isEmpty(), 60'000); // what it recorded by itself is written
        second.setContainerImage({});
        QFile lock(m_machine.folder().filePath(QStringLiteral("nimbook.lock")));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(m_lockText);
        lock.close();
        QVERIFY(copyTo(second, m_wheels + QStringList{lock.fileName()}));

        // when it is asked to become what was recorded
        const auto end = App::endOf(second.recreate());
        QVERIFY2(end.ok(), end.why());

        // then the image is the recorded one, by its digest, and both packages are there in their versions
        QCOMPARE(second.containerImage(), m_image);
        QVERIFY2(end.step(QStringLiteral("installRecorded"))->detail.contains(QStringLiteral("probe-one-1.5"))
                     && end.step(QStringLiteral("installRecorded"))->detail.contains(QStringLiteral("probe-two-1.5")),
                 qPrintable(end.step(QStringLiteral("installRecorded"))->detail));
        QCOMPARE(end.step(QStringLiteral("compareWithLock"))->state, Step::State::Done);
        const auto state = packages(second);
        QVERIFY(state && state->lock.isAsRecorded());
        QCOMPARE(state->digest, m_lock.value(QStringLiteral("image")).toObject().value(QStringLiteral("digest")).toString());
        QVERIFY(!state->digest.isEmpty());
        QVERIFY(second.isNotebookOpen());
        QVERIFY(m_machine.run("docker exec nimbook-jupyter python3 -c 'import probe_one, probe_two; print(probe_one.answer + 1)'").contains("43"));

        // and asking once more finds nothing to do
        const auto again = App::endOf(second.recreate());
        QVERIFY2(again.ok(), again.why());
        QCOMPARE(again.step(QStringLiteral("installRecorded"))->state, Step::State::Skipped);
        QCOMPARE(again.step(QStringLiteral("startContainer"))->state, Step::State::Skipped);
    }

    void newerImageAskedOfAFlowThatRuns_isNoWishForTheNext()
    {
        auto &second = m_machine.session();
        auto *first = qobject_cast<workspace::ConnectFlow *>(second.openNotebook());
        QVERIFY(first && !first->pullsAnew());
        QCOMPARE(second.updateImage(), first);
        QVERIFY(first->pullsAnew());
        QVERIFY(App::endOf(first).ok());
        auto *next = qobject_cast<workspace::ConnectFlow *>(second.openNotebook());
        QVERIFY(next && !next->pullsAnew());
        QVERIFY(App::endOf(next).ok());
        QTRY_VERIFY_WITH_TIMEOUT(second.container().children().isEmpty(), 60'000);
    }

    void machineWithoutALock_saysWhatToCopy()
    {
        auto &second = m_machine.session();
        // Opening a notebook records what is installed, on its own and beside everything else: a record still under way would bring the lock back.
        QTRY_VERIFY_WITH_TIMEOUT(second.container().children().isEmpty(), 60'000);
        QVERIFY(m_machine.run("rm /src/nimbook.lock").contains("alldone"));
        const auto end = App::endOf(second.recreate());
        QCOMPARE(end.error.kind, ErrorKind::NotFound);
        QVERIFY2(end.error.nextStep.contains(QStringLiteral("nimbook.lock")), end.why());
    }

    void lockThatCannotBeFollowed_endsInWordsAboutThePackage()
    {
        auto &second = m_machine.session();
        QJsonObject wanted = m_lock;
        wanted.insert(QStringLiteral("added"), QJsonArray{QStringLiteral("no-such-probe==9.9")});
        QFile lock(m_machine.folder().filePath(QStringLiteral("nimbook.lock")));
        QVERIFY(lock.open(QIODevice::WriteOnly | QIODevice::Truncate));
        lock.write(QJsonDocument(wanted).toJson());
        lock.close();
        QVERIFY(copyTo(second, {lock.fileName()}));
        const auto end = App::endOf(second.recreate());
        QCOMPARE(end.state, Job::State::Failed);
        QVERIFY2(end.error.message.contains(QStringLiteral("no-such-probe")), end.why());
        QVERIFY(second.isNotebookOpen()); // the notebook that was open still is
    }

private:
    static bool copyTo(workspace::MachineSession &session, const QStringList &files)
    {
        QSignalSpy done(session.transfers(), &transfer::TransferQueue::finished);
        const auto id = session.transfers()->upload(files, QStringLiteral("/src"), transfer::ConflictAnswer::Overwrite);
        return QTest::qWaitFor([&] { return !done.isEmpty(); }, 30'000) && session.transfers()->find(id)->state == transfer::Transfer::State::Done;
    }

    static std::optional<jupyter::PackagesState> packages(workspace::MachineSession &session)
    {
        std::optional<jupyter::PackagesState> state;
        auto *job = session.container().packages(jupyter::Record::No);
        connect(job, &Job::finished, job, [&state, job] {
            if (const auto result = job->result())
                state = *result;
        });
        App::endOf(job);
        return state;
    }

    SandboxMachine m_machine;
    QString m_image;
    QStringList m_wheels;
    QByteArray m_lockText;
    QJsonObject m_lock;
    cloud::InstanceRef m_firstRef;
};

QTEST_GUILESS_MAIN(WorkspaceRecreateTest)
#include "workspace_recreate_test.moc"
