// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_hasher.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using namespace std::chrono_literals;

namespace {

/// The hasher's command, run here as sshd would run it there.
class LocalShell : public QObject, public ByteStream {
public:
    explicit LocalShell(const QString &command)
    {
        connect(&process, &QProcess::readyReadStandardOutput, this, [this] {
            const QByteArray bytes = process.readAllStandardOutput();
            if (onReceived)
                onReceived(bytes);
        });
        connect(&process, &QProcess::finished, this, [this] {
            if (onClosed)
                onClosed(Error{ErrorKind::Network, QStringLiteral("The command ended."), {}, {}, {}});
        });
        process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
    }
    ~LocalShell() override
    {
        process.disconnect(this);
        process.kill();
        process.waitForFinished();
    }
    qsizetype write(QByteArrayView bytes) override { return process.write(bytes.data(), bytes.size()); }

    QProcess process;
};

QByteArray sha(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

} // namespace

class RemoteHasherTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    LocalShell *m_shell = nullptr;
    int m_shells = 0;

    QByteArray put(const QByteArray &name, const QByteArray &bytes) const
    {
        const QByteArray path = QFile::encodeName(m_folder.path()) + '/' + name;
        const int fd = ::open(path.constData(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        const bool written = fd >= 0 && ::write(fd, bytes.constData(), size_t(bytes.size())) == bytes.size();
        ::close(fd);
        return written ? path : QByteArray();
    }

    using Rewrite = std::function<QString(const QString &)>;

    /// \param rewrite what the machine makes of the command; empty: it runs as it is
    std::unique_ptr<RemoteHasher> makeHasher(const Rewrite &rewrite = {}, std::chrono::milliseconds silence = 60s)
    {
        return std::make_unique<RemoteHasher>([this, rewrite](const QString &command) {
            auto shell = std::make_unique<LocalShell>(rewrite ? rewrite(command) : command);
            m_shell = shell.get();
            ++m_shells;
            return shell;
        }, QStringLiteral("trainer-1"), std::make_shared<Patience>(silence));
    }

    /// A machine with Python, one without, and one whose python3 does not work.
    std::unique_ptr<RemoteHasher> makeHasherOf(const QString &machine)
    {
        if (machine == QLatin1String("with Python"))
            return makeHasher();
        const QString programs = m_folder.filePath(QStringLiteral("programs"));
        QDir().mkpath(programs);
        for (const auto &name : {QStringLiteral("sh"), QStringLiteral("xargs"), QStringLiteral("dd"), QStringLiteral("sha256sum"), QStringLiteral("openssl"), QStringLiteral("grep")})
            QFile::link(QStandardPaths::findExecutable(name), programs + u'/' + name);
        const QString python = programs + QStringLiteral("/python3");
        QFile::remove(python);
        if (machine == QLatin1String("with a broken Python"))
            QFile::link(QStandardPaths::findExecutable(QStringLiteral("false")), python);
        return makeHasher([programs](const QString &command) { return QStringLiteral("PATH=%1; export PATH; ").arg(programs) + command; });
    }

    static void addMachines()
    {
        QTest::addColumn<QString>("machine");
        for (const char *machine : {"with Python", "without Python", "with a broken Python"})
            QTest::newRow(machine) << QString::fromLatin1(machine);
    }

private Q_SLOTS:
    void init() { m_shells = 0; }
    void cleanupTestCase() { QProcess::execute(QStringLiteral("rm"), {QStringLiteral("-rf"), m_folder.path()}); } // QDir does not know every name

    void manyFiles_withNamesThatBreakScripts_comeBackInOrder_data() { addMachines(); }
    void manyFiles_withNamesThatBreakScripts_comeBackInOrder()
    {
        QFETCH(QString, machine);
        const auto hasher = makeHasherOf(machine);
        const QByteArrayList odd{"-n", "--help", "a b", "a'b\"c", "new\nline", "$(id)", "`id`", "back\\slash", "\xff\xfe", "*", "\xe6\x9d\xb1", " ", "end", "%s"};
        QList<QByteArray> expected;
        QList<QByteArray> got;
        for (int i = 0; i < 700; ++i) {
            const QByteArray bytes = QByteArray::number(i) + QByteArray(i * 3, 'x');
            const QByteArray path = put(odd[i % odd.size()] + '_' + QByteArray::number(i), bytes);
            QVERIFY(!path.isEmpty());
            expected.append(sha(bytes));
            hasher->hashFile(path, [&got](const Result<QByteArray> &digest) { got.append(digest ? *digest : "<" + digest.error().message.toUtf8() + ">"); });
        }
        QTRY_COMPARE_WITH_TIMEOUT(got.size(), expected.size(), 30'000);
        QCOMPARE(got, expected);
    }

    void rangesOfAFile_areHashedByThemselves_data() { addMachines(); }
    void rangesOfAFile_areHashedByThemselves()
    {
        QFETCH(QString, machine);
        QByteArray bytes;
        for (int i = 0; i < 300'000; ++i)
            bytes += QByteArray::number(i * 7);
        const QByteArray path = put("range", bytes);
        constexpr qint64 mib = 1024 * 1024;
        QVERIFY(bytes.size() > mib);
        const auto hasher = makeHasherOf(machine);
        QByteArray first, rest, whole;
        hasher->hashRange(path, 0, mib, [&](const Result<QByteArray> &digest) { first = digest.value_or("none"); });
        hasher->hashRange(path, mib, bytes.size() - mib, [&](const Result<QByteArray> &digest) { rest = digest.value_or("none"); });
        hasher->hashFile(path, [&](const Result<QByteArray> &digest) { whole = digest.value_or("none"); });
        QTRY_VERIFY_WITH_TIMEOUT(!whole.isEmpty(), 30'000);
        QCOMPARE(first, sha(bytes.first(mib)));
        QCOMPARE(rest, sha(bytes.sliced(mib)));
        QCOMPARE(whole, sha(bytes));
    }

    void missingFiles_areToldOneByOne_data() { addMachines(); }
    void missingFiles_areToldOneByOne()
    {
        QFETCH(QString, machine);
        const auto hasher = makeHasherOf(machine);
        const QByteArray there = put("there", "x");
        const QByteArray gone = QFile::encodeName(m_folder.path()) + "/gone";
        QStringList kinds;
        for (const QByteArray &path : {gone, there, gone, gone, there, gone}) {
            hasher->hashFile(path, [&](const Result<QByteArray> &digest) { kinds.append(digest ? QStringLiteral("ok") : errorKindName(digest.error().kind)); });
        }
        QTRY_COMPARE_WITH_TIMEOUT(kinds, (QStringList{"NotFound", "ok", "NotFound", "NotFound", "ok", "NotFound"}), 30'000);
    }

    void commandThatEnds_isStartedAgain_andNothingIsLost_data() { addMachines(); }
    void commandThatEnds_isStartedAgain_andNothingIsLost()
    {
        QFETCH(QString, machine);
        const auto hasher = makeHasherOf(machine);
        const QByteArray path = put("again", "again");
        int answers = 0;
        hasher->hashFile(path, [&](const Result<QByteArray> &) { ++answers; });
        QTRY_COMPARE_WITH_TIMEOUT(answers, 1, 30'000);
        for (int i = 0; i < 300; ++i)
            hasher->hashFile(path, [&](const Result<QByteArray> &digest) { answers += digest && *digest == sha("again"); });
        m_shell->process.kill();
        QTRY_COMPARE_WITH_TIMEOUT(answers, 301, 30'000);
        QVERIFY(m_shells > 1);
    }

    void machineThatCannot_saysWhy_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("no programs") << QStringLiteral("PATH=/nonexistent; export PATH; ") + RemoteHasher::command();
        QTest::newRow("no shell") << QStringLiteral("exit 1");
        QTest::newRow("garbage without an end") << QStringLiteral("yes garbage | tr -d '\\n'");
        QTest::newRow("answers that nobody asked for") << QStringLiteral("printf 'ready\\0what\\0'; cat >/dev/null");
    }
    void machineThatCannot_saysWhy()
    {
        QFETCH(QString, command);
        const auto hasher = makeHasher([command](const QString &) { return command; });
        std::optional<Result<QByteArray>> first;
        QTRY_VERIFY_WITH_TIMEOUT(hasher->isSettled() && !hasher->isAvailable(), 30'000);
        hasher->hashFile("/etc/hostname", [&](const Result<QByteArray> &digest) { first = digest; });
        QVERIFY(!first); // never from inside the question
        QTRY_VERIFY(first);
        QVERIFY(!*first);
        QCOMPARE(first->error().kind, ErrorKind::Unsupported);
        QVERIFY(!hasher->whyNot().isEmpty());
    }

    void commandThatSaysNothing_isGivenUp_asATimeout()
    {
        const auto hasher = makeHasher([](const QString &) { return QStringLiteral("printf 'ready\\0'; cat >/dev/null"); }, 200ms);
        QStringList kinds;
        const auto note = [&](const Result<QByteArray> &digest) { kinds.append(digest ? QStringLiteral("ok") : errorKindName(digest.error().kind)); };
        hasher->hashFile("/etc/hostname", note, 100);
        hasher->hashRange("/etc/hostname", 0, 100, note);
        QTRY_COMPARE_WITH_TIMEOUT(kinds, (QStringList{"Timeout", "Timeout"}), 20'000);
        QVERIFY(hasher->hasTimedOut() && hasher->isAvailable()); // what is unproven must not pass as all that this machine can do
        hasher->hashFile("/etc/hostname", note, 100);
        QTRY_COMPARE_WITH_TIMEOUT(kinds.size(), 3, 20'000);
        QCOMPARE(kinds.last(), QStringLiteral("Timeout"));
    }

    void commandThatReadsMuch_isWaitedFor()
    {
        const QString slow = QStringLiteral("printf 'ready\\0'; sleep 1; printf '%064d\\0' 0; cat >/dev/null");
        const auto hasher = makeHasher([slow](const QString &) { return slow; }, 100ms);
        std::optional<Result<QByteArray>> told;
        hasher->hashRange("/big", 0, 400ll * 1024 * 1024, [&](const Result<QByteArray> &digest) { told = digest; });
        QTRY_VERIFY_WITH_TIMEOUT(told, 20'000);
        QVERIFY2(*told, qPrintable(told->has_value() ? QString() : told->error().message));
    }

    void shutDown_answersEverybody()
    {
        const auto hasher = makeHasher();
        int told = 0;
        for (int i = 0; i < 200; ++i)
            hasher->hashFile("/etc/hostname", [&](const Result<QByteArray> &digest) { told += !digest && digest.error().kind == ErrorKind::Network; });
        hasher->shutDown(Error{ErrorKind::Network, QStringLiteral("The connection was lost."), {}, {}, {}});
        QCOMPARE(told, 200);
    }
};

QTEST_GUILESS_MAIN(RemoteHasherTest)
#include "remote_hasher_test.moc"
