// SPDX-License-Identifier: Apache-2.0
#include "support/jupyter_fixture.h"
#include "support/screenshots.h"
#include "ui/common/error_banner.h"
#include "ui/notebook/page_bar.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/find_bar.h"
#include "ui/notebook/page_frame.h"
#include "ui/notebook/render_watch.h"
#include "ui/notebook/web_notebook_pane.h"
#include "web/page_answers.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebEngineView>

using namespace nimbook;
using nimbook::testing::evaluate;
using nimbook::testing::JupyterFixture;
using nimbook::testing::waitForScript;
using nimbook::ui::WebNotebookPane;

class NotebookPaneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_jupyter.start(), qPrintable(m_jupyter.log()));
        m_pane = std::make_unique<WebNotebookPane>(m_gate, m_downloads.path());
        m_pane->openExternally = [this](const QUrl &url) { m_external.append(url); };
        m_pane->resize(1000, 700);
        m_pane->show();
        m_pane->open(m_jupyter.root(), m_jupyter.token());
        QVERIFY(waitForScript(m_pane->currentView(), "!!document.querySelector('#notebook_list')"));
    }

    void cleanupTestCase() { m_pane.reset(); }

    void cleanup()
    {
        m_external.clear();
        while (m_pane->tabs()->count() > 1)
            Q_EMIT m_pane->tabs()->tabCloseRequested(m_pane->tabs()->count() - 1);
        m_pane->tabs()->setCurrentIndex(0);
    }

    void token_appearsInNoAddressTitleOrCookie()
    {
        const QString token = QString::fromLatin1(m_jupyter.token().reveal());
        QWebEngineView *view = m_pane->currentView();
        QVERIFY(!view->url().toString().contains(token));
        QVERIFY(!view->title().contains(token));
        QVERIFY(!m_pane->tabs()->tabText(0).contains(token));
        QVERIFY(!evaluate(view, "document.cookie").toString().contains(token));
        QVERIFY(!m_jupyter.log().contains(token));
    }

    void newNotebook_opensAsATabAndTypedCellIsAnswered()
    {
        QWebEngineView *tree = m_pane->currentView();
        QVERIFY(waitForScript(tree, "!!document.querySelector('#new-menu li[id^=kernel-] a')"));
        evaluate(tree, "document.querySelector('#new-menu li[id^=kernel-] a').click()");
        QTRY_COMPARE_WITH_TIMEOUT(m_pane->tabs()->count(), 2, 20'000);
        QWebEngineView *notebook = m_pane->currentView();
        QVERIFY(notebook != tree);
        QVERIFY(waitForScript(notebook, "typeof Jupyter !== 'undefined' && !!Jupyter.notebook && !!Jupyter.notebook.kernel"
                                        " && Jupyter.notebook.kernel.is_connected()", 90'000)); // Debian 13's server lets half a minute pass first
        evaluate(notebook, "Jupyter.notebook.select(0); Jupyter.notebook.edit_mode()");

        QWidget *keys = notebook->focusProxy();
        QVERIFY(keys);
        keys->setFocus();
        QTest::keyClicks(keys, "print(6*7)");
        QTest::keyClick(keys, Qt::Key_Return, Qt::ShiftModifier);

        QVERIFY(waitForScript(notebook, "Jupyter.notebook.get_cell(0).output_area.outputs.some(o => o.text === '42\\n')"));
    }

    void kernelFile_isDownloadedOnceAndSavedUnderAFreeName()
    {
        QFile file(m_jupyter.folder() + "/result.bin");
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray content(100'000, 'x');
        file.write(content);
        file.close();
        QSignalSpy finished(m_pane.get(), &ui::NotebookPane::downloadFinished);

        evaluate(m_pane->currentView(), "var a = document.createElement('a'); a.href = '/files/result.bin?download=1';"
                                        "a.target = '_blank'; document.body.appendChild(a); a.click()");

        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QFile saved(finished.at(0).at(0).toString());
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(saved.readAll(), content);
        QTRY_COMPARE(m_pane->tabs()->count(), 1); // no empty tab is left behind
    }

    void linkElsewhere_clicked_goesToTheSystemsBrowser()
    {
        QWebEngineView *view = m_pane->currentView();
        evaluate(view, "var a = document.createElement('a'); a.href = 'https://example.org/doc'; a.id = 'out';"
                       "a.style = 'position:fixed;top:0;left:0;width:200px;height:200px;z-index:9999'; a.textContent = 'doc';"
                       "document.body.appendChild(a)");
        QTest::mouseClick(view->focusProxy(), Qt::LeftButton, {}, QPoint(50, 50));
        QTRY_COMPARE_WITH_TIMEOUT(m_external, QList<QUrl>{QUrl("https://example.org/doc")}, 10'000);
        evaluate(view, "document.getElementById('out').remove()");
        QVERIFY(view->url().authority() == m_jupyter.root().authority());
    }

    void requestsToOtherOrigins_neverArrive()
    {
        QTcpServer trap;
        QVERIFY(trap.listen(QHostAddress::LocalHost));
        QSignalSpy connections(&trap, &QTcpServer::newConnection);
        QSignalSpy refused(m_pane.get(), &WebNotebookPane::refused);
        const QString there = QStringLiteral("http://127.0.0.1:%1/").arg(trap.serverPort());

        evaluate(m_pane->currentView(),
                 QStringLiteral("fetch('%1a').catch(() => 0); new Image().src = '%1b'; navigator.sendBeacon('%1c');"
                                "try { new WebSocket('%2d') } catch (e) {} location.href = '%1e'")
                     .arg(there, QString(there).replace("http:", "ws:")));

        QTRY_VERIFY_WITH_TIMEOUT(refused.count() >= 4, 10'000);
        QTest::qWait(300); // time for a connection that must not come
        QCOMPARE(connections.count(), 0);
        QVERIFY(m_pane->currentView()->url().authority() == m_jupyter.root().authority());
    }

    void openedAgainForTheSameAddress_keepsItsPages()
    {
        evaluate(m_pane->currentView(), "window.marker = 7");
        m_pane->open(m_jupyter.root(), m_jupyter.token());
        QCOMPARE(evaluate(m_pane->currentView(), "window.marker").toInt(), 7);
    }

    void pageMenu_zoomsFindsAndSavesAsPdf()
    {
        QWebEngineView *view = m_pane->currentView();
        m_pane->bar()->zoomIn->trigger();
        QCOMPARE(view->zoomFactor(), 1.1);
        QWebEngineView *second = m_pane->openPath("tree");
        QVERIFY(waitForScript(second, "!!document.querySelector('#alternate_upload')?.offsetParent")); // there, and to be seen
        QTRY_COMPARE(second->zoomFactor(), 1.1); // a new tab looks like the others
        m_pane->bar()->zoomReset->trigger();
        QCOMPARE(second->zoomFactor(), 1.0);

        m_pane->bar()->find->trigger();
        auto *text = m_pane->currentFrame()->findChild<QLineEdit *>("findEdit");
        QTRY_VERIFY(text->isVisible());
        text->setText("Upload");
        auto *count = m_pane->currentFrame()->findChild<QLabel *>("findCountLabel");
        QTRY_VERIFY2_WITH_TIMEOUT(count->text().startsWith("1 of "), qPrintable(count->text()), 20000);
        QTest::keyClick(text, Qt::Key_Escape);
        QVERIFY(!text->isVisible());

        QSignalSpy saved(m_pane.get(), &ui::NotebookPane::downloadFinished);
        m_pane->bar()->printToPdf->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 30'000);
        QFile pdf(saved.at(0).at(0).toString());
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.read(5) == "%PDF-");
    }

    void fileChosenInThePagesUpload_arrivesAtJupyter()
    {
        QFile file(m_downloads.filePath("data.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b\n1,2\n");
        file.close();
        m_pane->pickFiles = [&](QWebEnginePage::FileSelectionMode) { return QStringList{file.fileName()}; };
        QWebEngineView *view = m_pane->openPath("tree"); // pages take the answer along when they are made
        QVERIFY(waitForScript(view, "!!document.querySelector('#alternate_upload')?.offsetParent"));
        const QVariantList at = evaluate(view, "(() => { const r = document.querySelector('#alternate_upload').getBoundingClientRect();"
                                               " return [r.x + r.width / 2, r.y + r.height / 2] })()").toList();
        QTest::mouseClick(view->focusProxy(), Qt::LeftButton, {}, QPoint(at.at(0).toInt(), at.at(1).toInt()));
        QVERIFY(waitForScript(view, "!!document.querySelector('.upload_button')"));
        evaluate(view, "document.querySelector('.upload_button').click()");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_jupyter.folder() + "/data.csv"), 20'000);
        m_pane->pickFiles = nullptr;
    }

    void darkWindow_makesTheClassicPageDarkAndBack()
    {
        QWebEngineView *view = m_pane->currentView();
        const QString filter = "getComputedStyle(document.documentElement).filter";
        QCOMPARE(evaluate(view, filter).toString(), "none");
        m_pane->setPalette(nimbook::testing::darkPalette());
        QVERIFY(waitForScript(view, filter + ".includes('invert')"));
        m_pane->bar()->ownColors->setChecked(true);
        QVERIFY(waitForScript(view, filter + " === 'none'"));
        m_pane->bar()->ownColors->setChecked(false);
        m_pane->setPalette(QPalette());
        QVERIFY(waitForScript(view, filter + " === 'none'"));
    }

    void keysOfTheWindow_workWhileThePageHasTheKeyboard()
    {
        QMainWindow window; // stands for the application's own
        QList<QKeySequence> heard;
        for (const QKeySequence &key : {QKeySequence(Qt::Key_F6), QKeySequence(Qt::CTRL | Qt::Key_K), QKeySequence::fromString("Ctrl+F")}) {
            auto *action = new QAction(&window);
            action->setShortcut(key);
            connect(action, &QAction::triggered, this, [&heard, key] { heard.append(key); });
            window.addAction(action);
        }
        window.setCentralWidget(m_pane.get());
        window.resize(1000, 700);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QWidget *page = m_pane->currentView()->focusProxy();
        page->setFocus();
        QTRY_VERIFY(page->hasFocus());
        QTest::keyClick(page, Qt::Key_F6);
        QTest::keyClick(page, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClick(page, Qt::Key_F, Qt::ControlModifier);
        QTRY_COMPARE(heard.size(), 3);
        QVERIFY(m_pane->startFind()); // what the window's Ctrl+F asks first
        QVERIFY(m_pane->currentFrame()->findChild<QLineEdit *>("findEdit")->isVisible());
        m_pane->setParent(nullptr);
        m_pane->show();
    }

    void emptySurfaceInsteadOfThePage_isNoticed()
    {
        ui::RenderWatch *watch = m_pane->currentFrame()->renderWatch();
        const auto picture = std::exchange(watch->picture, [] {
            QImage blank(80, 60, QImage::Format_RGB32);
            blank.fill(Qt::white);
            return blank;
        });
        watch->firstPause = std::chrono::milliseconds(100);
        m_pane->currentView()->reload();
        auto *bar = m_pane->currentFrame()->findChild<ui::ErrorBanner *>("pageBanner");
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 30'000);

        QSignalSpy elsewhere(m_pane.get(), &ui::NotebookPane::shownElsewhere); // whoever has the tunnel lets the browser in
        bar->findChild<QPushButton *>("openInBrowserButton")->click();
        QTRY_COMPARE(m_external.size(), 1);
        QCOMPARE(elsewhere.size(), 1);
        QCOMPARE(elsewhere.first().first().toUrl().port(), m_jupyter.root().port());
        QVERIFY2(m_external.first().isLocalFile(), "the token must not be in the browser's arguments");
        QFile page(m_external.first().toLocalFile());
        QVERIFY(page.open(QIODevice::ReadOnly));
        QVERIFY(page.readAll().contains("token=" + m_jupyter.token().reveal()));
        QCOMPARE(page.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther), QFile::Permissions());
        watch->picture = picture;
        bar->clear();
    }

    void wrongToken_showsNoFiles()
    {
        WebNotebookPane stranger(m_gate, m_downloads.path());
        stranger.open(m_jupyter.root(), Secret("wrong"));
        QVERIFY(waitForScript(stranger.currentView(), "!!document.querySelector('#password_input, #login_submit, .login')"));
    }

private:
    JupyterFixture m_jupyter;
    QTemporaryDir m_downloads;
    QList<QUrl> m_external;
    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    std::unique_ptr<WebNotebookPane> m_pane;
};

QTEST_MAIN(NotebookPaneTest)
#include "notebook_pane_test.moc"
