// SPDX-License-Identifier: Apache-2.0
// What is in the way of a transfer: sources that change, folders that are forbidden, names that are taken, special files.
#include "fault_means.h"
#include "transfer_fixture.h"

#include <QProcess>
#include <QScopeGuard>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using nimbook::testing::processesBelow;
using State = Transfer::State;

namespace {

constexpr qint64 bigSize = 96 * 1024 * 1024;

} // namespace

class TransferFaultTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void init() { QCOMPARE(f.beginWithoutRetries(), QString()); }

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

    void placedFiles_goWhereTheyBelong_data() { Fixture::bothWays(); }
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

    void digestsThatDiffer_theFileNeverGetsItsName_data()
    {
        QTest::addColumn<int>("direction");
        QTest::addColumn<int>("size");
        QTest::newRow("up, small") << int(Transfer::Direction::Upload) << 1000;
        QTest::newRow("up, in segments") << int(Transfer::Direction::Upload) << 40'000'000;
        QTest::newRow("down, small") << int(Transfer::Direction::Download) << 1000;
        QTest::newRow("down, in segments") << int(Transfer::Direction::Download) << 40'000'000;
        QTest::newRow("copy, small") << int(Transfer::Direction::Copy) << 1000;
    }
    void digestsThatDiffer_theFileNeverGetsItsName()
    {
        QFETCH(int, direction);
        QFETCH(int, size);
        // Wrong bytes cannot be had from a sound disk and line: the machine's sha256sum sees them where there are none.
        const QTemporaryDir programs;
        for (const char *program : {"sh", "xargs", "dd", "grep", "printf"})
            QVERIFY(QFile::link(QStandardPaths::findExecutable(QString::fromLatin1(program)), programs.filePath(QString::fromLatin1(program))));
        const QString liar = programs.filePath(QStringLiteral("sha256sum"));
        QVERIFY(Fixture::write(liar, "#!/bin/sh\n[ $# = 0 ] && { /usr/bin/sha256sum | /bin/sed 's/^0/1/;t;s/^./0/'; exit; }\n"
                                     "/usr/bin/sha256sum \"$@\" | /bin/sed -z '/nimbook-part/{s/^0/1/;t;s/^./0/};/far-[0-9]*.source/{s/^0/1/;t;s/^./0/}'\n"));
        QVERIFY(QFile::setPermissions(liar, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        nimbook::testing::TransferFixture other({QStringLiteral("SetEnv PATH=") + programs.path()});
        other.options.automaticRetries = 0;
        QVERIFY2(other.start(), qPrintable(other.sshd.errorString()));
        const bool up = direction == int(Transfer::Direction::Upload);
        const bool down = direction == int(Transfer::Direction::Download);
        const QString name = down ? QStringLiteral("source") : QStringLiteral("a");
        const QString source = up ? other.near(name) : other.far(name);
        const QString to = down ? other.near() : other.far(QStringLiteral("to"));
        QVERIFY(QDir().mkpath(to) && Fixture::write(source, Fixture::randomBytes(size)) && Fixture::write(to + u'/' + name, "old"));

        const TransferId id = up     ? other.queue->upload({source}, to, ConflictAnswer::Overwrite)
                              : down ? other.queue->download({source}, to, ConflictAnswer::Overwrite)
                                     : other.queue->copy({source}, to, {}, ConflictAnswer::Overwrite);

        COMPARE_STATE(other.settle(id), State::Failed);
        QCOMPARE(other.queue->find(id)->errors.value(0).detail, QStringLiteral("SHA-256 of the two ends differs"));
        QCOMPARE(Fixture::read(to + u'/' + name), QByteArray("old"));
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::partFiles(to), QStringList(), 20'000);
    }

    void sourceChanges_whileItIsCopied_nothingIsReplaced_data() { Fixture::bothWays(); }
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

    void forbiddenFolder_isPermissionDenied_data() { Fixture::bothWays(); }
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

    void linksAndSpecialFiles_followTheRule_data() { Fixture::bothWays(); }
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

    void programThatHangs_onALiveConnection_isGivenUp_andTheTransferGoesOn_data()
    {
        QTest::addColumn<bool>("upload");
        QTest::addColumn<QByteArray>("program");
        QTest::newRow("sftp-server, up") << true << QByteArray("sftp-server");
        QTest::newRow("sftp-server, down") << false << QByteArray("sftp-server");
        QTest::newRow("digests, up") << true << QByteArray("python3");
    }
    void programThatHangs_onALiveConnection_isGivenUp_andTheTransferGoesOn()
    {
        QFETCH(bool, upload);
        QFETCH(QByteArray, program);
        f.options.automaticRetries = 6;
        f.options.silence = std::chrono::seconds(1);
        f.options.backoff = {std::chrono::milliseconds(100)};
        QVERIFY(f.reset());
        const QString from = upload ? f.near() : f.far();
        const QString to = upload ? f.far() : f.near();
        QVERIFY(Fixture::writeSparse(from + QStringLiteral("/a"), 3'000'000));
        const auto direction = upload ? Transfer::Direction::Upload : Transfer::Direction::Download;
        f.queue->setRateLimit(direction, 1'000'000);
        const TransferId id = upload ? f.queue->upload({from + QStringLiteral("/a")}, to) : f.queue->download({from + QStringLiteral("/a")}, to);
        QVERIFY(Fixture::waitForPart(to));
        QList<qint64> stopped;
        QTRY_VERIFY_WITH_TIMEOUT(!(stopped = processesBelow(::getpid(), {program})).isEmpty(), 20'000);
        const auto killThem = qScopeGuard([&] {
            for (const qint64 pid : std::as_const(stopped))
                ::kill(pid_t(pid), SIGKILL);
        });
        for (const qint64 pid : std::as_const(stopped))
            QCOMPARE(::kill(pid_t(pid), SIGSTOP), 0);
        f.queue->setRateLimit(direction, 0);

        COMPARE_STATE(f.settle(id, 100'000), State::Done);
        QVERIFY(Fixture::sameBytes(from + QStringLiteral("/a"), to + QStringLiteral("/a")));
        QCOMPARE(f.queue->find(id)->filesVerified, 1);
        QCOMPARE(Fixture::partFiles(to), QStringList());
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
};

QTEST_GUILESS_MAIN(TransferFaultTest)
#include "transfer_fault_test.moc"
