// SPDX-License-Identifier: Apache-2.0
// Copies made on the machine itself.
#include "transfer_fixture.h"

#include <fcntl.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

class TransferCopyTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void init() { QCOMPARE(f.begin(), QString()); }
    void cleanup()
    {
        const QStringList parts = Fixture::partFiles(f.far());
        f.removeTrees();
        QCOMPARE(parts, QStringList());
    }

    void tree_arrivesWithAllItHas()
    {
        makeTree(f.far(QStringLiteral("data")));
        QVERIFY(QDir(f.far()).mkpath(QStringLiteral("there")));
        const TransferId id = f.queue->copy({f.far(QStringLiteral("data"))}, f.far(QStringLiteral("there")));
        COMPARE_STATE(f.settle(id), State::Done);
        QCOMPARE(Fixture::describe(f.far(QStringLiteral("there/data"))), Fixture::describe(f.far(QStringLiteral("data"))));
        QCOMPARE(f.queue->find(id)->filesVerified, f.queue->find(id)->filesTotal);
        QCOMPARE(f.queue->find(id)->bytesDone, f.queue->find(id)->bytesTotal);
        QCOMPARE(Fixture::describe(f.near()), QStringList()); // nothing of it came here
    }

    void serverThatCannotCopyByItself_copiesAllTheSame()
    {
        Fixture other({QStringLiteral("ForceCommand internal-sftp -P copy-data")});
        QVERIFY2(other.start(), qPrintable(other.sshd.errorString()));
        makeTree(other.far(QStringLiteral("data")));
        QVERIFY(QDir(other.far()).mkpath(QStringLiteral("there")));
        const TransferId id = other.queue->copy({other.far(QStringLiteral("data"))}, other.far(QStringLiteral("there")));
        COMPARE_STATE(other.settle(id), State::Done);
        QCOMPARE(Fixture::describe(other.far(QStringLiteral("there/data"))), Fixture::describe(other.far(QStringLiteral("data"))));
    }

    void newName_inTheSameFolder_isADuplicate()
    {
        makeTree(f.far(QStringLiteral("data")));
        QVERIFY(Fixture::write(f.far(QStringLiteral("a")), "1"));
        const TransferId id = f.queue->copy({f.far(QStringLiteral("data")), f.far(QStringLiteral("a"))}, f.far(), {QStringLiteral("data (2)"), QStringLiteral("a (2)")});
        COMPARE_STATE(f.settle(id), State::Done);
        QCOMPARE(Fixture::describe(f.far(QStringLiteral("data (2)"))), Fixture::describe(f.far(QStringLiteral("data"))));
        QCOMPARE(Fixture::read(f.far(QStringLiteral("a (2)"))), QByteArray("1"));
    }

    void nameThatIsTaken_isAskedAbout_andFollowed_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QByteArray>("old");
        QTest::addColumn<QByteArray>("beside");
        QTest::newRow("overwrite") << int(ConflictAnswer::Overwrite) << QByteArray("new") << QByteArray("<cannot be read>");
        QTest::newRow("keep both") << int(ConflictAnswer::KeepBoth) << QByteArray("old") << QByteArray("new");
        QTest::newRow("skip") << int(ConflictAnswer::Skip) << QByteArray("old") << QByteArray("<cannot be read>");
        QTest::newRow("cancel") << int(ConflictAnswer::Ask) << QByteArray("old") << QByteArray("<cannot be read>");
    }
    void nameThatIsTaken_isAskedAbout_andFollowed()
    {
        QFETCH(int, answer);
        QVERIFY(QDir(f.far()).mkpath(QStringLiteral("there")));
        QVERIFY(Fixture::write(f.far(QStringLiteral("a")), "new") && Fixture::write(f.far(QStringLiteral("there/a")), "old"));
        const TransferId id = f.queue->copy({f.far(QStringLiteral("a"))}, f.far(QStringLiteral("there")));
        COMPARE_STATE(f.settle(id), State::NeedsAnswer);
        f.queue->answerConflicts(id, ConflictAnswer(answer));
        QTRY_VERIFY_WITH_TIMEOUT(!f.queue->find(id)->isActive(), 20'000);
        QTEST(Fixture::read(f.far(QStringLiteral("there/a"))), "old");
        QTEST(Fixture::read(f.far(QStringLiteral("there/a (2)"))), "beside");
        QCOMPARE(Fixture::read(f.far(QStringLiteral("a"))), QByteArray("new"));
    }

    void cancelled_leavesNothingHalf()
    {
        QVERIFY(QDir(f.far()).mkpath(QStringLiteral("there")));
        QVERIFY(Fixture::writeSparse(f.far(QStringLiteral("big")), 1'500'000'000));
        const TransferId id = f.queue->copy({f.far(QStringLiteral("big"))}, f.far(QStringLiteral("there")));
        QVERIFY(Fixture::waitForPart(f.far(QStringLiteral("there"))));
        f.queue->cancel(id);
        COMPARE_STATE(f.settle(id), State::Cancelled);
        QVERIFY(!QFile::exists(f.far(QStringLiteral("there/big"))));
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::partFiles(f.far()), QStringList(), 20'000);
    }

    void unreadableFile_doesNotEndTheRest()
    {
        QVERIFY(QDir(f.far()).mkpath(QStringLiteral("there")));
        QVERIFY(Fixture::write(f.far(QStringLiteral("a")), "1"));
        const TransferId id = f.queue->copy({f.far(QStringLiteral("gone")), f.far(QStringLiteral("a"))}, f.far(QStringLiteral("there")));
        COMPARE_STATE(f.settle(id), State::DoneWithErrors);
        QCOMPARE(f.queue->find(id)->errors.size(), 1);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("there/a"))), QByteArray("1"));
    }

private:
    static void makeTree(const QString &root)
    {
        QVERIFY(QDir().mkpath(root + QStringLiteral("/sub/empty")));
        const int sizes[] = {0, 1, 32 * 1024, 32 * 1024 + 1, 300'000, 40'000'000};
        for (int i = 0; i < 6; ++i) {
            const QString path = root + (i % 2 ? QStringLiteral("/sub/-%1 \n") : QStringLiteral("/%1")).arg(i);
            QVERIFY(Fixture::write(path, Fixture::randomBytes(sizes[i], quint32(i))));
            const timespec times[2] = {{1'600'000'000 + i, 0}, {1'600'000'000 + i, 0}};
            ::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0);
            ::chmod(QFile::encodeName(path).constData(), i % 2 ? 0640 : 0755);
        }
    }
};

QTEST_GUILESS_MAIN(TransferCopyTest)
#include "transfer_copy_test.moc"
