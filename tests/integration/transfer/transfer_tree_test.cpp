// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.h"

#include <QElapsedTimer>
#include <QProcess>

#include <fcntl.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

namespace {

/// Names that have broken programs before.
QByteArray oddName(QRandomGenerator &random, int number)
{
    static const QByteArrayList odd{" leading", "trailing ", "-rf", ".hidden", "...", "a'b", "a\"b", "new\nline", "tab\t", "Büro", "東京", "e\xcc\x81",
                                    "back\\slash", "*?[x]", "$(id)", "`id`", "%s%n", "\xff\xfe", "\xe2\x80\xae" "rtl", "~", "#x", ";x", "&", "|"};
    QByteArray name = random.bounded(3) ? odd[random.bounded(odd.size())] : QByteArray(random.bounded(1, 200), char('a' + random.bounded(26)));
    name += '_' + QByteArray::number(number);
    if (random.bounded(8) == 0)
        name = name.leftJustified(255, 'x', true).first(255 - 8) + QByteArray::number(number).rightJustified(8, '0');
    return name;
}

void makeRandomTree(const QByteArray &folder, QRandomGenerator &random, int depth, int &number)
{
    const int entries = random.bounded(5, 14);
    for (int i = 0; i < entries; ++i) {
        const QByteArray path = folder + '/' + oddName(random, ++number);
        const time_t when = 1'000'000'000 + random.bounded(700'000'000);
        if (depth > 0 && random.bounded(3) == 0) {
            ::mkdir(path.constData(), 0755);
            makeRandomTree(path, random, depth - 1, number);
            ::chmod(path.constData(), random.bounded(2) ? 0755 : 0500);
        } else {
            static const int sizes[] = {0, 1, 1000, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 300'000};
            const QByteArray bytes = Fixture::randomBytes(sizes[random.bounded(7)], quint32(number));
            const int fd = ::open(path.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
            if (fd < 0 || ::write(fd, bytes.constData(), size_t(bytes.size())) != bytes.size())
                qFatal("cannot write %s", path.constData());
            ::fchmod(fd, random.bounded(2) ? 0644 : random.bounded(2) ? 0400 : 0755);
            ::close(fd);
        }
        const timespec times[2] = {{when, 0}, {when, 0}};
        ::utimensat(AT_FDCWD, path.constData(), times, 0);
    }
}

/// As TransferFixture::describe(), for names that QString cannot hold.
QByteArrayList describeRaw(const QString &root)
{
    QProcess find;
    find.setProcessEnvironment([] {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
        return environment;
    }());
    find.setWorkingDirectory(root);
    find.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("find . -mindepth 1 -printf '%T@ %y %m %P\\0' | sed -z 's/\\.[0-9]*//';" // whole seconds: SFTP v3 has no more
                                                            " find . -type f -exec sha256sum -z {} +")});
    find.waitForFinished();
    QByteArrayList lines = find.readAllStandardOutput().split('\0');
    std::sort(lines.begin(), lines.end());
    return lines;
}

qint64 peakMemory() // bytes
{
    for (const QByteArray &line : Fixture::read(QStringLiteral("/proc/self/status")).split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ')[1].toLongLong() * 1024;
    }
    return -1;
}

void sayRate(const char *what, qint64 bytes, qint64 files, qint64 milliseconds)
{
    qInfo("%s: %lld files, %.1f MB in %lld ms: %.0f MB/s, %.0f files/s", what, files, double(bytes) / 1e6, milliseconds,
          double(bytes) / 1e3 / double(qMax<qint64>(1, milliseconds)), double(files) * 1e3 / double(qMax<qint64>(1, milliseconds)));
}

} // namespace

class TransferTreeTest : public QObject {
    Q_OBJECT

    Fixture f;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void init() { QVERIFY(f.reset()); }
    void cleanup()
    {
        if (QTest::currentTestFailed())
            qWarning().noquote() << f.sshd.log().right(3000);
        const QStringList parts = Fixture::partFiles(f.near()) + Fixture::partFiles(f.far());
        f.removeTrees();
        QCOMPARE(parts, QStringList());
    }

    void randomTree_upAndDown_isTheSame_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 5; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void randomTree_upAndDown_isTheSame()
    {
        QFETCH(int, seed);
        QRandomGenerator random{quint32(seed)};
        int number = 0;
        QVERIFY(QDir(f.near()).mkpath(QStringLiteral("tree")) && QDir(f.near()).mkpath(QStringLiteral("back")));
        makeRandomTree(QFile::encodeName(f.near(QStringLiteral("tree"))), random, 3, number);

        const TransferId up = f.queue->upload({f.near(QStringLiteral("tree"))}, f.far());
        COMPARE_STATE(f.settle(up), State::Done);
        const TransferId down = f.queue->download({f.far(QStringLiteral("tree"))}, f.near(QStringLiteral("back")));
        COMPARE_STATE(f.settle(down), State::Done);
        for (const TransferId id : {up, down}) {
            QCOMPARE(f.queue->find(id)->verificationNote, QString());
            QCOMPARE(f.queue->find(id)->filesVerified, f.queue->find(id)->filesTotal);
        }

        const QByteArrayList expected = describeRaw(f.near(QStringLiteral("tree")));
        QVERIFY(expected.size() > 10);
        QCOMPARE(describeRaw(f.far(QStringLiteral("tree"))), expected);
        QCOMPARE(describeRaw(f.near(QStringLiteral("back/tree"))), expected);
    }

    void twoThousandSmallFiles_upAndDown()
    {
        qint64 bytes = 0;
        for (int i = 0; i < 2000; ++i) {
            const QString folder = f.near(QStringLiteral("small/%1").arg(i / 50));
            if (i % 50 == 0)
                QVERIFY(QDir().mkpath(folder));
            const QByteArray content = Fixture::randomBytes(1024 + i * 9, quint32(i));
            bytes += content.size();
            QVERIFY(Fixture::write(folder + QStringLiteral("/%1.bin").arg(i), content));
        }
        QVERIFY(QDir(f.near()).mkpath(QStringLiteral("back")));
        QElapsedTimer timer;
        timer.start();
        const TransferId up = f.queue->upload({f.near(QStringLiteral("small"))}, f.far());
        COMPARE_STATE(f.settle(up), State::Done);
        sayRate("up", bytes, 2000, timer.restart());
        const TransferId down = f.queue->download({f.far(QStringLiteral("small"))}, f.near(QStringLiteral("back")));
        COMPARE_STATE(f.settle(down), State::Done);
        sayRate("down", bytes, 2000, timer.elapsed());

        QCOMPARE(f.queue->find(up)->filesDone, 2000);
        const QByteArrayList expected = describeRaw(f.near(QStringLiteral("small")));
        QCOMPARE(describeRaw(f.far(QStringLiteral("small"))), expected);
        QCOMPARE(describeRaw(f.near(QStringLiteral("back/small"))), expected);
    }

    void largeFile_upAndDown_inBoundedMemory()
    {
        constexpr qint64 size = 200'000'000;
        {
            QFile file(f.near(QStringLiteral("large")));
            QVERIFY(file.open(QIODevice::WriteOnly));
            for (qint64 at = 0; at < size; at += 10'000'000)
                QCOMPARE(file.write(Fixture::randomBytes(10'000'000, quint32(at))), 10'000'000);
        }
        QVERIFY(QDir(f.near()).mkpath(QStringLiteral("back")));
        const qint64 before = peakMemory();
        QElapsedTimer timer;
        timer.start();
        const TransferId up = f.queue->upload({f.near(QStringLiteral("large"))}, f.far());
        COMPARE_STATE(f.settle(up), State::Done);
        sayRate("up", size, 1, timer.restart());
        const TransferId down = f.queue->download({f.far(QStringLiteral("large"))}, f.near(QStringLiteral("back")));
        COMPARE_STATE(f.settle(down), State::Done);
        sayRate("down", size, 1, timer.elapsed());

        const qint64 grown = peakMemory() - before;
        qInfo("memory grew by %.1f MB", double(grown) / 1e6);
        QVERIFY(Fixture::sameBytes(f.near(QStringLiteral("large")), f.far(QStringLiteral("large"))));
        QVERIFY(Fixture::sameBytes(f.near(QStringLiteral("large")), f.near(QStringLiteral("back/large"))));
#ifndef __SANITIZE_ADDRESS__ // which keeps freed memory for a while
        QVERIFY(grown < 48'000'000);
#endif
    }
};

QTEST_GUILESS_MAIN(TransferTreeTest)
#include "transfer_tree_test.moc"
