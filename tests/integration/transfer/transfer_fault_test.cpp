// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.h"

#include <QProcess>
#include <QElapsedTimer>
#include <QSignalSpy>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

namespace {

constexpr qint64 bigSize = 96 * 1024 * 1024;

} // namespace

class TransferFaultTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void init()
    {
        f.options = {};
        f.options.automaticRetries = 0;
        QVERIFY(f.reset());
    }

    void cancel_inTheMiddle_leavesTheDestinationAsItWas_data() { bothWays(); }
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

    void linkLost_inTheMiddle_retryBringsWhatIsMissing_data() { bothWays(); }
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

    void linkLost_inTheMiddle_goesOnByItself_data() { bothWays(); }
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

    void cancelAfterPause_leavesNothingBehind_data() { bothWays(); }
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

    void machineWithoutSha256sum_transfersAndSaysSo()
    {
        nimbook::testing::TransferFixture other({QStringLiteral("SetEnv PATH=/nonexistent")});
        QVERIFY2(other.start(), qPrintable(other.sshd.errorString()));
        QVERIFY(Fixture::write(other.near(QStringLiteral("a")), "1"));
        const TransferId up = other.queue->upload({other.near(QStringLiteral("a"))}, other.far());
        COMPARE_STATE(other.settle(up), State::Done);
        QCOMPARE(Fixture::read(other.far(QStringLiteral("a"))), QByteArray("1"));
        QCOMPARE(other.queue->find(up)->filesVerified, 0);
        QVERIFY2(other.queue->find(up)->verificationNote.contains(QLatin1String("sha256sum")), qPrintable(other.queue->find(up)->verificationNote));
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

    void rateLimit_holdsTheTransferBack_data() { bothWays(); }
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

    void placedFiles_goWhereTheyBelong_data() { bothWays(); }
    void placedFiles_goWhereTheyBelong()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::write(from + QStringLiteral("/a"), "1") && Fixture::write(from + QStringLiteral("/b"), "2"));
        QVERIFY(QDir(to).mkpath(QStringLiteral("sub")));
        QVERIFY(Fixture::write(to + QStringLiteral("/sub/a"), "old"));

        const TransferId id = f.queue->place(upload ? Transfer::Direction::Upload : Transfer::Direction::Download,
                                             {{from + QStringLiteral("/a"), QStringLiteral("sub")}, {from + QStringLiteral("/b"), QStringLiteral("new/deep")},
                                              {from + QStringLiteral("/b"), QString()}, {from + QStringLiteral("/b"), QStringLiteral("../out")}},
                                             to, ConflictAnswer::Overwrite);

        COMPARE_STATE(f.settle(id), State::DoneWithErrors);
        QCOMPARE(f.queue->find(id)->errors.size(), 1); // the one that would lead out
        QCOMPARE(Fixture::read(to + QStringLiteral("/sub/a")), QByteArray("1"));
        QCOMPARE(Fixture::read(to + QStringLiteral("/new/deep/b")), QByteArray("2"));
        QCOMPARE(Fixture::read(to + QStringLiteral("/b")), QByteArray("2"));
        QVERIFY(!QFile::exists(to + QStringLiteral("/../out")));
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

    void sourceChanges_whileItIsCopied_nothingIsReplaced_data() { bothWays(); }
    void sourceChanges_whileItIsCopied_nothingIsReplaced()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/big"), bigSize));
        const QStringList sources{from + QStringLiteral("/big")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        QVERIFY(Fixture::waitForPart(to));
        QFile growing(from + QStringLiteral("/big"));
        QVERIFY(growing.open(QIODevice::Append) && growing.write("more") == 4 && growing.flush());

        COMPARE_STATE(f.settle(id), State::Failed);

        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::Conflict);
        QVERIFY(!QFile::exists(to + QStringLiteral("/big")));
        QTRY_COMPARE(Fixture::partFiles(to), QStringList());
    }

    void forbiddenFolder_isPermissionDenied_data() { bothWays(); }
    void forbiddenFolder_isPermissionDenied()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::write(from + QStringLiteral("/a"), "1"));
        const bool root = ::geteuid() == 0; // whom modes do not stop
        if (root && QProcess::execute(QStringLiteral("chattr"), {QStringLiteral("+i"), to}) != 0)
            QSKIP("as root, this needs a file system with chattr +i");
        if (!root)
            QVERIFY(QFile::setPermissions(to, QFile::ReadOwner | QFile::ExeOwner));

        const QStringList sources{from + QStringLiteral("/a")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        const Transfer *ended = f.settle(id);
        if (root)
            QProcess::execute(QStringLiteral("chattr"), {QStringLiteral("-i"), to});
        else
            QFile::setPermissions(to, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);

        COMPARE_STATE(ended, State::Failed);
        QCOMPARE(ended->errors[0].kind, ErrorKind::PermissionDenied);
        QVERIFY(ended->errors[0].message.contains(QLatin1String("/a")));
    }

    void linksAndSpecialFiles_followTheRule_data() { bothWays(); }
    void linksAndSpecialFiles_followTheRule()
    {
        QFETCH(bool, upload);
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(QDir(from).mkpath(QStringLiteral("data/sub")));
        const auto in = [&](const char *name) { return from + QStringLiteral("/data/") + QLatin1String(name); };
        QVERIFY(Fixture::write(in("real"), "real"));
        QVERIFY(Fixture::write(in("sub/inner"), "inner"));
        QVERIFY(QFile::link(QStringLiteral("real"), in("to file")));
        QVERIFY(QFile::link(QStringLiteral("sub"), in("to folder")));
        QVERIFY(QFile::link(QStringLiteral("/etc/hostname"), in("outside")));
        QVERIFY(QFile::link(QStringLiteral(".."), in("sub/back")));
        QVERIFY(QFile::link(QStringLiteral("self"), in("self")));
        QVERIFY(QFile::link(QStringLiteral("nothing"), in("dangling")));
        QVERIFY(::mkfifo(QFile::encodeName(in("pipe")).constData(), 0600) == 0);

        const QStringList sources{from + QStringLiteral("/data")};
        const TransferId id = upload ? f.queue->upload(sources, to) : f.queue->download(sources, to);
        COMPARE_STATE(f.settle(id), State::DoneWithErrors);

        QStringList arrived;
        for (const QString &line : Fixture::describe(to))
            arrived.append(line.section(QStringLiteral(" 100"), 0, 0).section(QStringLiteral(" 40"), 0, 0));
        QCOMPARE(arrived, (QStringList{QStringLiteral("data"), QStringLiteral("data/real"), QStringLiteral("data/sub"), QStringLiteral("data/sub/inner"),
                                       QStringLiteral("data/to file"), QStringLiteral("data/to folder"), QStringLiteral("data/to folder/inner")}));
        QStringList told;
        for (const Error &error : f.queue->find(id)->errors)
            told.append(error.message);
        const QString all = told.join(QLatin1Char('\n'));
        for (const char *name : {"data/outside", "data/sub/back", "data/self", "data/dangling", "data/pipe"})
            QVERIFY2(all.contains(QLatin1String(name)), qPrintable(QLatin1String(name) + QLatin1String(" in:\n") + all));
    }

    void fileThatAppearsMeanwhile_isNotOverwritten()
    {
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), bigSize));
        const TransferId id = f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));
        QVERIFY(Fixture::write(f.far(QStringLiteral("big")), "somebody else's"));

        COMPARE_STATE(f.settle(id), State::Failed);

        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::AlreadyExists);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("big"))), QByteArray("somebody else's"));
        QTRY_COMPARE(Fixture::partFiles(f.far()), QStringList());
    }

    void downloadedFileThatAppearsMeanwhile_isNotOverwritten()
    {
        QVERIFY(Fixture::writeSparse(f.far(QStringLiteral("big")), bigSize));
        const TransferId id = f.queue->download({f.far(QStringLiteral("big"))}, f.near());
        QVERIFY(Fixture::waitForPart(f.near()));
        QVERIFY(Fixture::write(f.near(QStringLiteral("big")), "mine"));

        COMPARE_STATE(f.settle(id), State::Failed);

        QCOMPARE(f.queue->find(id)->errors[0].kind, ErrorKind::AlreadyExists);
        QCOMPARE(Fixture::read(f.near(QStringLiteral("big"))), QByteArray("mine"));
        QCOMPARE(Fixture::partFiles(f.near()), QStringList());
    }

    void fewChannelsAllowed_transfersStillWork()
    {
        nimbook::testing::TransferFixture other({QStringLiteral("MaxSessions 3")});
        QVERIFY2(other.start(), qPrintable(other.sshd.errorString()));
        QVERIFY(Fixture::write(other.near(QStringLiteral("a")), "1"));
        // Fewer channels than we would like still do.
        const TransferId up = other.queue->upload({other.near(QStringLiteral("a"))}, other.far());
        COMPARE_STATE(other.settle(up), State::Done);
        const TransferId down = other.queue->download({other.far(QStringLiteral("a"))}, other.near(), ConflictAnswer::KeepBoth);
        COMPARE_STATE(other.settle(down), State::Done);
        QCOMPARE(Fixture::read(other.near(QStringLiteral("a (2)"))), QByteArray("1"));
    }

private:
    static void bothWays()
    {
        QTest::addColumn<bool>("upload");
        QTest::newRow("up") << true;
        QTest::newRow("down") << false;
    }
};

QTEST_GUILESS_MAIN(TransferFaultTest)
#include "transfer_fault_test.moc"
