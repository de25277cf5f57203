// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_notices.h"
#include "ui/common/desktop_notice.h"

#include "integration/transfer/transfer_fixture.h"
#include "support/own_bus.h"

#include <QProcess>
#include <QSignalSpy>

using namespace nimbook;
using models::TransferNotices;
using transfer::Transfer;
using Fixture = nimbook::testing::TransferFixture;

/// Ends of transfers, told on a real session bus whose traffic is watched; and when they are worth telling.
class DesktopNoticeTest : public QObject {
    Q_OBJECT

    static Transfer ended(const QString &title, Transfer::State state)
    {
        Transfer transfer;
        transfer.title = title;
        transfer.machineName = QStringLiteral("trainer-1");
        transfer.state = state;
        transfer.destination = QStringLiteral("/src");
        transfer.bytesDone = 3'200'000;
        return transfer;
    }

private Q_SLOTS:
    void notice_goesOverTheSessionBus()
    {
        // The program reads the bus address once: it is this test's own from the beginning, see main().
        QProcess monitor;
        monitor.start(QStringLiteral("dbus-monitor"), {QStringLiteral("--session"), QStringLiteral("interface='org.freedesktop.Notifications'")});
        if (!monitor.waitForStarted())
            QSKIP("dbus-monitor is not installed");
        QByteArray seen;
        connect(&monitor, &QProcess::readyReadStandardOutput, this, [&] { seen += monitor.readAllStandardOutput(); });
        QTRY_VERIFY_WITH_TIMEOUT(seen.contains("NameAcquired"), 20'000);
        ui::DesktopNotice notice;
        notice.show(QStringLiteral("Upload finished"), QStringLiteral("<b>train.py</b> is in trainer-1 now"));
        QTRY_VERIFY_WITH_TIMEOUT(seen.contains("member=Notify") && seen.contains("Upload finished"), 20'000);
        QVERIFY(seen.contains("&lt;b&gt;train.py")); // a name is not markup
        monitor.kill();
        monitor.waitForFinished();
    }

    void watchedWindow_isNotInterrupted_unwatchedIs()
    {
        Fixture f;
        QVERIFY2(f.start(), qPrintable(f.sshd.errorString()));
        bool watched = true;
        TransferNotices notices([&] { return watched; });
        notices.setScratchFolder(f.near(QStringLiteral("cache")));
        notices.watch(f.queue.get());
        notices.watch(f.queue.get());
        QSignalSpy told(&notices, &TransferNotices::notice);
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1"));
        QVERIFY(f.settle(f.queue->upload({f.near(QStringLiteral("a"))}, f.far())));
        watched = false;
        QVERIFY(QDir().mkpath(f.near(QStringLiteral("cache"))));
        QVERIFY(f.settle(f.queue->download({f.far(QStringLiteral("a"))}, f.near(QStringLiteral("cache")))));
        QVERIFY(f.settle(f.queue->upload({f.near(QStringLiteral("a"))}, f.far(), transfer::ConflictAnswer::KeepBoth)));
        QVERIFY(f.settle(f.queue->upload({f.near(QStringLiteral("gone"))}, f.far())));
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), 20'000);
        QCOMPARE(told.count(), 1); // both in one
        QCOMPARE(told.first().at(0).toString(), QStringLiteral("1 of 2 transfers are not complete"));
    }

    void words_nameWhatEnded()
    {
        QCOMPARE(TransferNotices::titleOf({ended(QStringLiteral("a"), Transfer::State::Done)}), QStringLiteral("Upload finished"));
        QVERIFY(TransferNotices::textOf({ended(QStringLiteral("two\nlines"), Transfer::State::Done)}).startsWith(QStringLiteral("two\\nlines is in trainer-1 now, 3.2 MB")));
        QList<Transfer> many(9, ended(QStringLiteral("a"), Transfer::State::Done));
        QCOMPARE(TransferNotices::titleOf(many), QStringLiteral("9 transfers have finished"));
        QCOMPARE(TransferNotices::textOf(many).count(u'\n'), 4);
    }
};

int main(int argc, char **argv)
{
    nimbook::testing::moveToOwnBus(argc, argv);
    QCoreApplication application(argc, argv);
    DesktopNoticeTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "desktop_notice_test.moc"
