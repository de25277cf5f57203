// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/browser_handover.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/gate_connection.h"
#include "ui/notebook/navigation_policy.h"
#include "ui/notebook/notebook_downloads.h"
#include "ui/notebook/notebook_path.h"
#include "ui/notebook/render_watch.h"
#include "ui/notebook/window_budget.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

namespace ui = nimbook::ui;
using nimbook::ui::NavigationPolicy;
using nimbook::ui::NotebookDownloads;
using Decision = NavigationPolicy::Decision;

class NavigationPolicyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void page_goesWhereItMay_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("mainFrame");
        QTest::addColumn<bool>("byUser");
        QTest::addColumn<int>("expected");
        const auto row = [](const char *name, const char *url, bool mainFrame, bool byUser, Decision expected) {
            QTest::newRow(name) << QString::fromLatin1(url) << mainFrame << byUser << int(expected);
        };
        row("the tree", "http://127.0.0.1:18888/tree", true, false, Decision::Inside);
        row("a frame of ours", "http://127.0.0.1:18888/nbextensions/x", false, false, Decision::Inside);
        row("another port of this computer", "http://127.0.0.1:18889/", true, true, Decision::External);
        row("another port, in a frame", "http://127.0.0.1:631/", false, true, Decision::Refuse);
        row("the same port by name", "http://localhost:18888/", true, false, Decision::Refuse);
        row("another scheme", "https://127.0.0.1:18888/", true, false, Decision::Refuse);
        row("an address that begins like ours", "http://127.0.0.1:18888.evil.example/", true, false, Decision::Refuse);
        row("ours behind a user name", "http://127.0.0.1:18888@evil.example/", true, false, Decision::Refuse);
        row("ours with a user name in front", "http://me@127.0.0.1:18888/", true, false, Decision::Refuse);
        row("documentation, clicked", "https://docs.python.org/3/", true, true, Decision::External);
        row("documentation, by script", "https://docs.python.org/3/", true, false, Decision::Refuse);
        row("a mail address, clicked", "mailto:ada@example.com", true, true, Decision::External);
        row("a local file, clicked", "file:///etc/passwd", true, true, Decision::Refuse);
        row("the program's own resources", "qrc:/remote/startup.sh", true, true, Decision::Refuse);
        row("the engine's inner pages", "chrome://settings", true, true, Decision::Refuse);
        row("a script as an address", "javascript:alert(1)", true, true, Decision::Refuse);
        row("inline data as a whole page", "data:text/html,<h1>token?</h1>", true, true, Decision::Refuse);
        row("inline data in an output frame", "data:text/html,ok", false, false, Decision::Inside);
        row("about:blank of a popup", "about:blank", true, false, Decision::Inside);
        row("a blob of ours", "blob:http://127.0.0.1:18888/1-2-3", true, false, Decision::Inside);
        row("a blob of others", "blob:http://evil.example/1-2-3", true, true, Decision::Refuse);
    }

    void page_goesWhereItMay()
    {
        QFETCH(QString, url);
        QFETCH(bool, mainFrame);
        QFETCH(bool, byUser);
        QFETCH(int, expected);
        const NavigationPolicy policy(QUrl(QStringLiteral("http://127.0.0.1:18888/")));
        QCOMPARE(int(policy.navigation(QUrl(url), mainFrame, byUser)), expected);
    }

    void partOfAPage_loadsOnlyFromOurOrigin_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("expected");
        QTest::newRow("script") << "http://127.0.0.1:18888/static/main.js" << true;
        QTest::newRow("kernel socket") << "ws://127.0.0.1:18888/api/kernels/1/channels" << true;
        QTest::newRow("kernel socket elsewhere") << "ws://127.0.0.1:18889/api/kernels/1/channels" << false;
        QTest::newRow("tracker") << "https://evil.example/pixel.png" << false;
        QTest::newRow("local file") << "file:///etc/passwd" << false;
        QTest::newRow("inline picture") << "data:image/png;base64,AAAA" << true;
        QTest::newRow("blob") << "blob:http://127.0.0.1:18888/1" << true;
    }

    void partOfAPage_loadsOnlyFromOurOrigin()
    {
        QFETCH(QString, url);
        QFETCH(bool, expected);
        QCOMPARE(NavigationPolicy(QUrl(QStringLiteral("http://127.0.0.1:18888/"))).mayLoad(QUrl(url)), expected);
    }

    void noRoot_nothingIsInside()
    {
        QVERIFY(!NavigationPolicy().isOwnOrigin(QUrl(QStringLiteral("http://127.0.0.1:18888/"))));
        QVERIFY(!NavigationPolicy().isOwnOrigin(QUrl()));
    }

    void downloadName_neverLeavesTheFolder_data()
    {
        QTest::addColumn<QString>("suggested");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << "model.keras" << "model.keras";
        QTest::newRow("upwards") << "../../.ssh/authorized_keys" << "authorized_keys";
        QTest::newRow("absolute") << "/etc/cron.d/x" << "x";
        QTest::newRow("hidden") << ".bashrc" << "bashrc";
        QTest::newRow("only dots") << ".." << "download";
        QTest::newRow("nothing") << "" << "download";
        QTest::newRow("newline and bell") << "a\nb\ac.txt" << "abc.txt";
        QTest::newRow("words of the world") << QString::fromUtf8("日本 ü.png") << QString::fromUtf8("日本 ü.png");
    }

    void downloadName_neverLeavesTheFolder()
    {
        QFETCH(QString, suggested);
        QFETCH(QString, expected);
        QCOMPARE(NotebookDownloads::safeName(suggested), expected);
    }

    void windows_endAtAFewWithoutAClick()
    {
        const ui::WindowBudget budget;
        QVERIFY(budget.mayOpenWindow(false, 5));
        QVERIFY(!budget.mayOpenWindow(false, 6));
        QVERIFY(budget.mayOpenWindow(true, 6));
        QVERIFY(!budget.mayOpenWindow(true, 30));
    }

    void questionsWithoutEnd_areNotHeardUntilThePageWasQuiet()
    {
        ui::WindowBudget budget;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 3; ++i)
            QVERIFY(budget.mayAsk(start));
        QVERIFY(!budget.mayAsk(start + std::chrono::seconds(9)));
        QVERIFY(budget.mayAsk(start + std::chrono::seconds(11)));
    }

    void notebookInAnAddress_isFound_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("expected");
        QTest::newRow("classic") << "/notebooks/train.ipynb" << "train.ipynb";
        QTest::newRow("in a folder, with blanks") << "/notebooks/my%20runs/a%20b.ipynb" << "my runs/a b.ipynb";
        QTest::newRow("JupyterLab") << "/lab/tree/runs/train.ipynb" << "runs/train.ipynb";
        QTest::newRow("JupyterLab, second workspace") << "/lab/workspaces/auto-k/tree/train.ipynb" << "train.ipynb";
        QTest::newRow("with a fragment") << "/lab/tree/train.ipynb#part" << "train.ipynb";
        QTest::newRow("file list") << "/tree/runs" << "";
        QTest::newRow("a text file") << "/edit/train.py" << "";
        QTest::newRow("upwards") << "/notebooks/..%2f..%2fetc/x.ipynb" << "";
    }

    void notebookInAnAddress_isFound()
    {
        QFETCH(QString, page);
        const QUrl root(QStringLiteral("http://127.0.0.1:18888/"));
        QTEST(ui::notebookPath(root, QUrl(QStringLiteral("http://127.0.0.1:18888") + page)), "expected");
    }

    void gateRequest_isReadOnlyWhole_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("expected");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        const auto hex = [](const char *text) { return QByteArray::fromHex(text); };
        QTest::newRow("an address") << hex("05010001" "7f000001" "49c8") << int(ui::SocksRead::Complete) << "127.0.0.1" << 18888;
        QTest::newRow("a name") << hex("0501000304") + "host" + hex("0050") << int(ui::SocksRead::Complete) << "host" << 80;
        QTest::newRow("version 6 of the protocol below") << hex("05010004") + QByteArray(15, 0) + hex("010050") << int(ui::SocksRead::Complete) << "::1" << 80;
        QTest::newRow("half of it") << hex("05010001" "7f0000") << int(ui::SocksRead::Incomplete) << "" << 0;
        QTest::newRow("a name that is not there yet") << hex("05010003ff") + "ab" << int(ui::SocksRead::Incomplete) << "" << 0;
        QTest::newRow("listening") << hex("05020001" "7f000001" "49c8") << int(ui::SocksRead::Malformed) << "" << 0;
        QTest::newRow("UDP") << hex("05030001" "7f000001" "49c8") << int(ui::SocksRead::Malformed) << "" << 0;
        QTest::newRow("another version") << hex("04010001" "7f000001" "49c8") << int(ui::SocksRead::Malformed) << "" << 0;
        QTest::newRow("an address of no kind") << hex("05010009" "7f000001" "49c8") << int(ui::SocksRead::Malformed) << "" << 0;
    }

    void gateRequest_isReadOnlyWhole()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, expected);
        QFETCH(QString, host);
        QFETCH(int, port);
        ui::SocksTarget target;
        QCOMPARE(int(ui::readSocksRequest(bytes, target)), expected);
        if (expected == int(ui::SocksRead::Complete)) {
            QCOMPARE(target, (ui::SocksTarget{host, quint16(port)}));
            QVERIFY(bytes.isEmpty());
        }
    }

    void handover_putsTheTokenIntoAFileOfOursOnly()
    {
        QTemporaryDir home;
        qputenv("XDG_DATA_HOME", home.path().toLocal8Bit());
        ui::BrowserHandover handover;
        const auto file = handover.prepare(QUrl(QStringLiteral("http://127.0.0.1:18888/tree?a=\"b")), nimbook::Secret("t0ken"));
        QVERIFY(file.has_value());
        const QString path = file->toLocalFile();
        QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QFile page(path);
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray text = page.readAll();
        QVERIFY(text.contains("&amp;token=t0ken") && !text.contains("a=\"b"));
        handover.forget();
        QVERIFY(!QFile::exists(path));
    }

    void pictureOfOneColour_isBlankAndALineOfTextIsNot()
    {
        QImage image(300, 200, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QVERIFY(ui::RenderWatch::isBlank(image));
        image.setPixel(299, 199, qRgb(0, 0, 0));
        QVERIFY(!ui::RenderWatch::isBlank(image));
        QVERIFY(!ui::RenderWatch::isBlank(QImage()));
    }

    void downloadNameTaken_getsTheNextFreeOne()
    {
        QTemporaryDir folder;
        QCOMPARE(NotebookDownloads::freeName(folder.path(), "a.tar.gz"), "a.tar.gz");
        for (const char *name : {"a.tar.gz", "a (2).tar.gz"}) {
            QFile file(QDir(folder.path()).filePath(QString::fromLatin1(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QCOMPARE(NotebookDownloads::freeName(folder.path(), "a.tar.gz"), "a (3).tar.gz");
    }
};

QTEST_GUILESS_MAIN(NavigationPolicyTest)
#include "navigation_policy_test.moc"
