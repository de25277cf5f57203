// SPDX-License-Identifier: Apache-2.0
#include "support/finish.h"
#include "workspace/activity.h"
#include "workspace/settings.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using namespace nimbook::workspace;

namespace {

class Endless final : public Job {
public:
    void report(int percent) { setProgress({percent, 100, Progress::Unit::Percent, {}}); }

protected:
    void run() override {}
};

} // namespace

class ActivityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jobThatFails_isKeptWithItsError()
    {
        Activity activity;
        ReadyJob<Done> job(failure(ErrorKind::StockOut, QStringLiteral("no L4 left")));
        const quint64 id = activity.watch(&job, QStringLiteral("Starting vm"));
        QCOMPARE(activity.runningCount(), 1);
        QVERIFY(testing::finish(job));
        QCOMPARE(activity.runningCount(), 0);
        QCOMPARE(activity.find(id)->state, Job::State::Failed);
        QCOMPARE(activity.find(id)->error.kind, ErrorKind::StockOut);
        QVERIFY(activity.find(id)->ended.isValid());
        QVERIFY(!activity.find(id)->job);
    }

    void progress_isFollowed()
    {
        Activity activity;
        Endless job;
        const quint64 id = activity.watch(&job, QStringLiteral("x"));
        QSignalSpy changed(&activity, &Activity::entryChanged);
        job.start();
        job.report(40);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(activity.find(id)->progress.percent(), 40);
    }

    void deletedJob_doesNotRunForEver()
    {
        Activity activity;
        auto *job = new Endless;
        const quint64 id = activity.watch(job, QStringLiteral("x"));
        job->start();
        delete job;
        QCOMPARE(activity.runningCount(), 0);
        QCOMPARE(activity.find(id)->state, Job::State::Cancelled);
    }

    void newestFirst_andOldOnesGo()
    {
        Activity activity;
        Endless running;
        const quint64 first = activity.watch(&running, QStringLiteral("running"));
        for (int i = 0; i < 250; ++i) {
            ReadyJob<Done> job(Done{});
            activity.watch(&job, QString::number(i));
            QVERIFY(testing::finish(job));
        }
        QCOMPARE(activity.entries().size(), 201);
        QCOMPARE(activity.entries().constFirst().title, QStringLiteral("249"));
        QVERIFY(activity.find(first)); // what runs is never dropped
        activity.clearEnded();
        QCOMPARE(activity.entries().size(), 1);
    }

    void settings_comeBackWithoutSecretsAndWithinBounds()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("nimbook.conf"));
        {
            Settings settings(file);
            QCOMPARE(settings.tunnelPort(QStringLiteral("123")), quint16(18888));
            settings.setTunnelPort(QStringLiteral("123"), 18890);
            settings.setLastProject(QStringLiteral("account/ada@example.com"), QStringLiteral("vision-lab"));
            settings.setLastAccountKey(QStringLiteral("account/ada@example.com"));
        }
        Settings settings(file);
        QCOMPARE(settings.tunnelPort(QStringLiteral("123")), quint16(18890));
        QCOMPARE(settings.tunnelPort(QStringLiteral("124")), quint16(18888));
        QCOMPARE(settings.lastProject(QStringLiteral("account/ada@example.com")), QStringLiteral("vision-lab"));
        QCOMPARE(settings.lastProject(QStringLiteral("account/bob@example.com")), QString());
        QCOMPARE(settings.lastAccountKey(), QStringLiteral("account/ada@example.com"));
        settings.setTunnelPort(QStringLiteral("124"), 18888);
        QCOMPARE(settings.tunnelPort(QStringLiteral("125")), quint16(18889)); // 18888 and 18890 are others'
        QCOMPARE(settings.tunnelPortsOfOthers(QStringLiteral("124")), QSet<quint16>{18890});
        settings.setTunnelPort(QStringLiteral("125"), 18888); // as an earlier version did
        QCOMPARE(settings.tunnelPort(QStringLiteral("124")), quint16(18888));
        QCOMPARE(settings.tunnelPort(QStringLiteral("125")), quint16(18889));
        settings.raw().remove(QStringLiteral("tunnel"));
        settings.raw().setValue(QStringLiteral("tunnel/9"), 80);
        QCOMPARE(settings.tunnelPort(QStringLiteral("9")), quint16(18888));
    }

    void knownAccounts_stayInTheirOrderAndHoldNoSecret()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("nimbook.conf"));
        const workspace::KnownAccount ada{QStringLiteral("account/ada@example.com"), QStringLiteral("ada@example.com"), QStringLiteral("Browser"), {}};
        workspace::KnownAccount robot{QStringLiteral("account/robot"), QStringLiteral("robot, the ; second"), QStringLiteral("CredentialFile"), QStringLiteral("/keys/r=1.json")};
        {
            workspace::Settings settings(path);
            settings.remember(ada);
            settings.remember(robot);
            settings.remember(ada); // signed in again: stays where it was
        }
        workspace::Settings again(path);
        QCOMPARE(again.knownAccounts(), (QList<workspace::KnownAccount>{ada, robot}));
        QCOMPARE(again.knownAccount(robot.key), robot);
        QCOMPARE(again.knownAccount(QStringLiteral("account/nobody")), workspace::KnownAccount());
        robot.path = QStringLiteral("/keys/new.json");
        again.remember(robot);
        QCOMPARE(again.knownAccounts().last(), robot);
        again.forget(ada.key);
        QCOMPARE(again.knownAccounts(), QList<workspace::KnownAccount>{robot});
        again.forget(robot.key);
        QVERIFY(again.knownAccounts().isEmpty());
    }

    void directories_areXdgAndPrivate()
    {
        QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.filePath(QStringLiteral("state")).toUtf8());
        qputenv("XDG_CONFIG_HOME", folder.filePath(QStringLiteral("config")).toUtf8());
        qputenv("XDG_CACHE_HOME", folder.filePath(QStringLiteral("cache")).toUtf8());
        const auto directories = Directories::standard();
        QCOMPARE(directories.state, folder.filePath(QStringLiteral("state/nimbook")));
        for (const QString &path : {directories.state, directories.config, directories.cache}) {
            QVERIFY(QFileInfo(path).isDir());
            QVERIFY(!(QFileInfo(path).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther)));
        }
    }
};

QTEST_GUILESS_MAIN(ActivityTest)
#include "activity_test.moc"
