// SPDX-License-Identifier: Apache-2.0
// Transfers that are stopped in the middle, by people or by the line, and go on; and those that take turns.
#include "transfer_fixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

namespace {

constexpr qint64 bigSize = 96 * 1024 * 1024;

} // namespace

class TransferResumeTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void init() { QCOMPARE(f.beginWithoutRetries(), QString()); }

    void cancel_inTheMiddle_leavesTheDestinationAsItWas_data() { Fixture::bothWays(); }
    void cancel_inTheMiddle_leavesTheDestinationAsItWas()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), bigSize));
        QVERIFY(Fixture::write(to + QStringLiteral("/big"), "old"));
        const QStringList sources{from + QStringLiteral("/big")};
        const TransferId id = upload ? f.queue->upload(sources, to, ConflictAnswer::Overwrite) : f.queue->download(sources, to, ConflictAnswer::Overwrite);
        QVERIFY(Fixture::waitForPart(to));

        f.queue->cancel(id);

        COMPARE_STATE(f.settle(id), State::Cancelled);
        QTRY_COMPARE(Fixture::partFiles(to), QStringList());
        QCOMPARE(Fixture::read(to + QStringLiteral("/big")), QByteArray("old"));

        f.queue->retry(id);
        COMPARE_STATE(f.settle(id), State::Done);
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/big"), to + QStringLiteral("/big")));
    }

    void linkLost_inTheMiddle_retryBringsWhatIsMissing_data() { Fixture::bothWays(); }
    void linkLost_inTheMiddle_retryBringsWhatIsMissing()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(QDir(from).mkpath(QStringLiteral("data")));
        for (int i = 0; i < 20; ++i)
            QVERIFY(Fixture::write(from + QStringLiteral("/data/%1").arg(i), Fixture::randomBytes(1000, quint32(i))));
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/data/zz big"), bigSize));
        const QStringList sources{from + QStringLiteral("/data"), from + QStringLiteral("/data/zz big")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        f.sshd.kill();

        COMPARE_STATE(f.settle(id), State::Failed);
        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::Network);
        for (const QString &line : Fixture::describe(to + QStringLiteral("/data")))
            QVERIFY2(line.contains(QLatin1String("nimbook-part")) || Fixture::describe(from + QStringLiteral("/data")).contains(line), qPrintable(line));
        const qint64 doneBefore = f.queue->find(id)->filesDone;
        QVERIFY(f.sshd.restart());
        f.queue->retry(id);

        COMPARE_STATE(f.settle(id), State::Done); // and no question about the files that it brought itself
        QVERIFY(f.queue->find(id)->filesDone >= doneBefore);
        QCOMPARE(f.queue->find(id)->filesDone, f.queue->find(id)->filesTotal);
        QCOMPARE(Fixture::describe(to + QStringLiteral("/data")), Fixture::describe(from + QStringLiteral("/data")));
        QCOMPARE(Fixture::partFiles(to), QStringList());
    }

    void linkLost_inTheMiddle_goesOnByItself_data() { Fixture::bothWays(); }
    void linkLost_inTheMiddle_goesOnByItself()
    {
        QFETCH(bool, upload);
        f.options.automaticRetries = 30;
        f.options.backoff = {std::chrono::milliseconds(50), 1.5, std::chrono::milliseconds(500)};
        QVERIFY(f.reset());
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::write(from + QStringLiteral("/small"), "small"));
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/zz big"), bigSize));
        const QStringList sources{from + QStringLiteral("/small"), from + QStringLiteral("/zz big")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        QSignalSpy ends(f.queue.get(), &TransferQueue::finished);
        f.sshd.kill();
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->find(id)->nextAttempt.isValid(), 30'000);
        QCOMPARE(int(f.queue->find(id)->state), int(State::Waiting));
        QCOMPARE(f.queue->find(id)->errors.value(0).kind, ErrorKind::Network);
        QVERIFY(f.sshd.restart());

        COMPARE_STATE(f.settle(id), State::Done);

        QCOMPARE(ends.count(), 1);
        QCOMPARE(Fixture::describe(to), Fixture::describe(from));
    }

    void lostForGood_goesOnByItselfWhenTheMachineIsBackElsewhere_data() { Fixture::bothWays(); }
    void lostForGood_goesOnByItselfWhenTheMachineIsBackElsewhere()
    {
        QFETCH(bool, upload);
        f.options.automaticRetries = 2;
        f.options.backoff = {std::chrono::milliseconds(20), 1.0, std::chrono::milliseconds(20)};
        QVERIFY(f.reset());
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), bigSize) && Fixture::write(from + QStringLiteral("/unwanted"), "x"));
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        const auto move = [&](const QString &name, const QString &folder) {
            const QStringList sources{from + u'/' + name};
            return upload ? f.queue->upload(sources, folder) : f.queue->download(sources, folder);
        };
        const TransferId missing = move(QStringLiteral("missing"), to);
        COMPARE_STATE(f.settle(missing), State::Failed);
        f.queue->setRateLimit(direction, bigSize / 4);
        const TransferId id = move(QStringLiteral("big"), to);
        const TransferId unwanted = move(QStringLiteral("unwanted"), to);
        f.queue->cancel(unwanted);
        QVERIFY(Fixture::waitForPart(to));
        f.sshd.kill();
        COMPARE_STATE(f.settle(id), State::Failed); // more often than that it does not try
        f.queue->setRateLimit(direction, 0);
        nimbook::testing::SshdFixture elsewhere; // which serves the same files
        QVERIFY2(elsewhere.start(), qPrintable(elsewhere.errorString()));

        f.queue->setConnection(elsewhere.settings());

        COMPARE_STATE(f.settle(id), State::Done);
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/big"), to + QStringLiteral("/big")));
        QCOMPARE(int(f.queue->find(unwanted)->state), int(State::Cancelled)); // that was the person's wish
        QCOMPARE(int(f.queue->find(missing)->state), int(State::Failed));     // and that the machine's answer
        QVERIFY(!QFile::exists(to + QStringLiteral("/unwanted")));
        QVERIFY(f.sshd.restart());
    }

    void silentLink_isFoundOutWhenSuspectedAndWaitsAreCutShort_data() { Fixture::bothWays(); }
    void silentLink_isFoundOutWhenSuspectedAndWaitsAreCutShort()
    {
        QFETCH(bool, upload);
        f.options.automaticRetries = 30;
        f.options.backoff = {std::chrono::minutes(10), 1.0, std::chrono::minutes(10)}; // which this test does not wait for
        QVERIFY(f.reset());
        ssh::ConnectionSettings settings = f.sshd.settings();
        settings.keepAliveInterval = std::chrono::seconds(60); // which alone would need three minutes
        f.queue->setConnection(settings);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), bigSize));
        const QStringList sources{from + QStringLiteral("/big")};
        f.queue->setRateLimit(upload ? Transfer::Direction::Upload : Transfer::Direction::Download, bigSize / 4);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        f.sshd.freeze();
        f.queue->suspectLink();
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->find(id)->nextAttempt.isValid(), 30'000); // lost, and known to be
        QCOMPARE(int(f.queue->find(id)->state), int(State::Waiting));
        f.sshd.thaw();
        f.queue->setRateLimit(upload ? Transfer::Direction::Upload : Transfer::Direction::Download, 0);

        f.queue->suspectLink(); // the network is back

        COMPARE_STATE(f.settle(id), State::Done);
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/big"), to + QStringLiteral("/big")));
    }

    void pause_andResume_goOnWithWhatProvesRight_data()
    {
        QTest::addColumn<bool>("upload");
        QTest::addColumn<bool>("spoilt");
        QTest::newRow("up") << true << false;
        QTest::newRow("down") << false << false;
        QTest::newRow("up, and the part was written to meanwhile") << true << true;
        QTest::newRow("down, and the part was written to meanwhile") << false << true;
    }
    void pause_andResume_goOnWithWhatProvesRight()
    {
        QFETCH(bool, upload);
        QFETCH(bool, spoilt);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::write(from + QStringLiteral("/big"), Fixture::randomBytes(60'000'000)));
        const QStringList sources{from + QStringLiteral("/big")};
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        f.queue->setRateLimit(direction, 60'000'000);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->find(id)->bytesDone > 40'000'000, 30'000);

        f.queue->pause(id);
        QTRY_COMPARE_WITH_TIMEOUT(int(f.queue->find(id)->state), int(State::Paused), 20'000);
        QVERIFY(!QFile::exists(to + QStringLiteral("/big")));
        const QStringList parts = Fixture::partFiles(to);
        QCOMPARE(parts.size(), 1);
        if (spoilt) {
            QFile part(parts.first());
            QVERIFY(part.open(QIODevice::ReadWrite) && part.seek(5'000'000) && part.write("spoilt") == 6 && part.flush());
        }
        struct stat before {};
        QCOMPARE(::stat(QFile::encodeName(parts.first()).constData(), &before), 0);
        f.queue->setRateLimit(direction, 0);
        f.queue->resume(id);

        COMPARE_STATE(f.settle(id), State::Done);
        struct stat after {};
        QCOMPARE(::stat(QFile::encodeName(to + QStringLiteral("/big")).constData(), &after), 0);
        QCOMPARE(after.st_ino, before.st_ino); // the very file that was begun
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/big"), to + QStringLiteral("/big")));
        QCOMPARE(f.queue->find(id)->filesVerified, 1);
        QCOMPARE(f.queue->find(id)->bytesDone, 60'000'000);
        QCOMPARE(Fixture::partFiles(to), QStringList());
    }

    void cancelAfterPause_leavesNothingBehind_data() { Fixture::bothWays(); }
    void cancelAfterPause_leavesNothingBehind()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), bigSize));
        const QStringList sources{from + QStringLiteral("/big")};
        f.queue->setRateLimit(upload ? Transfer::Direction::Upload : Transfer::Direction::Download, 20'000'000);
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        f.queue->pause(id);
        QTRY_COMPARE_WITH_TIMEOUT(int(f.queue->find(id)->state), int(State::Paused), 20'000);
        QCOMPARE(Fixture::partFiles(to).size(), 1);

        f.queue->cancel(id);

        COMPARE_STATE(f.settle(id), State::Cancelled);
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::partFiles(to), QStringList(), 20'000);
    }

    void programKilled_theTransferComesBackPaused_andGoesOn()
    {
        f.options.journalDirectory = f.sshd.directory() + QStringLiteral("/journal");
        QVERIFY(f.reset());
        for (int i = 0; i < 30; ++i)
            QVERIFY(Fixture::write(f.near(QString::number(i)), Fixture::randomBytes(2000, quint32(i))));
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("zz big")), bigSize));
        QStringList sources;
        for (const QString &name : QDir(f.near()).entryList(QDir::Files))
            sources.append(f.near(name));
        f.queue->upload(sources, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));

        f.queue.reset(); // without a goodbye to its transfers
        f.queue = std::make_unique<TransferQueue>(f.sshd.settings(), f.options);
        QCOMPARE(f.queue->transfers().size(), 1);
        const Transfer restored = f.queue->transfers().first();
        QVERIFY(restored.restored);
        QCOMPARE(int(restored.state), int(State::Paused));
        QCOMPARE(restored.sources, sources);
        f.queue->resume(restored.id);

        COMPARE_STATE(f.settle(restored.id), State::Done); // and no question about what it brought itself
        QCOMPARE(f.queue->find(restored.id)->filesDone, qint64(sources.size()));
        QCOMPARE(Fixture::describe(f.far()), Fixture::describe(f.near()));
        f.queue.reset();
        QCOMPARE(QDir(f.options.journalDirectory).entryList(QDir::Files), QStringList()); // nothing is left to come back
    }

    void priority_isWrittenDownAtOnce_andOnlyOfWhatComesBack()
    {
        f.options.journalDirectory = f.sshd.directory() + QStringLiteral("/journal");
        QVERIFY(f.reset());
        const auto written = [&](TransferId id) { return Fixture::read(f.options.journalDirectory + QStringLiteral("/%1.json").arg(id)); };
        QVERIFY(Fixture::write(f.near(QStringLiteral("small")), "1"));
        const TransferId done = f.queue->upload({f.near(QStringLiteral("small"))}, f.far());
        COMPARE_STATE(f.settle(done), State::Done);
        f.queue->setRateLimit(Transfer::Direction::Upload, 20'000'000);
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), bigSize));
        const TransferId big = f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));
        f.queue->pause(big);
        QTRY_COMPARE_WITH_TIMEOUT(int(f.queue->find(big)->state), int(State::Paused), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(written(big).contains("\"priority\": 1"), 20'000);

        f.queue->setPriority(done, Priority::Low);
        f.queue->setPriority(big, Priority::High);

        QTRY_VERIFY_WITH_TIMEOUT(written(big).contains("\"priority\": 2"), 20'000);
        f.queue.reset(); // without a goodbye to its transfers
        f.queue = std::make_unique<TransferQueue>(f.sshd.settings(), f.options);
        QCOMPARE(f.queue->transfers().size(), 1);
        QCOMPARE(int(f.queue->transfers().first().priority), int(Priority::High));
        f.queue->cancel(big); // for the tests after this one
        COMPARE_STATE(f.settle(big), State::Cancelled);
    }

    void listOfAnEarlierProgram_isThereBeforeAConnection_andGoesOnWithIt()
    {
        f.options.journalDirectory = f.sshd.directory() + QStringLiteral("/journal");
        QVERIFY(f.reset());
        // given one that was not complete, and one that was under way
        QVERIFY(Fixture::write(f.near(QStringLiteral("good")), "good"));
        const QString pipe = f.near(QStringLiteral("pipe"));
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        const TransferId incomplete = f.queue->upload({f.near(QStringLiteral("good")), pipe}, f.far());
        COMPARE_STATE(f.settle(incomplete), State::DoneWithErrors);
        const QList<Error> before = f.queue->find(incomplete)->errors;
        QCOMPARE(before.size(), 1);
        f.queue->setRateLimit(Transfer::Direction::Upload, 10'000'000);
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), bigSize));
        const TransferId underWay = f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));

        // when a program knows no way to the machine yet
        f.queue.reset();
        f.queue = std::make_unique<TransferQueue>(ssh::ConnectionSettings{}, f.options);
        QCOMPARE(f.queue->transfers().size(), 2);
        QVERIFY(!f.queue->find(underWay)->connected && f.queue->find(underWay)->restored);
        QCOMPARE(int(f.queue->find(underWay)->state), int(State::Paused));
        QCOMPARE(int(f.queue->find(incomplete)->state), int(State::DoneWithErrors));
        QCOMPARE(f.queue->find(incomplete)->errors.value(0).message, before.first().message);
        QCOMPARE(f.queue->find(incomplete)->errors.value(0).nextStep, before.first().nextStep);

        // then what shall go on asks for one, and goes on with it
        QSignalSpy wanted(f.queue.get(), &TransferQueue::connectionWanted);
        QVERIFY(QFile::remove(pipe) && Fixture::write(pipe, "a file now"));
        f.queue->retry(incomplete);
        f.queue->resume(underWay);
        QCOMPARE(wanted.size(), 2);
        QVERIFY(f.queue->find(incomplete)->goesOn && f.queue->find(underWay)->goesOn);
        QCOMPARE(int(f.queue->find(underWay)->state), int(State::Paused));
        f.queue->setConnection(f.sshd.settings());
        QVERIFY(f.queue->find(underWay)->connected && !f.queue->find(underWay)->goesOn);
        COMPARE_STATE(f.settle(incomplete), State::Done);
        COMPARE_STATE(f.settle(underWay), State::Done);
        QCOMPARE(Fixture::describe(f.far()), Fixture::describe(f.near()));
        f.queue.reset();
        QCOMPARE(QDir(f.options.journalDirectory).entryList(QDir::Files), QStringList());
    }

    void incompleteOneThatIsCleared_doesNotComeBack()
    {
        f.options.journalDirectory = f.sshd.directory() + QStringLiteral("/journal");
        QVERIFY(f.reset());
        const QString pipe = f.near(QStringLiteral("pipe"));
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        QVERIFY(Fixture::write(f.near(QStringLiteral("good")), "good"));
        COMPARE_STATE(f.settle(f.queue->upload({f.near(QStringLiteral("good")), pipe}, f.far())), State::DoneWithErrors);
        QCOMPARE(QDir(f.options.journalDirectory).entryList({QStringLiteral("*.json")}).size(), 1);
        f.queue->clearFinished();
        f.queue.reset();
        f.queue = std::make_unique<TransferQueue>(ssh::ConnectionSettings{}, f.options);
        QCOMPARE(f.queue->transfers().size(), 0);
    }

    void moreUrgentOne_goesFirst_andTheOtherGoesOn()
    {
        f.queue->setRateLimit(Transfer::Direction::Upload, 20'000'000);
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), bigSize));
        QVERIFY(Fixture::write(f.near(QStringLiteral("small")), "1"));
        const TransferId big = f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));
        const TransferId small = f.queue->upload({f.near(QStringLiteral("small"))}, f.far());
        f.queue->setPriority(small, Priority::High);

        COMPARE_STATE(f.settle(small), State::Done);
        QVERIFY(f.queue->find(big)->isActive());
        f.queue->setRateLimit(Transfer::Direction::Upload, 0);
        COMPARE_STATE(f.settle(big), State::Done);
        QVERIFY(Fixture::sameBytes(f.near(QStringLiteral("big")), f.far(QStringLiteral("big"))));
    }

    void rateLimit_holdsTheTransferBack_data() { Fixture::bothWays(); }
    void rateLimit_holdsTheTransferBack()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), 6'000'000));
        f.queue->setRateLimit(upload ? Transfer::Direction::Upload : Transfer::Direction::Download, 4'000'000);
        QElapsedTimer timer;
        timer.start();
        const QStringList sources{from + QStringLiteral("/big")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        COMPARE_STATE(f.settle(id), State::Done);
        QVERIFY2(timer.elapsed() > 1200, qPrintable(QString::number(timer.elapsed()))); // 1.5 s without the first burst
    }

    void sessionsCut_theNextTransferDialsAgain()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "1") && Fixture::write(f.near(QStringLiteral("b")), "2"));
        const TransferId first = f.queue->upload({f.near(QStringLiteral("a"))}, f.far());
        COMPARE_STATE(f.settle(first), State::Done);
        f.sshd.cutSessions();
        QTRY_COMPARE(f.sshd.sessionProcessCount(), 0);

        const TransferId second = f.queue->upload({f.near(QStringLiteral("b"))}, f.far());
        if (f.settle(second)->state != State::Done) // the cut may be noticed only by this one
            f.queue->retry(second);
        COMPARE_STATE(f.settle(second), State::Done);
    }
};

QTEST_GUILESS_MAIN(TransferResumeTest)
#include "transfer_resume_test.moc"
