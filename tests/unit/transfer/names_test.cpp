// SPDX-License-Identifier: Apache-2.0
#include "transfer/names.h"
#include "transfer/remote_files.h"

#include <QTest>

using namespace nimbook::transfer;

class NamesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void safeName_staysInItsFolder_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("safe");
        QTest::newRow("plain") << QByteArray("a.txt") << true;
        QTest::newRow("space, quotes, newline") << QByteArray("a b'\"\n") << true;
        QTest::newRow("leading dash") << QByteArray("-rf") << true;
        QTest::newRow("leading dot") << QByteArray(".bashrc") << true;
        QTest::newRow("three dots") << QByteArray("...") << true;
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe") << true;
        QTest::newRow("255 bytes") << QByteArray(255, 'a') << true;
        QTest::newRow("256 bytes") << QByteArray(256, 'a') << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("dot") << QByteArray(".") << false;
        QTest::newRow("dot dot") << QByteArray("..") << false;
        QTest::newRow("absolute") << QByteArray("/etc/passwd") << false;
        QTest::newRow("up and away") << QByteArray("../x") << false;
        QTest::newRow("slash inside") << QByteArray("a/b") << false;
        QTest::newRow("NUL inside") << QByteArray("a\0b", 3) << false;
    }
    void safeName_staysInItsFolder()
    {
        QFETCH(QByteArray, name);
        QTEST(isSafeName(name), "safe");
    }

    void partName_ofAnyName_fitsAndTellsNamesApart()
    {
        QCOMPARE(partName("a.txt"), QByteArray(".a.txt.nimbook-part"));
        QCOMPARE(partName(QByteArray(241, 'a')).size(), 255);
        for (const QByteArray &stem : {QByteArray(254, 'a'), QByteArray("é").repeated(127), QByteArray("€").repeated(84) + "aa"}) {
            const QByteArray one = partName(stem + '1');
            const QByteArray two = partName(stem + '2');
            QVERIFY2(one.size() <= 255, one);
            QVERIFY(isSafeName(one) && isPartName(one));
            QVERIFY(one != two);
            QCOMPARE(QString::fromUtf8(one).toUtf8(), one); // no character was cut in two
        }
        QVERIFY(!isPartName("a.nimbook-part"));
        QVERIFY(!isPartName(".nimbook-part"));
    }

    void freeName_countsUpBeforeTheSuffix_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("suffix") << QByteArray("a.txt") << QByteArray("a (2).txt");
        QTest::newRow("none") << QByteArray("README") << QByteArray("README (2)");
        QTest::newRow("dot file") << QByteArray(".bashrc") << QByteArray(".bashrc (2)");
        QTest::newRow("archive") << QByteArray("a.tar.gz") << QByteArray("a (2).tar.gz");
        QTest::newRow("tar in front") << QByteArray(".tar.gz") << QByteArray(".tar (2).gz");
        QTest::newRow("long") << QByteArray(251, 'a') + ".txt" << QByteArray(247, 'a') + " (2).txt";
    }
    void freeName_countsUpBeforeTheSuffix()
    {
        QFETCH(QByteArray, name);
        QTEST(freeName(name, [](const QByteArray &) { return false; }), "expected");
    }

    void freeName_takenOnes_areSkipped()
    {
        const QList<QByteArray> there{"a (2).txt", "a (3).txt"};
        QCOMPARE(freeName("a.txt", [&](const QByteArray &n) { return there.contains(n); }), QByteArray("a (4).txt"));
    }

    void paths_areTakenApart()
    {
        QCOMPARE(folderOf("/a/b"), QByteArray("/a"));
        QCOMPARE(folderOf("/a/b//"), QByteArray("/a"));
        QCOMPARE(folderOf("/a"), QByteArray("/"));
        QCOMPARE(nameOf("/a/b/"), QByteArray("b"));
        QCOMPARE(nameOf("/"), QByteArray());
        QCOMPARE(joinPath("/", "a"), QByteArray("/a"));
        QCOMPARE(joinPath("/a", "b"), QByteArray("/a/b"));
        QVERIFY(isInside("/a", "/a"));
        QVERIFY(isInside("/a", "/a/b"));
        QVERIFY(isInside("/", "/a"));
        QVERIFY(!isInside("/a", "/ab"));
    }

    void displayName_showsWhatWouldBeInvisible()
    {
        QCOMPARE(displayName(QStringLiteral("a\nb\tc\x1b[2J")), QStringLiteral("a\\nb\\tc\\u{1b}[2J"));
        QCOMPARE(displayName(QStringLiteral("exe\u202Egnp.txt")), QStringLiteral("exe\\u{202e}gnp.txt"));
        QCOMPARE(displayName(QStringLiteral("Büro – 東京 👩‍🔬")), QStringLiteral("Büro – 東京 👩‍🔬"));
    }
};

QTEST_GUILESS_MAIN(NamesTest)
#include "names_test.moc"
