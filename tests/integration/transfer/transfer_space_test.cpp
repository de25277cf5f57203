// SPDX-License-Identifier: Apache-2.0
// Disks that are too small, or become so while bytes move.
#include "small_disk.h"
#include "transfer_fixture.h"

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using nimbook::testing::SmallDisk;
using State = Transfer::State;

class TransferSpaceTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void init() { QCOMPARE(f.beginWithoutRetries(), QString()); }

    void diskTooSmall_saysSoBeforeAnythingIsCopied_data() { Fixture::bothWays(); }
    void diskTooSmall_saysSoBeforeAnythingIsCopied()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = (upload ? f.far() : f.near()) + QStringLiteral("/small");
        const SmallDisk disk(to, QStringLiteral("4m"));
        if (!disk.isMounted())
            QSKIP("mounting a small disk is not permitted here");
        QVERIFY(Fixture::write(from + QStringLiteral("/fits"), Fixture::randomBytes(1000)));
        QVERIFY(Fixture::write(from + QStringLiteral("/too big"), Fixture::randomBytes(8'000'000)));
        const QStringList sources{from + QStringLiteral("/fits"), from + QStringLiteral("/too big")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);

        COMPARE_STATE(f.settle(id), State::Failed);

        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::NoSpace);
        QCOMPARE(Fixture::describe(to), QStringList());
        // What is replaced makes room: this fits, since the old one goes.
        QVERIFY(Fixture::write(from + QStringLiteral("/fits"), Fixture::randomBytes(1'500'000)) && Fixture::write(to + QStringLiteral("/fits"), Fixture::randomBytes(2'000'000)));
        const QStringList one{from + QStringLiteral("/fits")};
        const TransferId again = upload ? f.queue->upload(one, to, ConflictAnswer::Overwrite) : f.queue->download(one, to, ConflictAnswer::Overwrite);
        COMPARE_STATE(f.settle(again), State::Done);
    }

    void diskThatFillsUp_saysSoAndLeavesNothingHalf_data() { Fixture::bothWays(); }
    void diskThatFillsUp_saysSoAndLeavesNothingHalf()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = (upload ? f.far() : f.near()) + QStringLiteral("/small");
        const SmallDisk disk(to, QStringLiteral("4m"));
        if (!disk.isMounted())
            QSKIP("mounting a small disk is not permitted here");
        QVERIFY(Fixture::write(from + QStringLiteral("/fits"), Fixture::randomBytes(1000)));
        QVERIFY(Fixture::write(from + QStringLiteral("/too big"), Fixture::randomBytes(3'500'000)));
        const QStringList sources{from + QStringLiteral("/fits"), from + QStringLiteral("/too big")};
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        f.queue->setRateLimit(direction, 2'000'000);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        const bool isUnderWay = QTest::qWaitFor([&] { return f.queue->find(id)->filesDone == 1 && !Fixture::partFiles(to).isEmpty(); }, 20'000);
        const Transfer *t = f.queue->find(id);
        QVERIFY2(isUnderWay, qPrintable(QStringLiteral("state %1, %2 files, %3 bytes, %4").arg(int(t->state)).arg(t->filesDone).arg(t->bytesDone).arg(t->errors.isEmpty() ? QString() : t->errors.first().message)));
        QFile filler(to + QStringLiteral("/somebody else's"));
        QVERIFY(filler.open(QIODevice::WriteOnly));
        while (filler.write(QByteArray(64 * 1024, 'x')) > 0 && filler.flush()) {
        }
        filler.close();
        f.queue->setRateLimit(direction, 0);

        COMPARE_STATE(f.settle(id), State::Failed);

        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::NoSpace);
        QVERIFY(!QFile::exists(to + QStringLiteral("/too big")));
        QTRY_COMPARE(Fixture::partFiles(to), QStringList());
        QCOMPARE(f.queue->find(id)->filesDone, 1);
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/fits"), to + QStringLiteral("/fits")));
    }

    void diskFilledBySomebodyElse_stopsBeforeItIsFull_andGoesOnWithWhatArrived_data() { Fixture::bothWays(); }
    void diskFilledBySomebodyElse_stopsBeforeItIsFull_andGoesOnWithWhatArrived()
    {
        QFETCH(bool, upload);
        constexpr qint64 leftOver = 20'000'000;
        const QString from = upload ? f.near() : f.far();
        const QString to = (upload ? f.far() : f.near()) + QStringLiteral("/small");
        const SmallDisk disk(to, QStringLiteral("96m"));
        if (!disk.isMounted())
            QSKIP("mounting a small disk is not permitted here");
        QVERIFY(Fixture::write(from + QStringLiteral("/big"), Fixture::randomBytes(72'000'000)));
        const QStringList sources{from + QStringLiteral("/big")};
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        f.queue->setRateLimit(direction, 40'000'000);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->find(id)->bytesDone > 36'000'000, 30'000);
        f.queue->setRateLimit(direction, 500'000);
        disk.fill(leftOver);

        COMPARE_STATE(f.settle(id), State::Failed);

        const Error error = f.queue->find(id)->errors.value(0);
        QCOMPARE(error.kind, ErrorKind::NoSpace);
        QVERIFY2(error.message.startsWith(QLatin1String("Stopped before the disk")), qPrintable(error.message));
        QVERIFY2(disk.available() > leftOver / 4, qPrintable(QString::number(disk.available())));
        QVERIFY(!QFile::exists(to + QStringLiteral("/big")));
        QCOMPARE(Fixture::partFiles(to).size(), 1);
        struct stat before {};
        QCOMPARE(::stat(QFile::encodeName(Fixture::partFiles(to).first()).constData(), &before), 0);

        disk.empty();
        f.queue->setRateLimit(direction, 0);
        f.queue->retry(id);

        COMPARE_STATE(f.settle(id), State::Done);
        struct stat after {};
        QCOMPARE(::stat(QFile::encodeName(to + QStringLiteral("/big")).constData(), &after), 0);
        QCOMPARE(after.st_ino, before.st_ino); // the very file that was begun
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/big"), to + QStringLiteral("/big")));
        QCOMPARE(Fixture::partFiles(to), QStringList());
    }

    void stoppedForSpace_andForgotten_leavesNothingBehind_data() { Fixture::bothWays(); }
    void stoppedForSpace_andForgotten_leavesNothingBehind()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = (upload ? f.far() : f.near()) + QStringLiteral("/small");
        const SmallDisk disk(to, QStringLiteral("64m"));
        if (!disk.isMounted())
            QSKIP("mounting a small disk is not permitted here");
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), 60'000'000));
        const QStringList sources{from + QStringLiteral("/big")};
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        f.queue->setRateLimit(direction, 4'000'000);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        disk.fill(20'000'000);
        COMPARE_STATE(f.settle(id), State::Failed);
        QCOMPARE(Fixture::partFiles(to).size(), 1);

        f.queue->forget(id);

        QTRY_COMPARE_WITH_TIMEOUT(Fixture::partFiles(to), QStringList(), 20'000);
    }
};

QTEST_GUILESS_MAIN(TransferSpaceTest)
#include "transfer_space_test.moc"
