// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.h"

#include <QSignalSpy>

#include <fcntl.h>
#include <sys/stat.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

class TransferQueueTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void init() { QCOMPARE(f.begin(), QString()); }
    void cleanup()
    {
        QCOMPARE(Fixture::partFiles(f.near()), QStringList());
        QCOMPARE(Fixture::partFiles(f.far()), QStringList());
    }

    void oneFile_goesUpAndDownWithModeAndTime()
    {
        const QByteArray bytes = Fixture::randomBytes(300'001);
        const QString name = QStringLiteral("a b'\"\n-é.bin");
        QVERIFY(Fixture::write(f.near(name), bytes));
        QVERIFY(QFile::setPermissions(f.near(name), QFile::ReadOwner | QFile::ReadGroup | QFile::ExeOwner));
        const timespec times[2] = {{1'600'000'000, 0}, {1'500'000'000, 0}};
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(f.near(name)).constData(), times, 0), 0);
        const QString back = f.sshd.directory() + QStringLiteral("/back");
        QVERIFY(QDir().mkpath(back));
        QSignalSpy finished(f.queue.get(), &TransferQueue::finished);

        const TransferId up = f.queue->upload({f.near(name)}, f.far());
        COMPARE_STATE(f.settle(up), State::Done);
        const TransferId down = f.queue->download({f.far(name)}, back);
        COMPARE_STATE(f.settle(down), State::Done);

        QCOMPARE(Fixture::describe(f.far()), Fixture::describe(f.near()));
        QCOMPARE(Fixture::describe(back), Fixture::describe(f.near()));
        QCOMPARE(finished.size(), 2);
        const Transfer *t = f.queue->find(up);
        QCOMPARE(t->filesDone, 1);
        QCOMPARE(t->filesTotal, 1);
        QCOMPARE(t->bytesDone, bytes.size());
        QCOMPARE(t->bytesTotal, bytes.size());
        QCOMPARE(t->title, QStringLiteral("a b'\"\\n-é.bin"));
        QVERIFY(t->ended >= t->started);
        QCOMPARE(f.queue->transfers().first().id, down);
    }

    void placedFile_replacesOnlyWhatWasSeenThere_data()
    {
        QTest::addColumn<bool>("upload");
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("time");
        QTest::addColumn<bool>("replaced");
        for (const bool upload : {true, false}) {
            const char *way = upload ? "up" : "down";
            QTest::addRow("%s, as it was", way) << upload << true << 5 << 1'600'000'000 << true;
            QTest::addRow("%s, another time", way) << upload << true << 5 << 1'600'000'001 << false;
            QTest::addRow("%s, another size", way) << upload << true << 6 << 1'600'000'000 << false;
            QTest::addRow("%s, nothing was there", way) << upload << true << -1 << 0 << false;
            QTest::addRow("%s, nothing was there and is", way) << upload << false << -1 << 0 << true;
            QTest::addRow("%s, gone", way) << upload << false << 5 << 1'600'000'000 << false;
        }
    }
    void placedFile_replacesOnlyWhatWasSeenThere()
    {
        QFETCH(bool, upload);
        QFETCH(bool, isThere);
        QFETCH(int, size);
        QFETCH(int, time);
        QFETCH(bool, replaced);
        const QString source = upload ? f.near("model") : f.far("model");
        const QString target = upload ? f.far("sub/model") : f.near("sub/model");
        QVERIFY(Fixture::write(source, "new version"));
        QVERIFY(QDir().mkpath(QFileInfo(target).path()));
        if (isThere) {
            QVERIFY(Fixture::write(target, "older"));
            const timespec times[2] = {{1'600'000'000, 0}, {1'600'000'000, 0}};
            QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(target).constData(), times, 0), 0);
        }
        const TransferId id = f.queue->place(upload ? Transfer::Direction::Upload : Transfer::Direction::Download,
                                             {{source, QStringLiteral("sub"), PlaceBefore{size, time}}}, upload ? f.far() : f.near(), ConflictAnswer::Overwrite);
        COMPARE_STATE(f.settle(id), replaced ? State::Done : State::Failed);
        QCOMPARE(QFileInfo::exists(target) ? Fixture::read(target) : QByteArray(), replaced ? QByteArray("new version") : isThere ? QByteArray("older") : QByteArray());
    }

    void conflicts_answered_data()
    {
        QTest::addColumn<bool>("upload");
        QTest::addColumn<int>("answer");
        QTest::addColumn<int>("state");
        QTest::addColumn<QByteArrayList>("expected"); // a.txt, "a (2).txt" (or "-"), new.txt
        for (const bool up : {true, false}) {
            const QByteArray way = up ? "up: " : "down: ";
            QTest::newRow(way + "overwrite") << up << int(ConflictAnswer::Overwrite) << int(State::Done) << QByteArrayList{"source", "-", "fresh"};
            QTest::newRow(way + "skip") << up << int(ConflictAnswer::Skip) << int(State::Done) << QByteArrayList{"there", "-", "fresh"};
            QTest::newRow(way + "keep both") << up << int(ConflictAnswer::KeepBoth) << int(State::Done) << QByteArrayList{"there", "source", "fresh"};
            QTest::newRow(way + "cancel") << up << int(ConflictAnswer::Ask) << int(State::Cancelled) << QByteArrayList{"there", "-", "-"};
        }
    }
    void conflicts_answered()
    {
        QFETCH(bool, upload);
        QFETCH(int, answer);
        QFETCH(int, state);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(QDir(from).mkpath(QStringLiteral("data")) && QDir(to).mkpath(QStringLiteral("data")));
        QVERIFY(Fixture::write(from + QStringLiteral("/data/a.txt"), "source"));
        QVERIFY(Fixture::write(from + QStringLiteral("/data/new.txt"), "fresh"));
        QVERIFY(Fixture::write(to + QStringLiteral("/data/a.txt"), "there"));

        const QStringList sources{from + QStringLiteral("/data")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        COMPARE_STATE(f.settle(id), State::NeedsAnswer);
        QCOMPARE(f.queue->find(id)->conflicts, QStringList{to + QStringLiteral("/data/a.txt")});
        QVERIFY(!QFile::exists(to + QStringLiteral("/data/new.txt"))); // no byte before the answer
        f.queue->answerConflicts(id, ConflictAnswer(answer));
        QTRY_VERIFY(!f.queue->find(id)->isActive());

        COMPARE_STATE(f.queue->find(id), State(state));
        QByteArrayList found;
        for (const char *name : {"/data/a.txt", "/data/a (2).txt", "/data/new.txt"})
            found.append(QFile::exists(to + QLatin1String(name)) ? Fixture::read(to + QLatin1String(name)) : QByteArray("-"));
        QTEST(found, "expected");
    }

    void openQuestion_doesNotHoldUpTheNextTransfer()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1") && Fixture::write(f.far(QStringLiteral("a")), "2"));
        QVERIFY(Fixture::write(f.near(QStringLiteral("b")), "3"));
        const TransferId asked = f.queue->upload({f.near(QStringLiteral("a"))}, f.far());
        COMPARE_STATE(f.settle(asked), State::NeedsAnswer);

        const TransferId next = f.queue->upload({f.near(QStringLiteral("b"))}, f.far());
        COMPARE_STATE(f.settle(next), State::Done);

        f.queue->answerConflicts(asked, ConflictAnswer::Overwrite);
        QTRY_COMPARE(int(f.queue->find(asked)->state), int(State::Done));
        QCOMPARE(Fixture::read(f.far(QStringLiteral("a"))), QByteArray("1"));
    }

    void oneBadFile_doesNotEndTheBatch()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("good")), "1"));
        const TransferId id = f.queue->upload({f.near(QStringLiteral("gone")), f.near(QStringLiteral("good"))}, f.far());

        COMPARE_STATE(f.settle(id), State::DoneWithErrors);

        QCOMPARE(f.queue->find(id)->errors.size(), 1);
        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::NotFound);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("good"))), QByteArray("1"));
    }

    void missingDestination_isToldBeforeAnythingMoves()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1"));
        const TransferId up = f.queue->upload({f.near(QStringLiteral("a"))}, f.far(QStringLiteral("nowhere")));
        COMPARE_STATE(f.settle(up), State::Failed);
        QCOMPARE(f.queue->find(up)->errors[0].kind, ErrorKind::NotFound);

        // The folder comes to be: once more.
        QVERIFY(QDir().mkpath(f.far(QStringLiteral("nowhere"))));
        f.queue->retry(up);
        COMPARE_STATE(f.settle(up), State::Done);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("nowhere/a"))), QByteArray("1"));
    }

    void waitingTransfer_cancelledBeforeItsTurn()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1"));
        const TransferId id = f.queue->upload({f.near(QStringLiteral("a"))}, f.far());
        f.queue->cancel(id);
        COMPARE_STATE(f.settle(id), State::Cancelled);
        QVERIFY(!QFile::exists(f.far(QStringLiteral("a"))));
    }

    void clearFinished_removesOnlyWhatEnded()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1") && Fixture::write(f.far(QStringLiteral("b")), "2")
                && Fixture::write(f.near(QStringLiteral("b")), "3"));
        const TransferId done = f.queue->upload({f.near(QStringLiteral("a"))}, f.far());
        const TransferId asking = f.queue->upload({f.near(QStringLiteral("b"))}, f.far());
        COMPARE_STATE(f.settle(done), State::Done);
        COMPARE_STATE(f.settle(asking), State::NeedsAnswer);
        QSignalSpy removed(f.queue.get(), &TransferQueue::removed);

        f.queue->clearFinished();

        QCOMPARE(removed.size(), 1);
        QVERIFY(!f.queue->find(done));
        QVERIFY(f.queue->find(asking));
    }

    void queue_destroyedInTheMiddle_leavesNothingHalf()
    {
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), 64 * 1024 * 1024));
        f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));
        f.queue.reset();
        QVERIFY(!QFile::exists(f.far(QStringLiteral("big"))));
        for (const QString &part : Fixture::partFiles(f.far())) // nobody is left to remove it; the next attempt does
            QVERIFY(QFile::remove(part));
    }

    void upload_partOfAnEarlierCrash_isReplaced()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "whole"));
        QVERIFY(Fixture::write(f.far(QStringLiteral(".a.nimbook-part")), "much longer than the file"));
        const TransferId id = f.queue->upload({f.near(QStringLiteral("a"))}, f.far());
        COMPARE_STATE(f.settle(id), State::Done);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("a"))), QByteArray("whole"));
    }
};

QTEST_GUILESS_MAIN(TransferQueueTest)
#include "transfer_queue_test.moc"
