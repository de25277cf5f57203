// SPDX-License-Identifier: Apache-2.0
#include "support/jupyter_fixture.h"
#include "ui/notebook/web_notebook_pane.h"

#include <QFile>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebEngineView>

using namespace nimbook;
using nimbook::testing::JupyterFixture;
using nimbook::ui::WebNotebookPane;

namespace {

/// What \a script gives on the page; an invalid variant when it does not answer.
QVariant evaluate(QWebEngineView *view, const QString &script)
{
    auto answer = std::make_shared<std::optional<QVariant>>();
    view->page()->runJavaScript(script, [answer](const QVariant &value) { *answer = value; });
    (void)QTest::qWaitFor([&] { return answer->has_value(); }, 10'000);
    return answer->value_or(QVariant());
}

bool waitForScript(QWebEngineView *view, const QString &condition, int milliseconds = 30'000)
{
    return QTest::qWaitFor([&] { return evaluate(view, condition).toBool(); }, milliseconds);
}

} // namespace

class NotebookPaneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_jupyter.start(), qPrintable(m_jupyter.log()));
        m_pane = std::make_unique<WebNotebookPane>(m_downloads.path());
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
                                        " && Jupyter.notebook.kernel.is_connected()"));
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

    void wrongToken_showsNoFiles()
    {
        WebNotebookPane stranger(m_downloads.path());
        stranger.open(m_jupyter.root(), Secret("wrong"));
        QVERIFY(waitForScript(stranger.currentView(), "!!document.querySelector('#password_input, #login_submit, .login')"));
    }

private:
    JupyterFixture m_jupyter;
    QTemporaryDir m_downloads;
    QList<QUrl> m_external;
    std::unique_ptr<WebNotebookPane> m_pane;
};

QTEST_MAIN(NotebookPaneTest)
#include "notebook_pane_test.moc"
