// SPDX-License-Identifier: Apache-2.0
#include "auth/keychain_store.h"

#include "tests/support/finish.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace nimbook;
using namespace nimbook::auth;
using namespace nimbook::testing;

namespace {

const QString key = QStringLiteral("account/ada@example.com");

Result<Secret> readFrom(SecretStore &store, const QString &name = key)
{
    return resultOf(store.read(name, nullptr), std::chrono::seconds(20));
}
Result<Done> writeTo(SecretStore &store, const Secret &secret, const QString &name = key)
{
    return resultOf(store.write(name, secret, nullptr), std::chrono::seconds(20));
}

} // namespace

/// Runs inside a session bus of its own, with an unlocked gnome-keyring on it: see SecretStoreTest::realKeyring.
class InsideKeyring : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void secretsRest_fromOneStoreToTheNext()
    {
        const Secret secret(QByteArray("{\"key\":\"-----BEGIN\\n\0\xff\"}", 24) + QByteArray(5000, 'k'));
        {
            const auto store = makeKeychainStore();
            QVERIFY(writeTo(*store, secret));
            QVERIFY2(store->isPersistent(), qPrintable(store->explanation()));
        }
        const auto next = makeKeychainStore();
        QCOMPARE(readFrom(*next).value(), secret);
        QVERIFY(next->isPersistent());
        QVERIFY(next->explanation().isEmpty());

        QVERIFY(resultOf(next->remove(key, nullptr)));
        QCOMPARE(readFrom(*next).error().kind, ErrorKind::NotFound);
        QVERIFY2(resultOf(next->remove(key, nullptr)), "removing what is not there is no error");
        QVERIFY(next->isPersistent());
    }

    void entries_doNotMix()
    {
        const auto store = makeKeychainStore();
        QVERIFY(writeTo(*store, Secret("one"), QStringLiteral("account/one")));
        QVERIFY(writeTo(*store, Secret("two"), QStringLiteral("account/two")));
        QVERIFY(writeTo(*store, Secret("one again"), QStringLiteral("account/one")));
        QCOMPARE(readFrom(*store, QStringLiteral("account/one")).value(), Secret("one again"));
        QCOMPARE(readFrom(*store, QStringLiteral("account/two")).value(), Secret("two"));
        QCOMPARE(readFrom(*makeKeychainStore(QStringLiteral("another-service")), QStringLiteral("account/one")).error().kind, ErrorKind::NotFound);
    }
};

class SecretStoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sessionStore_keepsAndForgets()
    {
        const auto store = makeSessionStore();
        QVERIFY(!store->isPersistent());
        QVERIFY(!store->explanation().isEmpty());
        QCOMPARE(readFrom(*store).error().kind, ErrorKind::NotFound);
        QVERIFY(writeTo(*store, Secret("s")));
        QCOMPARE(readFrom(*store).value(), Secret("s"));
        QVERIFY(resultOf(store->remove(key, nullptr)));
        QCOMPARE(readFrom(*store).error().kind, ErrorKind::NotFound);
    }

    void noSessionBus_fallsBackToThisSessionAndSaysSo()
    {
        const auto store = makeKeychainStore();
        QSignalSpy changed(store.get(), &SecretStore::persistenceChanged);
        QVERIFY(store->isPersistent()); // not tried yet
        QVERIFY2(writeTo(*store, Secret("s")), "the sign-in itself must not fail");
        QCOMPARE(changed.size(), 1);
        QVERIFY(!store->isPersistent());
        QVERIFY2(store->explanation().contains(QLatin1String("keyring")), qPrintable(store->explanation()));
        QCOMPARE(readFrom(*store).value(), Secret("s"));
        QVERIFY(resultOf(store->remove(key, nullptr)));
        QCOMPARE(readFrom(*store).error().kind, ErrorKind::NotFound);
        QCOMPARE(changed.size(), 1); // said once
    }

    void noSessionBus_readSaysNotFound()
    {
        const auto store = makeKeychainStore();
        QCOMPARE(readFrom(*store).error().kind, ErrorKind::NotFound);
        QVERIFY(!store->isPersistent());
    }

    void storeGone_aWaitingJobEnds()
    {
        auto store = makeKeychainStore();
        const std::unique_ptr<ValueJob<Done>> job(store->write(key, Secret("s"), nullptr));
        job->start();
        store.reset();
        QVERIFY(finish(*job));
        QVERIFY(!job->result());
    }

    void silentKeyring_isGivenUpInTime()
    {
        // A service that owns the name and never answers: what a prompt on nobody's screen looks like.
        runOnPrivateBus(QStringLiteral("silent"));
    }

    void realKeyring()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty())
            QSKIP("gnome-keyring is not installed: the desktop's keyring was not tried");
        runOnPrivateBus(QStringLiteral("keyring"));
    }

private:
    void runOnPrivateBus(const QString &what)
    {
        if (QStandardPaths::findExecutable(QStringLiteral("dbus-run-session")).isEmpty())
            QSKIP("dbus-run-session is not installed: no session bus to try it on");
        QTemporaryDir home;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NIMBOOK_INSIDE_BUS"), what);
        environment.insert(QStringLiteral("XDG_DATA_HOME"), home.path());
        environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.path());
        environment.insert(QStringLiteral("HOME"), home.path());
        environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
        const QString unlock = what == QLatin1String("keyring")
            ? QStringLiteral("printf test | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null && ") : QString();
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral("dbus-run-session"),
                      {QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"), unlock + QStringLiteral("exec \"$0\""), QCoreApplication::applicationFilePath()});
        QVERIFY(process.waitForFinished(30'000));
        const QByteArray output = process.readAll();
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, output);
        QVERIFY2(output.contains("Totals:") && !output.contains(" 0 passed"), output);
    }
};

/// Runs on a bus of its own where this very process owns org.freedesktop.secrets and does not answer.
class InsideSilence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void silentKeyring_isGivenUpInTime()
    {
        QProcess mute; // registers the name, answers nothing
        mute.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("exec python3 -c 'import dbus,time\nbus=dbus.SessionBus()\nbus.request_name(\"org.freedesktop.secrets\")\nprint(\"owned\",flush=True)\ntime.sleep(60)'")});
        if (!mute.waitForReadyRead(10'000) || !mute.readAll().contains("owned"))
            QSKIP("python3-dbus is not installed: no mute keyring to try");
        KeychainStore store(QStringLiteral("nimbook"), std::chrono::milliseconds(700));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(writeTo(store, Secret("s")));
        const qint64 took = timer.elapsed();
        QVERIFY(!store.isPersistent());
        QCOMPARE(readFrom(store).value(), Secret("s"));
        QVERIFY2(took >= 650 && took < 5'000, qPrintable(QString::number(took)));
        mute.kill();
        mute.waitForFinished();
    }
};

int main(int argc, char **argv)
{
    const QByteArray inside = qgetenv("NIMBOOK_INSIDE_BUS");
    if (inside.isEmpty()) {
        // No bus at all, and none that could be started for an X display.
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qunsetenv("DISPLAY");
        qputenv("XDG_RUNTIME_DIR", "/nonexistent");
    }
    QCoreApplication application(argc, argv);
    if (inside == "keyring") {
        InsideKeyring test;
        return QTest::qExec(&test, QStringList{application.applicationFilePath()});
    }
    if (inside == "silent") {
        InsideSilence test;
        return QTest::qExec(&test, QStringList{application.applicationFilePath()});
    }
    SecretStoreTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "secret_store_test.moc"
