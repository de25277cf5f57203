// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_machine.h"
#include "support/screenshots.h"
#include "ui/common/error_banner.h"
#include "ui/instances/notebook_tab.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/page_frame.h"
#include "ui/notebook/web_notebook_pane.h"
#include "web/page_answers.h"
#include "workspace/port_forwards.h"

#include <QLabel>
#include <QPushButton>
#include <QTabWidget>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::evaluate;
using nimbook::testing::SandboxMachine;
using nimbook::testing::waitForScript;
using nimbook::ui::WebNotebookPane;

namespace {

/// Stands for TensorBoard: a web server in the container that shows what it was sent.
constexpr const char *boardProgram = R"(
import http.server
class Board(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = "<title>Scalars</title><body style='background: #fff'><h1>Scalars</h1><pre id=sent>%s</pre>" % str(self.headers)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "board=1")
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("0.0.0.0", 6006), Board).serve_forever()
)";

} // namespace

/// A program's port on a real machine of the sandbox, in a tab beside the real Jupyter.
class ForwardedPagesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QString problem = m_machine.make(QStringLiteral("board-1"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        showTab();
        problem = m_machine.openNotebook();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QTRY_VERIFY(pane());
        QVERIFY(waitForScript(pane()->currentView(), "typeof Jupyter !== 'undefined'"));
    }
    void cleanupTestCase() { m_tab.reset(); }

    void portWithoutAProgram_saysSoAndIsLoadedWhenItRuns()
    {
        session().forwardPort(QStringLiteral("TensorBoard"), 6006, true);
        QTRY_COMPARE_WITH_TIMEOUT(pane()->tabs()->count(), 2, 30'000);
        QCOMPARE(pane()->tabs()->tabText(1), QStringLiteral("TensorBoard"));
        auto *bar = pane()->currentFrame()->findChild<ui::ErrorBanner *>("pageBanner");
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible() && bar->message().contains(QStringLiteral("Nothing answers for TensorBoard")), 60'000);
        testing::pictures(*m_tab, QStringLiteral("forward-silent"));

        QVERIFY(m_machine.run("echo " + QByteArray(boardProgram).toBase64() + " | base64 -d >/tmp/board.py; setsid python3 /tmp/board.py >/dev/null 2>&1 </dev/null &").contains("alldone"));
        // A program may take its time to listen.
        QTRY_VERIFY_WITH_TIMEOUT((bar->isVisible() ? bar->findChild<QPushButton *>("reloadPageButton")->click() : void(),
                                  evaluate(pane()->currentView(), "document.title").toString() == QLatin1String("Scalars")), 60'000);
        QTRY_VERIFY(!bar->isVisible());
        QCOMPARE(pane()->tabs()->tabText(1), QStringLiteral("TensorBoard"));
        testing::pictures(*m_tab, QStringLiteral("forward-open"));
    }

    void program_getsNeitherTheTokenNorTheCookiesOfJupyter()
    {
        QWebEngineView *view = pane()->currentView();
        evaluate(view, "location.reload()");
        QVERIFY(waitForScript(view, "document.getElementById('sent')?.textContent.includes('board=1')")); // its own cookie
        const QString sent = evaluate(view, "document.getElementById('sent').textContent").toString();
        QVERIFY2(!sent.contains(QStringLiteral("Authorization"), Qt::CaseInsensitive) && !sent.contains(QStringLiteral("_xsrf")), qPrintable(sent));
        QVERIFY(!sent.contains(QString::fromUtf8(session().notebook().token.reveal())));
        QWebEngineView *tree = pane()->openPath(QStringLiteral("tree"));
        QVERIFY(waitForScript(tree, "typeof Jupyter !== 'undefined'"));
        const QString cookies = evaluate(tree, "document.cookie").toString();
        QVERIFY2(!cookies.contains(QStringLiteral("board")), qPrintable(cookies));
        Q_EMIT pane()->tabs()->tabCloseRequested(pane()->tabs()->currentIndex());
        pane()->tabs()->setCurrentIndex(1);
    }

    void program_reachesItsOwnOriginAlone()
    {
        QWebEngineView *view = pane()->currentView();
        const QString jupyter = session().notebook().url.toString();
        QSignalSpy refused(pane(), &WebNotebookPane::refused);
        evaluate(view, QStringLiteral("window.heard = 0; fetch('%1api').then(() => window.heard = 1, () => 0); location.href = '%1tree'").arg(jupyter));
        QTRY_VERIFY_WITH_TIMEOUT(refused.count() >= 1, 20'000);
        evaluate(view, "window.open('https://evil.example/')");
        QTest::qWait(300); // time for what must not happen
        QCOMPARE(evaluate(view, "document.title + window.heard").toString(), QStringLiteral("Scalars0"));
        QVERIFY2(m_external.isEmpty(), qPrintable(m_external.value(0).toString()));
        QCOMPARE(pane()->tabs()->count(), 2);
    }

    void jupyterClosedAndOpenedAgain_theProgramsTabStays()
    {
        pane()->open(session().notebook().url, session().notebook().token);
        QCOMPARE(pane()->tabs()->count(), 2);
        m_tab->openForward(6006);
        QCOMPARE(pane()->tabs()->count(), 2); // the one that is there
        QCOMPARE(pane()->tabs()->currentIndex(), 1);
    }

    void appStartedAgain_theForwardIsBackWithItsPort()
    {
        const quint16 port = session().forwards().find(6006)->tunnel->localPort();
        m_tab.reset();
        QString problem = m_machine.startApp();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(session().forwards().all().empty());
        showTab();
        problem = m_machine.openNotebook();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QTRY_VERIFY_WITH_TIMEOUT(session().forwards().find(6006) && session().forwards().find(6006)->tunnel->phase() == ssh::Tunnel::Phase::Live, 30'000);
        const auto *forward = session().forwards().find(6006);
        QCOMPARE(forward->name, QStringLiteral("TensorBoard"));
        QCOMPARE(forward->tunnel->localPort(), port);
        m_tab->openForward(6006);
        QTRY_COMPARE(pane()->tabs()->count(), 2);
        QVERIFY(waitForScript(pane()->currentView(), "document.title === 'Scalars'"));
    }

    void stopForwarding_takesTheTabAndIsRemembered()
    {
        session().stopForwarding(6006);
        QTRY_COMPARE(pane()->tabs()->count(), 1);
        QVERIFY(waitForScript(pane()->currentView(), "typeof Jupyter !== 'undefined'"));
        QVERIFY(m_machine.app->space->settings().forwards(session().machine().id).isEmpty());
    }

    void containerThatDoesNotRun_isSaidInWords()
    {
        QVERIFY(App::endOf(session().container().stop()).ok());
        QSignalSpy failed(&session(), &workspace::MachineSession::forwardFailed);
        session().forwardPort(QStringLiteral("Flask"), 4567, true);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 30'000);
        QVERIFY(session().forwards().all().empty());
        QVERIFY(m_machine.app->space->settings().forwards(session().machine().id).isEmpty());
    }

private:
    workspace::MachineSession &session() { return m_machine.session(); }
    WebNotebookPane *pane() const { return static_cast<WebNotebookPane *>(m_tab->pane()); }
    void showTab()
    {
        m_tab = std::make_unique<ui::NotebookTab>(session(), [this](QWidget *parent) {
            auto *pane = new WebNotebookPane(m_gate, m_machine.folder().path(), parent);
            pane->openExternally = [this](const QUrl &url) { m_external.append(url); };
            return pane;
        });
        connect(&session(), &workspace::MachineSession::forwardOpened, m_tab.get(), &ui::NotebookTab::openForward);
        m_tab->resize(1000, 640);
        m_tab->show();
    }

    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    QList<QUrl> m_external;
    SandboxMachine m_machine;
    std::unique_ptr<ui::NotebookTab> m_tab;
};

QTEST_MAIN(ForwardedPagesTest)
#include "forwarded_pages_test.moc"
