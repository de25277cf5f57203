// SPDX-License-Identifier: Apache-2.0
#include "support/finish.h"
#include "workspace/sandbox_server.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using workspace::SandboxAddress;
using workspace::SandboxServer;

/// Programs that stand in for nimbook-sandbox are two-line shell scripts: what is tried here is how their words are read.
class SandboxServerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readyLine_givesTheAddress()
    {
        SandboxServer server(program("printf 'nimbook-sandbox rea'; printf 'dy http://127.0.0.1:4711\\n'; exec sleep 30"), state());
        const auto address = testing::resultOf(server.start(nullptr));
        QVERIFY2(address, address ? "" : qPrintable(address.error().message));
        QCOMPARE(address->root, QUrl(QStringLiteral("http://127.0.0.1:4711")));
        QCOMPARE(address->credentialsPath, state() + QStringLiteral("/credentials.json"));
        QVERIFY(server.isRunning());
    }

    void secondStart_isTheSameServer()
    {
        SandboxServer server(program("echo started >>\"$0.count\"; echo nimbook-sandbox ready http://127.0.0.1:1; exec sleep 30"), state());
        QVERIFY(testing::resultOf(server.start(nullptr)));
        QVERIFY(testing::resultOf(server.start(nullptr)));
        QFile count(m_program + QStringLiteral(".count"));
        QVERIFY(count.open(QIODevice::ReadOnly));
        QCOMPARE(count.readAll(), QByteArray("started\n"));
    }

    void programEndsAtOnce_itsLastWordsAreTold()
    {
        SandboxServer server(program("echo 'bwrap: not permitted' >&2; exit 3"), state());
        const auto address = testing::resultOf(server.start(nullptr));
        QVERIFY(!address);
        QCOMPARE(address.error().kind, ErrorKind::Internal);
        QVERIFY2(address.error().message.contains(QLatin1String("bwrap: not permitted")), qPrintable(address.error().message));
        QVERIFY(address.error().message.contains(QLatin1String("3")));
    }

    void programIsMissing_isSaid()
    {
        SandboxServer server(m_folder.filePath(QStringLiteral("absent")), state());
        const auto address = testing::resultOf(server.start(nullptr));
        QVERIFY(!address);
        QVERIFY(address.error().message.contains(QLatin1String("absent")));
    }

    void anotherOneServesTheFolder_isUsedAndLeftAlone()
    {
        // A program of that name, because the number alone could be anybody's.
        const QString name = m_folder.filePath(QStringLiteral("nimbook-sandbox"));
        QVERIFY(QFile::copy(QStandardPaths::findExecutable(QStringLiteral("sleep")), name));
        QProcess other;
        other.start(name, {QStringLiteral("30")});
        QVERIFY(other.waitForStarted());
        QDir().mkpath(state());
        QFile endpoint(state() + QStringLiteral("/endpoint.json"));
        QVERIFY(endpoint.open(QIODevice::WriteOnly));
        endpoint.write("{\"url\": \"http://127.0.0.1:4712\", \"pid\": " + QByteArray::number(other.processId()) + "}");
        endpoint.close();
        {
            SandboxServer server(program("echo nimbook-sandbox ready http://127.0.0.1:1; exec sleep 30"), state());
            const auto address = testing::resultOf(server.start(nullptr));
            QVERIFY2(address, address ? "" : qPrintable(address.error().message));
            QCOMPARE(address->root, QUrl(QStringLiteral("http://127.0.0.1:4712")));
        }
        QCOMPARE(other.state(), QProcess::Running);

        // It is gone, the file is not: what it says is not believed.
        other.kill();
        QVERIFY(other.waitForFinished());
        SandboxServer server(program("echo nimbook-sandbox ready http://127.0.0.1:4713; exec sleep 30"), state());
        const auto address = testing::resultOf(server.start(nullptr));
        QVERIFY2(address, address ? "" : qPrintable(address.error().message));
        QCOMPARE(address->root, QUrl(QStringLiteral("http://127.0.0.1:4713")));
        QVERIFY(endpoint.remove());
    }

    void programDiesLater_isReported()
    {
        SandboxServer server(program("echo nimbook-sandbox ready http://127.0.0.1:1; sleep 0.3; exit 9"), state());
        QSignalSpy stopped(&server, &SandboxServer::stoppedUnexpectedly);
        QVERIFY(testing::resultOf(server.start(nullptr)));
        QTRY_COMPARE(stopped.size(), 1);
        QVERIFY(!server.isRunning());
    }

    void stoppedOnPurpose_isNoNews()
    {
        SandboxServer server(program("echo nimbook-sandbox ready http://127.0.0.1:1; exec sleep 30"), state());
        QSignalSpy stopped(&server, &SandboxServer::stoppedUnexpectedly);
        QSignalSpy settled(&server, &SandboxServer::settled);
        QVERIFY(testing::resultOf(server.start(nullptr)));
        settled.clear();
        server.stop();
        QTRY_COMPARE(settled.size(), 1);
        QCOMPARE(stopped.size(), 0);
    }

    void deletedWhileStarting_jobEnds()
    {
        auto server = std::make_unique<SandboxServer>(program("exec sleep 30"), state());
        const std::unique_ptr<ValueJob<SandboxAddress>> job(server->start(nullptr));
        QSignalSpy finished(job.get(), &Job::finished);
        job->start();
        QTest::qWait(50);
        server.reset();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(job->state(), Job::State::Failed);
    }

private:
    QString program(const QByteArray &script)
    {
        m_program = m_folder.filePath(QStringLiteral("sandbox-%1").arg(++m_count));
        QFile file(m_program);
        if (file.open(QIODevice::WriteOnly))
            file.write("#!/bin/sh\n" + script + '\n');
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return m_program;
    }
    QString state() const { return m_folder.filePath(QStringLiteral("state")); }

    QTemporaryDir m_folder;
    QString m_program;
    int m_count = 0;
};

QTEST_GUILESS_MAIN(SandboxServerTest)
#include "sandbox_server_test.moc"
