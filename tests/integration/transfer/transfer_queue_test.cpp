// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.h"

#include <QElapsedTimer>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using nimbook::testing::TransferFixture;
using State = Transfer::State;

class TransferQueueTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TransferFixture> f;

private Q_SLOTS:
    void init()
    {
        f = std::make_unique<TransferFixture>();
        QVERIFY2(f->start(), qPrintable(f->sshd.errorString()));
    }

    void cleanup()
    {
        if (!QTest::currentTestFailed()) {
            QCOMPARE(TransferFixture::partFiles(f->near()), QStringList());
            QCOMPARE(TransferFixture::partFiles(f->far()), QStringList());
        }
        f.reset();
    }

    void oneFile_goesUpAndDownWithModeAndTime()
    {
        const QByteArray bytes = TransferFixture::randomBytes(300'001);
        const QString source = f->near(QStringLiteral("a b'\"\n-é.bin"));
        QVERIFY(TransferFixture::write(source, bytes));
        QVERIFY(QFile::setPermissions(source, QFile::ReadOwner | QFile::ReadGroup | QFile::ExeOwner));
        const timespec times[2] = {{1'600'000'000, 0}, {1'500'000'000, 0}};
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(source).constData(), times, 0), 0);
        QSignalSpy finished(f->queue.get(), &TransferQueue::finished);

        const TransferId up = f->queue->upload({source}, f->far());
        COMPARE_STATE(f->settle(up), State::Done);
        const TransferId down = f->queue->download({f->far(QStringLiteral("a b'\"\n-é.bin"))}, f->near(QString()) + QStringLiteral("/../back"));
        COMPARE_STATE(f->settle(down), State::Failed); // the folder is not there
        QVERIFY(QDir().mkpath(f->sshd.directory() + QStringLiteral("/back")));
        f->queue->retry(down);
        COMPARE_STATE(f->settle(down), State::Done);

        QCOMPARE(TransferFixture::describe(f->far()), TransferFixture::describe(f->near()));
        QCOMPARE(TransferFixture::describe(f->sshd.directory() + QStringLiteral("/back")), TransferFixture::describe(f->near()));
        QCOMPARE(finished.size(), 3);
        const Transfer *t = f->queue->find(up);
        QCOMPARE(t->filesDone, 1);
        QCOMPARE(t->bytesDone, bytes.size());
        QCOMPARE(t->bytesTotal, bytes.size());
    }
};

QTEST_GUILESS_MAIN(TransferQueueTest)
#include "transfer_queue_test.moc"
