// SPDX-License-Identifier: Apache-2.0
#include "random_tree.h"
#include "transfer_fixture.h"

#include <QElapsedTimer>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;
using nimbook::testing::describeRaw;
using State = Transfer::State;

namespace {

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
    void init() { QCOMPARE(f.begin(), QString()); }
    void cleanup()
    {
        if (QTest::currentTestFailed())
            qWarning().noquote() << f.sshd.log().right(3000);
        const QStringList parts = Fixture::partFiles(f.near()) + Fixture::partFiles(f.far());
        f.removeTrees();
        QCOMPARE(parts, QStringList());
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
