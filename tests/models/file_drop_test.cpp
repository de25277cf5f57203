// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"
#include "models/remote_path.h"

#include <QTest>
#include <QUrl>

using namespace nimbook::models;

class FileDropTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void clipboardOfFileManagers_isUnderstood_data();
    void clipboardOfFileManagers_isUnderstood();
    void ownClipboard_isReadBack();
    void pasteOnTheMachine_copies();
    void remoteDrop_isDecided_data();
    void remoteDrop_isDecided();
    void localDrop_takesOnlyThisMachinesFiles();
    void localDropOfDesktopFiles_copiesThem();
    void stagedCopies_areOfferedToOthersAsUrls();
    void selection_survivesStrangeNames();
    void brokenSelection_isNone();
    void typedPaths_areResolved_data();
    void typedPaths_areResolved();
    void parentAndName_ofEdges();
};

void FileDropTest::remoteDrop_isDecided_data()
{
    QTest::addColumn<QList<QUrl>>("urls");
    QTest::addColumn<QString>("owner");
    QTest::addColumn<QStringList>("remotePaths");
    QTest::addColumn<QString>("target");
    QTest::addColumn<DropPlan::Kind>("kind");
    QTest::addColumn<bool>("explained");
    const QList<QUrl> local{QUrl(QStringLiteral("file:///home/ada/a%20b.txt"))};
    QTest::newRow("file of this computer") << local << QString() << QStringList() << QStringLiteral("/src") << DropPlan::Kind::Upload << false;
    QTest::newRow("web page") << QList<QUrl>{QUrl(QStringLiteral("https://example.com/x?token=1"))} << QString() << QStringList() << QStringLiteral("/src") << DropPlan::Kind::Refuse << true;
    QTest::newRow("one of them is no file") << local + QList<QUrl>{QUrl(QStringLiteral("sftp://h/x"))} << QString() << QStringList() << QStringLiteral("/src") << DropPlan::Kind::Refuse << true;
    QTest::newRow("own file to a folder") << QList<QUrl>() << QStringLiteral("me") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src/data") << DropPlan::Kind::Move << false;
    QTest::newRow("own file, copies too") << local << QStringLiteral("me") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src/data") << DropPlan::Kind::Move << false;
    QTest::newRow("to where it is") << QList<QUrl>() << QStringLiteral("me") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src") << DropPlan::Kind::Refuse << true;
    QTest::newRow("folder into itself") << QList<QUrl>() << QStringLiteral("me") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src/a/b") << DropPlan::Kind::Refuse << true;
    QTest::newRow("name that only begins alike") << QList<QUrl>() << QStringLiteral("me") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src/ab") << DropPlan::Kind::Move << false;
    QTest::newRow("another machine's") << QList<QUrl>() << QStringLiteral("other") << QStringList{QStringLiteral("/src/a")} << QStringLiteral("/src/data") << DropPlan::Kind::Refuse << true;
    QTest::newRow("text") << QList<QUrl>() << QString() << QStringList() << QStringLiteral("/src") << DropPlan::Kind::Refuse << false;
}

void FileDropTest::remoteDrop_isDecided()
{
    QFETCH(QList<QUrl>, urls);
    QFETCH(QString, owner);
    QFETCH(QStringList, remotePaths);
    QFETCH(QString, target);
    QFETCH(DropPlan::Kind, kind);
    QFETCH(bool, explained);
    auto data = remotePaths.isEmpty() ? std::make_unique<QMimeData>() : remoteMimeData({owner, remotePaths}, {});
    if (!urls.isEmpty())
        data->setUrls(urls);
    const DropPlan plan = planRemoteDrop(*data, QStringLiteral("me"), target);
    QCOMPARE(plan.kind, kind);
    QCOMPARE(!plan.reason.isEmpty(), explained);
    if (kind == DropPlan::Kind::Upload)
        QCOMPARE(plan.sources, QStringList(QStringLiteral("/home/ada/a b.txt")));
    if (kind == DropPlan::Kind::Move)
        QCOMPARE(plan.sources, remotePaths);
    if (kind != DropPlan::Kind::Refuse)
        QCOMPARE(plan.destination, target);
    QVERIFY2(!plan.reason.contains(QStringLiteral("token")), qPrintable(plan.reason));
}

void FileDropTest::localDrop_takesOnlyThisMachinesFiles()
{
    const auto mine = remoteMimeData({QStringLiteral("me"), {QStringLiteral("/src/a")}}, {});
    QCOMPARE(planLocalDrop(*mine, QStringLiteral("me"), QStringLiteral("/home/ada")).kind, DropPlan::Kind::Download);
    QCOMPARE(planLocalDrop(*mine, QStringLiteral("you"), QStringLiteral("/home/ada")).kind, DropPlan::Kind::Refuse);
}

void FileDropTest::localDropOfDesktopFiles_copiesThem()
{
    const auto plan = [](const QStringList &urls, const QString &folder) {
        QMimeData data;
        data.setUrls(QUrl::fromStringList(urls));
        data.setData(QStringLiteral("application/x-kde-cutselection"), "1"); // a drag out of KDE: still nothing may be lost where it slips
        return planLocalDrop(data, QStringLiteral("me"), folder);
    };
    const QString file = QStringLiteral("file:///home/ada/x");
    QCOMPARE(plan({file}, QStringLiteral("/tmp")), (DropPlan{DropPlan::Kind::CopyHere, {QStringLiteral("/home/ada/x")}, QStringLiteral("/tmp"), {}}));
    QCOMPARE(plan({file}, QStringLiteral("/home/ada")), (DropPlan{DropPlan::Kind::Refuse, {}, QStringLiteral("/home/ada"), {}})); // it is there
    QCOMPARE(plan({file}, QStringLiteral("/home/ada/x/y")).kind, DropPlan::Kind::Refuse);
    const DropPlan page = plan({file, QStringLiteral("https://example.com/x")}, QStringLiteral("/tmp"));
    QCOMPARE(page.kind, DropPlan::Kind::Refuse);
    QVERIFY(!page.reason.isEmpty());
}

void FileDropTest::clipboardOfFileManagers_isUnderstood_data()
{
    QTest::addColumn<QByteArray>("gnome");
    QTest::addColumn<QByteArray>("urls");
    QTest::addColumn<QByteArray>("kde");
    QTest::addColumn<DropPlan::Kind>("kind");
    QTest::addColumn<QStringList>("sources");
    const QStringList both{QStringLiteral("/home/ada/größe 1"), QStringLiteral("/tmp/b")};
    const QByteArray urls = "file:///home/ada/gr%C3%B6%C3%9Fe%201\r\nfile:///tmp/b\r\n";
    QTest::newRow("gnome, copied") << QByteArray("copy\nfile:///home/ada/gr%C3%B6%C3%9Fe%201\nfile:///tmp/b") << QByteArray() << QByteArray() << DropPlan::Kind::CopyHere << both;
    QTest::newRow("gnome, cut") << QByteArray("cut\nfile:///home/ada/gr%C3%B6%C3%9Fe%201\nfile:///tmp/b\n") << urls << QByteArray() << DropPlan::Kind::MoveHere << both;
    QTest::newRow("uri-list alone") << QByteArray() << urls << QByteArray() << DropPlan::Kind::CopyHere << both;
    QTest::newRow("kde, cut") << QByteArray() << urls << QByteArray("1") << DropPlan::Kind::MoveHere << both;
    QTest::newRow("kde, copied") << QByteArray() << urls << QByteArray("0") << DropPlan::Kind::CopyHere << both;
    QTest::newRow("web page among them") << QByteArray() << urls + "https://example.com/\r\n" << QByteArray() << DropPlan::Kind::Refuse << QStringList();
    QTest::newRow("folder into itself") << QByteArray("copy\nfile:///data") << QByteArray() << QByteArray() << DropPlan::Kind::Refuse << QStringList();
    QTest::newRow("nothing about files") << QByteArray() << QByteArray() << QByteArray() << DropPlan::Kind::Refuse << QStringList();
}

void FileDropTest::clipboardOfFileManagers_isUnderstood()
{
    QFETCH(QByteArray, gnome);
    QFETCH(QByteArray, urls);
    QFETCH(QByteArray, kde);
    QFETCH(DropPlan::Kind, kind);
    QMimeData data;
    if (!gnome.isEmpty())
        data.setData(QStringLiteral("x-special/gnome-copied-files"), gnome);
    if (!urls.isEmpty())
        data.setData(QStringLiteral("text/uri-list"), urls);
    if (!kde.isEmpty())
        data.setData(QStringLiteral("application/x-kde-cutselection"), kde);
    const DropPlan plan = planLocalPaste(data, QStringLiteral("me"), QStringLiteral("/data/here"));
    QCOMPARE(plan.kind, kind);
    QTEST(plan.sources, "sources");
    if (kind == DropPlan::Kind::CopyHere || kind == DropPlan::Kind::MoveHere)
        QCOMPARE(planRemotePaste(data, QStringLiteral("me"), QStringLiteral("/src")).kind, DropPlan::Kind::Upload); // never taken away by an upload
}

void FileDropTest::ownClipboard_isReadBack()
{
    for (const bool cut : {false, true}) {
        const LocalSelection selection{{QStringLiteral("/home/ada/a b"), QStringLiteral("/tmp/ü")}, cut};
        QCOMPARE(localSelection(*localMimeData(selection)), std::optional(selection));
    }
}

void FileDropTest::pasteOnTheMachine_copies()
{
    const auto mine = remoteMimeData({QStringLiteral("me"), {QStringLiteral("/src/a")}}, {});
    QCOMPARE(planRemotePaste(*mine, QStringLiteral("me"), QStringLiteral("/src/data")).kind, DropPlan::Kind::Copy);
    QCOMPARE(planRemotePaste(*mine, QStringLiteral("me"), QStringLiteral("/src")).kind, DropPlan::Kind::Copy); // its own folder: a duplicate
    QCOMPARE(planRemotePaste(*mine, QStringLiteral("me"), QStringLiteral("/src/a/b")).kind, DropPlan::Kind::Refuse);
    QCOMPARE(planRemotePaste(*mine, QStringLiteral("you"), QStringLiteral("/src")).kind, DropPlan::Kind::Refuse);
}

void FileDropTest::stagedCopies_areOfferedToOthersAsUrls()
{
    const auto data = remoteMimeData({QStringLiteral("me"), {QStringLiteral("/src/50% #1?.txt")}}, {QStringLiteral("/cache/50% #1?.txt")});
    QCOMPARE(data->urls().size(), 1);
    QCOMPARE(data->urls().first().toLocalFile(), QStringLiteral("/cache/50% #1?.txt"));
    QVERIFY(!remoteMimeData({QStringLiteral("me"), {QStringLiteral("/src/a")}}, {})->hasUrls());
}

void FileDropTest::selection_survivesStrangeNames()
{
    const RemoteSelection selection{QStringLiteral("7:p/z/n"), {QStringLiteral("/src/-rf"), QStringLiteral("/src/a\nb"), QStringLiteral("/src/\"q'ü日")}};
    QCOMPARE(remoteSelection(*remoteMimeData(selection, {})), std::optional(selection));
}

void FileDropTest::brokenSelection_isNone()
{
    QMimeData data;
    data.setData(remoteFilesMimeType(), "{\"paths\":[\"relative\", 7]");
    QVERIFY(!remoteSelection(data));
    data.setData(remoteFilesMimeType(), "{\"owner\":\"me\",\"paths\":[\"relative\", 7]}");
    QVERIFY(!remoteSelection(data));
}

void FileDropTest::typedPaths_areResolved_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("expected");
    QTest::newRow("absolute") << "/src/a" << "/src/a";
    QTest::newRow("relative") << "a/b" << "/home/x/a/b";
    QTest::newRow("up") << ".." << "/home";
    QTest::newRow("above the root") << "/../../etc" << "/etc";
    QTest::newRow("doubled and trailing") << "//src///a/" << "/src/a";
    QTest::newRow("dots") << "/src/./a/.." << "/src";
    QTest::newRow("name of dots") << "/src/..." << "/src/...";
    QTest::newRow("root") << "/" << "/";
    QTest::newRow("spaces stay") << "/src/ a " << "/src/ a ";
}

void FileDropTest::typedPaths_areResolved()
{
    QFETCH(QString, typed);
    QFETCH(QString, expected);
    QCOMPARE(normalizedRemotePath(typed, QStringLiteral("/home/x")), expected);
}

void FileDropTest::parentAndName_ofEdges()
{
    QCOMPARE(remoteParent(QStringLiteral("/src")), QStringLiteral("/"));
    QCOMPARE(remoteParent(QStringLiteral("/")), QStringLiteral("/"));
    QCOMPARE(remoteName(QStringLiteral("/src/a")), QStringLiteral("a"));
    QCOMPARE(joinedRemotePath(QStringLiteral("/"), QStringLiteral("a")), QStringLiteral("/a"));
    QVERIFY(remoteNameProblem(QStringLiteral("größe")).isEmpty());
    QVERIFY(!remoteNameProblem(QString(128, QChar(0x00FC))).isEmpty()); // 256 bytes
}

QTEST_GUILESS_MAIN(FileDropTest)
#include "file_drop_test.moc"
