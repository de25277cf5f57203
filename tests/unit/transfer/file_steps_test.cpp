// SPDX-License-Identifier: Apache-2.0
// What one file's journey asks of the server, and in which order: the steps that no test can see by the bytes that arrive.
#include "scripted_server.h"

#include "transfer/copy_file.h"
#include "transfer/local_file.h"
#include "transfer/upload_file.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using namespace nimbook::testing;

namespace {

QByteArray watchedName;        // a file that is on its way
bool syncedUnnamed = false;    // its bytes were brought to the disk before it had that name

} // namespace

/// Stands before the C library's in this program: nothing else tells whether the bytes were on the disk when the name came.
extern "C" int fsync(int fd)
{
    syncedUnnamed = syncedUnnamed || ::access(watchedName.constData(), F_OK) != 0;
    return int(::syscall(SYS_fsync, fd));
}

namespace {

constexpr quint32 bigSize = 20 * 1024 * 1024; // bytes: more than one segment

/// "open .a.nimbook-part", "write 0", …: what has been asked for, and answered well.
struct Recorder {
    QByteArrayList steps;
    quint32 arrivedSize = 10;
    std::optional<quint32> namedSize = {}; ///< of what bears the part's name in the end, where that is something else
    quint32 namedMode = 0100644;
    quint32 sourceSize = 10; ///< of a copy, at its second look
    bool endsEarly = false;
    bool canReplace = true;
    sftp::Code renameAnswer = sftp::Code::Ok;
    std::function<void()> atRename = [] {}; ///< when it has been asked for, and its answer has not come

    static QByteArray field(const QByteArray &body, qsizetype at)
    {
        return body.mid(at + 4, qFromBigEndian<quint32>(body.constData() + at));
    }
    QByteArray answer(sftp::Type type, quint32 id, const QByteArray &body)
    {
        const QByteArray first = field(body, 0);
        switch (type) {
        case sftp::Type::Open:
            steps.append("open " + first);
            return reply(sftp::Type::Handle, id, string(first == "/src/source" ? "source" : "part"));
        case sftp::Type::Write:
            steps.append("write");
            return status(id, sftp::Code::Ok);
        case sftp::Type::Fsetstat:
            steps.append("attributes");
            return status(id, sftp::Code::Ok);
        case sftp::Type::Fstat: {
            if (first == "source")
                return reply(sftp::Type::Attrs, id, attributes(0100640, ++m_looks == 1 ? 10 : sourceSize));
            steps.append("look");
            return reply(sftp::Type::Attrs, id, attributes(0100644, arrivedSize));
        }
        case sftp::Type::Lstat:
            return reply(sftp::Type::Attrs, id, attributes(namedMode, namedSize.value_or(arrivedSize)));
        case sftp::Type::Close:
            steps.append("close " + first);
            return status(id, sftp::Code::Ok);
        case sftp::Type::Extended:
            steps.append(first);
            if (first == "posix-rename@openssh.com")
                atRename();
            return status(id, first == "copy-data" && endsEarly ? sftp::Code::Eof : sftp::Code::Ok);
        case sftp::Type::Rename:
            steps.append("rename " + first);
            atRename();
            return status(id, renameAnswer);
        case sftp::Type::Remove:
            steps.append("remove " + first);
            return status(id, sftp::Code::Ok);
        default: return status(id, sftp::Code::Ok);
        }
    }

private:
    int m_looks = 0;
};

} // namespace

class FileStepsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Recorder m_server;
    std::weak_ptr<FileTransfer> m_file; ///< under way

    template<typename File>
    FileResult run(const QByteArray &source, bool replace = false)
    {
        WorkPool pool(this, 2);
        QByteArray greeting("\2", 1);
        greeting += number(3);
        for (const char *extension : {"fsync@openssh.com", "posix-rename@openssh.com", "copy-data"}) {
            if (m_server.canReplace || qstrcmp(extension, "posix-rename@openssh.com") != 0)
                greeting += string(extension) + string("1");
        }
        const auto lane = std::make_shared<SftpLane>(
            std::make_unique<ScriptedServer>([this](sftp::Type type, quint32 id, const QByteArray &body) { return m_server.answer(type, id, body); }, string(greeting)),
            QStringLiteral("trainer-1"));
        bool ready = false;
        lane->client().onReady = [&] { ready = true; };
        (void)QTest::qWaitFor([&] { return ready; }, 10'000);
        std::optional<FileResult> ended;
        const auto file = std::make_shared<File>(FileTools{{lane}, nullptr, &pool, &pool}, FileTask{source, "/src/a", 10, replace});
        file->onEnded = [&](FileTransfer &, const FileResult &result) { ended = result; };
        m_file = file;
        file->start();
        (void)QTest::qWaitFor([&] { return ended.has_value(); }, 20'000);
        if (!ended)
            ended.emplace().error = Error{ErrorKind::Internal, QStringLiteral("never ended"), {}, {}, {}};
        return *ended;
    }
    QByteArray localSource()
    {
        const QString path = m_folder.filePath(QStringLiteral("source"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write("0123456789") != 10)
            qFatal("cannot write a test file");
        return QFile::encodeName(path);
    }

private Q_SLOTS:
    void init() { m_server = {}; }

    void upload_isOnTheDiskWithItsAttributes_beforeItHasItsName()
    {
        const FileResult result = run<UploadFile>(localSource());
        QVERIFY2(!result.error, result.error ? qPrintable(result.error->message) : "");
        QCOMPARE(m_server.steps, (QByteArrayList{"open /src/.a.nimbook-part", "write", "attributes", "fsync@openssh.com", "look", "close part", "rename /src/.a.nimbook-part"}));
    }

    void uploadThatReplaces_doesSoInOneStep()
    {
        const FileResult result = run<UploadFile>(localSource(), true);
        QVERIFY(!result.error);
        QCOMPARE(m_server.steps.last(), QByteArray("posix-rename@openssh.com"));
        QVERIFY(!m_server.steps.contains("remove /src/a"));
    }

    void serverThatCannotReplace_isAskedForTheNameOnlyWhenTheOldFileIsGone()
    {
        m_server.canReplace = false;
        const FileResult result = run<UploadFile>(localSource(), true);
        QVERIFY(!result.error);
        QCOMPARE(m_server.steps.mid(m_server.steps.size() - 2), (QByteArrayList{"remove /src/a", "rename /src/.a.nimbook-part"}));
    }

    void serverThatCannotReplace_andDoesNotRename_keepsTheNewFile_data()
    {
        QTest::addColumn<bool>("copy");
        QTest::newRow("upload") << false;
        QTest::newRow("copy") << true;
    }
    void serverThatCannotReplace_andDoesNotRename_keepsTheNewFile()
    {
        QFETCH(bool, copy);
        m_server.canReplace = false;
        m_server.renameAnswer = sftp::Code::Failure;
        const FileResult result = copy ? run<CopyFile>("/src/source", true) : run<UploadFile>(localSource(), true);
        QVERIFY(result.error);
        QVERIFY2(result.error->message.contains(QLatin1String("/src/.a.nimbook-part")), qPrintable(result.error->message));
        QVERIFY(m_server.steps.contains("remove /src/a"));
        QVERIFY(!m_server.steps.contains("remove /src/.a.nimbook-part")); // else there is neither the old one nor the new one
    }

    void serverThatDoesNotRename_andHasRemovedNothing_keepsNoPart()
    {
        m_server.canReplace = false;
        m_server.renameAnswer = sftp::Code::Failure;
        const FileResult result = run<UploadFile>(localSource());
        QVERIFY(result.error);
        QCOMPARE(m_server.steps.last(), QByteArray("remove /src/.a.nimbook-part"));
    }

    void uploadThatDidNotArriveWhole_neverGetsItsName()
    {
        m_server.arrivedSize = 9;
        const FileResult result = run<UploadFile>(localSource());
        QVERIFY(result.error);
        QVERIFY2(result.error->message.contains(QLatin1String("9 of 10")), qPrintable(result.error->message));
        QCOMPARE(m_server.steps.last(), QByteArray("remove /src/.a.nimbook-part"));
        QVERIFY(!m_server.steps.contains("rename /src/.a.nimbook-part"));
    }

    void copy_isOnTheDiskWithItsAttributes_beforeItHasItsName()
    {
        const FileResult result = run<CopyFile>("/src/source");
        QVERIFY2(!result.error, result.error ? qPrintable(result.error->message) : "");
        QCOMPARE(m_server.steps, (QByteArrayList{"open /src/source", "open /src/.a.nimbook-part", "copy-data", "attributes", "fsync@openssh.com", "look", "close part",
                                                 "close source", "rename /src/.a.nimbook-part"}));
    }

    void copyThatIsNotItsSource_neverGetsItsName_data()
    {
        QTest::addColumn<quint32>("arrived");
        QTest::addColumn<quint32>("sourceAfter");
        QTest::addColumn<bool>("endsEarly");
        QTest::newRow("not whole") << 9u << 10u << false;
        QTest::newRow("source has grown") << 10u << 12u << false;
        QTest::newRow("source ended early") << 10u << 10u << true;
    }
    void copyThatIsNotItsSource_neverGetsItsName()
    {
        QFETCH(quint32, arrived);
        QFETCH(quint32, sourceAfter);
        QFETCH(bool, endsEarly);
        m_server.arrivedSize = arrived;
        m_server.sourceSize = sourceAfter;
        m_server.endsEarly = endsEarly;
        const FileResult result = run<CopyFile>("/src/source");
        QVERIFY(result.error);
        QCOMPARE(m_server.steps.last(), QByteArray("remove /src/.a.nimbook-part"));
        QVERIFY(!m_server.steps.contains("rename /src/.a.nimbook-part"));
    }

    void partThatIsAnothers_neverGetsTheName_norGoes_data()
    {
        QTest::addColumn<quint32>("size");
        QTest::addColumn<quint32>("mode");
        QTest::addColumn<bool>("isOurs");
        QTest::newRow("ours") << bigSize << 0100644u << true;
        QTest::newRow("half of another's") << 1000u << 0100600u << false;
        QTest::newRow("as long, but new") << bigSize << 0100600u << false;
    }
    void partThatIsAnothers_neverGetsTheName_norGoes()
    {
        QFETCH(quint32, size);
        QFETCH(quint32, mode);
        QFETCH(bool, isOurs);
        const QByteArray source = localSource();
        QCOMPARE(::truncate(source.constData(), bigSize), 0);
        m_server.arrivedSize = bigSize;
        m_server.namedSize = size;
        m_server.namedMode = mode;
        const FileResult result = run<UploadFile>(source, true);
        QCOMPARE(!result.error, isOurs);
        QCOMPARE(m_server.steps.contains("posix-rename@openssh.com"), isOurs);
        QVERIFY(isOurs || result.error->kind == ErrorKind::AlreadyExists);
        QVERIFY(!m_server.steps.contains("remove /src/.a.nimbook-part"));
    }

    void cancelledWhileItGetsItsName_endsWell_data()
    {
        QTest::addColumn<bool>("copy");
        QTest::addColumn<bool>("replace");
        QTest::newRow("upload") << false << false;
        QTest::newRow("upload that replaces") << false << true;
        QTest::newRow("copy") << true << false;
    }
    void cancelledWhileItGetsItsName_endsWell()
    {
        QFETCH(bool, copy);
        QFETCH(bool, replace);
        m_server.atRename = [this] { m_file.lock()->cancel(FileTransfer::Leftover::Keep); };
        const FileResult result = copy ? run<CopyFile>("/src/source", replace) : run<UploadFile>(localSource(), replace);
        QVERIFY2(!result.error, result.error ? qPrintable(result.error->message) : "");
        QCOMPARE(result.size, 10);
        QVERIFY(!m_server.steps.contains("remove /src/.a.nimbook-part"));
    }

    void diskThatTakesOnlyPartOfAChunk_isAnError()
    {
        struct rlimit before {};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        ::signal(SIGXFSZ, SIG_IGN);
        auto part = LocalPart::create(QFile::encodeName(m_folder.filePath(QStringLiteral("big"))));
        QVERIFY(part);
        struct rlimit small = before;
        small.rlim_cur = 100'000;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto written = part->write(0, QByteArray(150'000, 'x')); // the kernel takes 100'000, then no more
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!written);
    }

    void arrivedFile_hasItsAttributes_andReplacesOnlyWhereItMay()
    {
        const QByteArray destination = QFile::encodeName(m_folder.filePath(QStringLiteral("arrived")));
        const auto bring = [&](LocalPart::Existing existing, const QByteArray &bytes, const QByteArray &digest = {}) {
            auto part = LocalPart::create(destination);
            return part && part->write(0, bytes) ? part->finish(0640, 1'600'000'000, existing, digest) : Result<Done>(failure(ErrorKind::Internal, QString()));
        };
        const auto read = [&] {
            QFile file(QFile::decodeName(destination));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        watchedName = destination;
        syncedUnnamed = false;
        QVERIFY(bring(LocalPart::Existing::Keep, "one"));
        QVERIFY(syncedUnnamed);
        const QFileInfo info(QFile::decodeName(destination));
        QCOMPARE(info.lastModified().toSecsSinceEpoch(), 1'600'000'000);
        QCOMPARE(int(info.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOwner)), int(QFile::ReadGroup));
        const auto kept = bring(LocalPart::Existing::Keep, "two");
        QVERIFY(!kept && kept.error().kind == ErrorKind::AlreadyExists);
        QCOMPARE(read(), QByteArray("one"));
        QVERIFY(!bring(LocalPart::Existing::Replace, "two", QByteArray(32, '\1'))); // not the digest of the far side
        QCOMPARE(read(), QByteArray("one"));
        QVERIFY(bring(LocalPart::Existing::Replace, "two"));
        QCOMPARE(read(), QByteArray("two"));
        QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("*arrived*")}, QDir::AllEntries | QDir::Hidden), QStringList{QStringLiteral("arrived")});
    }
};

QTEST_GUILESS_MAIN(FileStepsTest)
#include "file_steps_test.moc"
