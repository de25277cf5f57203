// SPDX-License-Identifier: Apache-2.0
// What happens around a page: certificates that nobody vouches for, the whole screen, and buttons that have no place in the window.
#include "support/jupyter_fixture.h"
#include "support/loopback_server.h"
#include "support/screenshots.h"
#include "support/self_signed.h"
#include "ui/common/error_banner.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/page_bar.h"
#include "ui/notebook/page_frame.h"
#include "ui/notebook/web_notebook_pane.h"
#include "web/page_answers.h"

#include <QAction>
#include <QMainWindow>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QSslServer>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QWebEngineProfile>

#include <sys/socket.h>

using namespace nimbook;
using nimbook::testing::evaluate;
using nimbook::testing::JupyterFixture;
using nimbook::testing::LoopbackServer;
using nimbook::testing::waitForScript;
using nimbook::ui::WebNotebookPane;

class PageEventsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void certificateThatNobodyVouchesFor_isRefused()
    {
        QSslServer server;
        server.setSslConfiguration(testing::selfSignedIdentity());
        int requests = 0;
        connect(&server, &QTcpServer::pendingConnectionAvailable, this, [&] {
            while (QTcpSocket *client = server.nextPendingConnection()) {
                connect(client, &QTcpSocket::readyRead, client, [&requests, client] {
                    ++requests;
                    client->write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 22\r\n\r\n<title>Stolen</title>  ");
                    client->disconnectFromHost();
                });
            }
        });
        QVERIFY2(server.listen(QHostAddress::LocalHost), qPrintable(server.errorString()));
        const QUrl root(QStringLiteral("https://127.0.0.1:%1/").arg(server.serverPort()));
        // The server itself is in order: who does not look at its certificate gets an answer.
        QNetworkAccessManager manager;
        manager.setProxy(QNetworkProxy::NoProxy);
        const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(root)));
        reply->ignoreSslErrors();
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 20'000);
        QCOMPARE(reply->readAll().left(22), QByteArray("<title>Stolen</title> "));
        QCOMPARE(std::exchange(requests, 0), 1);

        WebNotebookPane pane(m_gate, m_folder.path());
        pane.resize(800, 500);
        pane.show();
        pane.open(root, Secret("deadbeef"));
        auto *bar = pane.currentFrame()->findChild<ui::ErrorBanner *>("pageBanner");
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 30'000);
        QVERIFY2(bar->message().contains(QStringLiteral("certificate")) && bar->message().contains(root.authority()), qPrintable(bar->message()));
        QTest::qWait(300); // time for a request that must not come
        QCOMPARE(requests, 0);
        QVERIFY(evaluate(pane.currentView(), "document.title").toString() != QLatin1String("Stolen"));
        testing::pictures(pane, QStringLiteral("certificate"));
    }

    void pageFillsTheScreen_saysHowToLeaveAndEscapeDoes()
    {
        const auto server = fullScreenServer();
        QMainWindow window;
        auto *pane = new WebNotebookPane(m_gate, m_folder.path(), &window);
        window.setCentralWidget(pane);
        window.resize(800, 500);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        pane->open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server->port())), Secret("deadbeef"));
        QVERIFY(waitForScript(pane->currentView(), "document.title === 'Film'"));
        QSignalSpy wanted(pane, &ui::NotebookPane::fullScreenWanted);
        auto *bar = pane->currentFrame()->findChild<ui::ErrorBanner *>("pageBanner");
        auto *escape = pane->findChild<QAction *>("leaveFullScreenAction");

        evaluate(pane->currentView(), "document.getElementById('all').requestFullscreen()"); // not by itself
        QTest::qWait(300);
        QVERIFY(wanted.isEmpty());
        QVERIFY(!escape->isEnabled()); // Escape is the page's

        for (const auto key : {Qt::Key_Escape, Qt::Key_F11}) {
            wanted.clear();
            QWidget *page = pane->currentView()->focusProxy();
            QTest::mouseClick(page, Qt::LeftButton, {}, QPoint(60, 60));
            QTRY_COMPARE_WITH_TIMEOUT(wanted, (QList<QVariantList>{{true}}), 20'000);
            QVERIFY(waitForScript(pane->currentView(), "!!document.fullscreenElement"));
            QVERIFY2(bar->isVisible() && bar->message().contains(QStringLiteral("Esc")), qPrintable(bar->message()));
            QVERIFY(!pane->tabs()->tabBar()->isVisible());
            testing::pictures(*pane, QStringLiteral("page-full-screen"));
            page->setFocus();
            QTest::keyClick(page, key);
            QTRY_COMPARE_WITH_TIMEOUT(wanted, (QList<QVariantList>{{true}, {false}}), 20'000);
            QVERIFY(waitForScript(pane->currentView(), "!document.fullscreenElement"));
            QVERIFY(!bar->isVisible());
            QVERIFY(pane->tabs()->tabBar()->isVisible());
            QVERIFY(!escape->isEnabled());
        }

        // By the person: the page's own tabs stay, and so does its Escape.
        pane->bar()->fullScreen->trigger();
        QCOMPARE(wanted.size(), 3);
        QVERIFY(pane->tabs()->tabBar()->isVisible());
        QVERIFY(!escape->isEnabled());
        pane->bar()->fullScreen->trigger();
        QCOMPARE(wanted.last(), QVariantList{false});
    }

    void pageThatFillsTheScreenAndCloses_givesItBack()
    {
        const auto server = fullScreenServer();
        WebNotebookPane pane(m_gate, m_folder.path());
        pane.resize(800, 500);
        pane.show();
        pane.open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server->port())), Secret("deadbeef"));
        QWebEngineView *film = pane.openPath(QStringLiteral("film"));
        QVERIFY(waitForScript(film, "document.title === 'Film'"));
        QSignalSpy wanted(&pane, &ui::NotebookPane::fullScreenWanted);
        QTest::mouseClick(film->focusProxy(), Qt::LeftButton, {}, QPoint(60, 60));
        QTRY_COMPARE_WITH_TIMEOUT(wanted.size(), 1, 20'000);
        Q_EMIT pane.tabs()->tabCloseRequested(1);
        QTRY_COMPARE(wanted.last(), QVariantList{false});
        QVERIFY(pane.tabs()->tabBar()->isVisible());
    }

    void buttonsThatEndJupyter_areNotThere()
    {
        JupyterFixture jupyter; // started without our options, as on somebody else's machine
        QVERIFY2(jupyter.start(), qPrintable(jupyter.log()));
        WebNotebookPane pane(m_gate, m_folder.path());
        pane.resize(800, 500);
        pane.show();
        pane.open(jupyter.root(), jupyter.token());
        QVERIFY(waitForScript(pane.currentView(), "!!document.getElementById('logout') && !!document.querySelector('#new-menu li')"));
        QVERIFY(waitForScript(pane.currentView(), "!document.getElementById('logout').offsetParent && !document.getElementById('shutdown')?.offsetParent"));
        QVERIFY(waitForScript(pane.currentView(), "!!document.getElementById('alternate_upload')?.offsetParent"));
        testing::pictures(pane, QStringLiteral("tree-trimmed"));
    }

private:
    /// A page whose click fills the screen.
    static std::unique_ptr<LoopbackServer> fullScreenServer()
    {
        return std::make_unique<LoopbackServer>([](int socket) {
            QByteArray request;
            while (!request.contains("\r\n\r\n")) {
                char buffer[4096];
                const auto count = ::recv(socket, buffer, sizeof buffer, 0);
                if (count <= 0)
                    return;
                request.append(buffer, count);
            }
            const QByteArray body = "<!doctype html><title>Film</title><body style='background:#fff;margin:0'>"
                                    "<div id=all style='width:300px;height:200px;background:#246;color:#fff' onclick='this.requestFullscreen()'>a film</div>";
            testing::sendAll(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
    }

    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    QTemporaryDir m_folder;
};

QTEST_MAIN(PageEventsTest)
#include "page_events_test.moc"
