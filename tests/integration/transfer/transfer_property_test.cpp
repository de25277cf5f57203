// SPDX-License-Identifier: Apache-2.0
// Whatever a tree is made of, up and down again it is the same, also over a line that is cut again and again.
// NIMBOOK_PROPERTY_SEEDS=1-1000 tries others than the few of every day, for as long as one likes.
#include "faulty_road.h"
#include "random_tree.h"

using namespace nimbook;
using namespace nimbook::transfer;
using namespace nimbook::testing;
using State = Transfer::State;

class TransferPropertyTest : public QObject {
    Q_OBJECT

    TransferFixture f;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void cleanup()
    {
        if (QTest::currentTestFailed())
            qWarning().noquote() << f.sshd.log().right(3000);
        f.queue.reset();
        const QStringList parts = TransferFixture::partFiles(f.near()) + TransferFixture::partFiles(f.far());
        f.removeTrees();
        QCOMPARE(parts, QStringList());
    }

    void randomTree_upAndDown_isTheSame_data()
    {
        QTest::addColumn<int>("seed");
        const QStringList range = QString::fromLatin1(qgetenv("NIMBOOK_PROPERTY_SEEDS")).split(u'-');
        const int first = range.size() == 2 ? range[0].toInt() : 1;
        const int last = range.size() == 2 ? range[1].toInt() : 6;
        qInfo("seeds %d to %d", first, last);
        for (int seed = first; seed <= last; ++seed)
            QTest::addRow("seed %d%s", seed, seed % 2 ? ", cut again and again" : "") << seed;
    }
    void randomTree_upAndDown_isTheSame()
    {
        QFETCH(int, seed);
        QRandomGenerator random{quint32(seed)};
        FaultyRoad road(f.sshd.port());
        f.options.automaticRetries = 50;
        f.options.backoff = {std::chrono::milliseconds(10), 1.5, std::chrono::milliseconds(100)};
        QVERIFY(f.reset());
        ssh::ConnectionSettings settings = f.sshd.settings();
        settings.port = road.port();
        f.queue = std::make_unique<TransferQueue>(settings, f.options);
        int number = 0;
        QVERIFY(QDir(f.near()).mkpath(QStringLiteral("tree")) && QDir(f.near()).mkpath(QStringLiteral("back")));
        const QByteArray near = QFile::encodeName(f.near(QStringLiteral("tree")));
        const QByteArray far = QFile::encodeName(f.far(QStringLiteral("tree")));
        makeRandomTree(near, random, 2, number);
        makeCasePairs(near);
        if (seed % 3 == 0) // several segments, several lanes
            makeLargeFile(near + "/large", 20'000'000 + random.bounded(20'000'000), random);
        // What a link inside the tree leads to is copied under the link's name; one that leads out is left out, and said.
        QCOMPARE(::symlink("README", (near + "/link to a file").constData()), 0);
        QCOMPARE(::symlink("../Data/x", (near + "/data/link upwards").constData()), 0);
        QCOMPARE(::symlink("data", (near + "/Link to a folder").constData()), 0);
        QCOMPARE(::symlink("../../secret", (near + "/link that leads out").constData()), 0);
        QVERIFY(TransferFixture::write(f.sshd.directory() + QStringLiteral("/secret"), "not to be copied"));
        int cutsLeft = seed % 2 ? 4 : 0;
        int cuts = 0;
        std::function<void()> armAgain = [&] {
            if (cutsLeft-- > 0) {
                road.arm(8'000 + random.bounded(400'000), [&](char &) {
                    ++cuts;
                    road.cut();
                    QTimer::singleShot(0, &road, [&] { armAgain(); });
                });
            }
        };
        armAgain();

        const TransferId up = f.queue->upload({f.near(QStringLiteral("tree"))}, f.far());
        COMPARE_STATE(f.settle(up, 60'000), State::DoneWithErrors);
        QCOMPARE(f.queue->find(up)->errors.size(), 1);
        QVERIFY(f.queue->find(up)->errors.first().message.contains(QLatin1String("link that leads out")));
        QCOMPARE(::unlink((near + "/link that leads out").constData()), 0);
        for (const QByteArray &side : {near, far})
            QCOMPARE(::symlink("readme", (side + "/link of the machine").constData()), 0);
        const TransferId down = f.queue->download({f.far(QStringLiteral("tree"))}, f.near(QStringLiteral("back")));
        COMPARE_STATE(f.settle(down, 60'000), State::Done);

        QCOMPARE(f.queue->find(up)->filesDone, f.queue->find(up)->filesTotal);
        QCOMPARE(f.queue->find(down)->filesDone, f.queue->find(up)->filesTotal + 1); // the machine's link
        if (cuts == 0) { // a file that an earlier attempt verified is not counted by the later one
            for (const TransferId id : {up, down}) {
                QCOMPARE(f.queue->find(id)->verificationNote, QString());
                QCOMPARE(f.queue->find(id)->filesVerified, f.queue->find(id)->filesTotal);
            }
        }
        const QByteArrayList expected = describeRaw(f.near(QStringLiteral("tree")));
        QVERIFY(expected.size() > 10);
        QCOMPARE(describeRaw(f.far(QStringLiteral("tree"))), expected);
        QCOMPARE(describeRaw(f.near(QStringLiteral("back/tree"))), expected);
    }
};

QTEST_GUILESS_MAIN(TransferPropertyTest)
#include "transfer_property_test.moc"
