// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_fixture.h"
#include "support/delay_proxy.h"
#include "support/screenshots.h"
#include "ssh/tunnel.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/web_notebook_pane.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>
#include <QWebEngineView>

using namespace nimbook;
using nimbook::testing::EngineFixture;
using nimbook::ui::WebNotebookPane;

/// JupyterLab 4 of Debian 13 in a real container, through our tunnel, in our window.
class JupyterlabPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = m_machine.unavailable(); !why.isEmpty())
            QSKIP(qPrintable(why));
        const QString problem = m_machine.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        if (!m_machine.cannotRun().isEmpty())
            QSKIP(qPrintable(m_machine.cannotRun()));
        QCOMPARE(m_machine.run(QStringLiteral("mkdir -p /src && echo 'some data' >/src/data.txt")).status, 0);
        jupyter::ContainerSpec spec;
        spec.image = EngineFixture::image();
        QString why;
        const auto server = m_machine.valueOf<jupyter::Server>(new jupyter::RunContainer(m_machine.session(), spec, nullptr), &why);
        QVERIFY2(server, qPrintable(why));
        m_road = std::make_unique<testing::DelayProxy>(m_machine.settings().port, std::chrono::milliseconds(0));
        ssh::ConnectionSettings settings = m_machine.settings();
        settings.port = m_road->port();
        m_tunnel = std::make_unique<ssh::Tunnel>(settings, server->port);
        m_tunnel->open(0);
        QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->state(), ssh::Tunnel::State::Live, 20'000);
        m_pane = std::make_unique<WebNotebookPane>(m_gate, m_downloads.path());
        m_pane->resize(1200, 800);
        m_pane->show();
        m_pane->open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_tunnel->localPort())), server->token);
    }
    void cleanupTestCase()
    {
        m_pane.reset();
        m_tunnel.reset();
        m_road.reset();
    }

    void launcherAndFiles_areThere()
    {
        QVERIFY2(waitFor("document.querySelectorAll('.jp-LauncherCard').length >= 3", 90'000), qPrintable(evaluate("document.title").toString()));
        QVERIFY(waitFor("[...document.querySelectorAll('.jp-DirListing-itemText')].some(e => e.textContent === 'data.txt')"));
    }

    void menuOfFiles_hasNoEntryThatEndsJupyter()
    {
        const QVariantList at = evaluate("(() => { const r = [...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.textContent.trim() === 'File').getBoundingClientRect();"
                                         " return [r.x + r.width / 2, r.y + r.height / 2] })()").toList();
        QCOMPARE(at.size(), 2);
        QTest::mouseClick(m_pane->currentView()->focusProxy(), Qt::LeftButton, {}, QPoint(at[0].toInt(), at[1].toInt()));
        QVERIFY(waitFor("[...document.querySelectorAll('.lm-Menu-itemLabel')].some(e => /^Save/.test(e.textContent))"));
        const QString entries = evaluate("[...document.querySelectorAll('.lm-Menu-item:not(.lm-mod-hidden) .lm-Menu-itemLabel')].map(e => e.textContent).join('|')").toString();
        QVERIFY2(!entries.contains(QStringLiteral("Log Out")) && !entries.split(u'|').contains(QStringLiteral("Shut Down")), qPrintable(entries));
        QTest::keyClick(m_pane->currentView()->focusProxy(), Qt::Key_Escape);
        QVERIFY(waitFor("!document.querySelector('.lm-Menu-itemLabel')"));
    }

    void notebook_runsACell()
    {
        QVERIFY(waitFor("!!document.querySelector('.jp-LauncherCard[data-category=Notebook]')"));
        evaluate("document.querySelector('.jp-LauncherCard[data-category=Notebook]').click()");
        QVERIFY(waitFor("!!document.querySelector('.jp-Notebook .jp-CodeCell .cm-content')", 60'000));
        QVERIFY2(waitFor("/idle/i.test(document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status ?? '')", 90'000), // what comes before is not run
                 qPrintable(evaluate("document.querySelector('.jp-Notebook-ExecutionIndicator')?.outerHTML").toString()));
        evaluate("document.querySelector('.jp-Notebook .jp-CodeCell .cm-content').focus()");
        QWidget *keys = m_pane->currentView()->focusProxy();
        keys->setFocus();
        QVERIFY(waitFor("!!document.activeElement?.closest('.jp-CodeCell')")); // a launcher that still fades out takes keys for itself
        QTest::keyClicks(keys, QStringLiteral("print(6*7)"));
        QVERIFY2(waitFor("document.querySelector('.jp-CodeCell .cm-content').textContent.includes('print(6*7)')"),
                 qPrintable(evaluate("document.querySelector('.jp-CodeCell .cm-content').textContent").toString()));
        // JupyterLab says that its kernel is idle, and drops what is run, until it has connected to it: somebody would press again.
        bool isRun = false;
        for (int press = 0; press < 6 && !isRun; ++press) {
            evaluate("document.querySelector('.jp-Notebook .jp-CodeCell .cm-content').focus()");
            QTest::keyClick(keys, Qt::Key_Return, Qt::ShiftModifier);
            isRun = waitFor("[...document.querySelectorAll('.jp-OutputArea-output')].some(e => e.textContent.trim() === '42')", 15'000);
        }
        QVERIFY2(isRun, qPrintable(evaluate("document.querySelector('.jp-Notebook')?.innerText").toString()));
    }

    void cutWhileACellCounts_kernelAndPageStay()
    {
        evaluate("window.notReloaded = true");
        QVERIFY(typeCell(QStringLiteral("kept=4711;import time;[time.sleep(.1) or print('beat',n) for n in range(40)][-1]")));
        QVERIFY(waitFor(shows("beat 3").constData()));

        m_road->cut();

        QTRY_VERIFY_WITH_TIMEOUT(m_tunnel->state() == ssh::Tunnel::State::Reconnecting, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->state(), ssh::Tunnel::State::Live, 30'000);
        QVERIFY2(waitFor(shows("beat 39").constData(), 90'000), qPrintable(evaluate("document.querySelector('.jp-Notebook')?.innerText").toString()));
        QVERIFY(typeCell(QStringLiteral("print('still',kept)")));
        QVERIFY2(waitFor(shows("still 4711").constData(), 60'000), qPrintable(evaluate("document.querySelector('.jp-Notebook')?.innerText").toString()));
        QVERIFY(evaluate("window.notReloaded === true").toBool());
    }

    void terminal_isAShellInTheContainer()
    {
        m_pane->openPath(QStringLiteral("lab/workspaces/second")); // with a launcher of its own
        QVERIFY(waitFor("[...document.querySelectorAll('.jp-LauncherCard')].some(e => e.title.includes('terminal'))", 90'000));
        evaluate("[...document.querySelectorAll('.jp-LauncherCard')].find(e => e.title.includes('terminal')).click()");
        QVERIFY(waitFor("!!document.querySelector('.jp-Terminal .xterm-helper-textarea')", 60'000));
        evaluate("document.querySelector('.jp-Terminal .xterm-helper-textarea').focus()");
        QWidget *keys = m_pane->currentView()->focusProxy();
        keys->setFocus();
        // Typed until the shell has taken it: its prompt cannot be read from a canvas.
        QTRY_VERIFY_WITH_TIMEOUT((QTest::keyClicks(keys, QStringLiteral("hostname >/src/from-terminal\r")), QTest::qWait(500), fileSize("/src/from-terminal") > 0), 60'000);
        QCOMPARE(m_machine.run(QStringLiteral("cat /src/from-terminal")).out.trimmed(),
                 m_machine.run(QStringLiteral("docker inspect -f '{{.Config.Hostname}}' nimbook-jupyter")).out.trimmed());
    }

    void file_isDownloaded()
    {
        QSignalSpy finished(m_pane.get(), &ui::NotebookPane::downloadFinished);
        // As the file browser does for its menu's Download.
        evaluate("var a = document.createElement('a'); a.href = '/files/data.txt'; a.download = ''; a.target = '_blank'; document.body.appendChild(a); a.click()");
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
        QFile saved(finished.at(0).at(0).toString());
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(saved.readAll(), QByteArray("some data\n"));
    }

    void darkWindow_getsJupyterLabsOwnDarkThemeUntilOneIsChosen()
    {
        m_pane->openPath(QStringLiteral("lab/workspaces/third"));
        QVERIFY2(waitFor("!!document.querySelector('.jp-LauncherCard') && document.body.dataset.jpThemeLight === 'true'", 90'000), qPrintable(evaluate("JSON.stringify(document.body.dataset)").toString()));
        m_pane->setPalette(testing::darkPalette());
        QVERIFY2(waitFor("document.body.dataset.jpThemeLight === 'false' && getComputedStyle(document.body).getPropertyValue('--jp-layout-color1').trim() !== 'white'"),
                 qPrintable(evaluate("document.body.dataset.jpThemeName + getComputedStyle(document.body).getPropertyValue('--jp-layout-color1')").toString()));
        testing::picture(*m_pane, QStringLiteral("lab-dark-live"));

        // loaded anew, JupyterLab does it itself
        m_pane->currentView()->reload();
        QVERIFY(waitFor("!!document.querySelector('.jp-LauncherCard') && document.body.dataset.jpThemeLight === 'false' && !document.getElementById('nimbook-lab-theme')", 90'000));
        testing::picture(*m_pane, QStringLiteral("lab-dark-loaded"));
        evaluate("window.raw = null; nimbookTheme.fetch.call(window, '/lab/api/settings/@jupyterlab/apputils-extension:themes').then(r => r.json()).then(s => window.raw = s.raw)");
        QVERIFY(waitFor("window.raw !== null"));
        QVERIFY2(evaluate("!/\"theme\"\\s*:/.test(window.raw)").toBool(), qPrintable(evaluate("window.raw").toString())); // nothing was stored for it

        // what the person chooses counts more
        evaluate("window.put = 0; fetch('/lab/api/settings/@jupyterlab/apputils-extension:themes', {method: 'PUT', body: JSON.stringify({raw: '{\"theme\": \"JupyterLab Light\"}'})}).then(r => window.put = r.status)");
        QVERIFY2(waitFor("window.put === 204"), qPrintable(evaluate("window.put").toString()));
        m_pane->currentView()->reload();
        QVERIFY(waitFor("!!document.querySelector('.jp-LauncherCard') && document.body.dataset.jpThemeLight === 'true'", 90'000));
        m_pane->setPalette(QPalette());
        m_pane->setPalette(testing::darkPalette());
        QTest::qWait(500); // time for what must not happen
        QCOMPARE(evaluate("document.body.dataset.jpThemeLight").toString(), QStringLiteral("true"));
        m_pane->setPalette(QPalette());
    }

private:
    QVariant evaluate(const char *script)
    {
        auto answer = std::make_shared<std::optional<QVariant>>();
        m_pane->currentView()->page()->runJavaScript(QString::fromUtf8(script), [answer](const QVariant &value) { *answer = value; });
        (void)QTest::qWaitFor([&] { return answer->has_value(); }, 10'000);
        return answer->value_or(QVariant());
    }
    bool waitFor(const char *condition, int milliseconds = 30'000)
    {
        return QTest::qWaitFor([&] { return evaluate(condition).toBool(); }, milliseconds);
    }
    static QByteArray shows(const QByteArray &text)
    {
        return "[...document.querySelectorAll('.jp-OutputArea-output')].some(e => e.textContent.includes('" + text + "'))";
    }
    /// Into the cell below all others, and runs it.
    bool typeCell(const QString &code)
    {
        const QByteArray cell = "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .cm-content')].at(-1)";
        QWidget *keys = m_pane->currentView()->focusProxy();
        keys->setFocus();
        evaluate((cell + ".focus()").constData());
        if (!waitFor(("document.activeElement === " + cell + " && " + cell + ".textContent === ''").constData()))
            return false;
        QTest::keyClicks(keys, code);
        const QByteArray end = code.right(8).toUtf8().replace('\'', "\\'");
        if (!waitFor((cell + ".textContent.includes('" + end + "')").constData()))
            return false;
        QTest::keyClick(keys, Qt::Key_Return, Qt::ShiftModifier);
        return true;
    }
    qint64 fileSize(const char *path) { return m_machine.run(QStringLiteral("stat -c %s %1 2>/dev/null || echo 0").arg(QLatin1String(path))).out.trimmed().toLongLong(); }

    EngineFixture m_machine{QStringLiteral("trixie")};
    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    QTemporaryDir m_downloads;
    std::unique_ptr<testing::DelayProxy> m_road; // can be cut
    std::unique_ptr<ssh::Tunnel> m_tunnel;
    std::unique_ptr<WebNotebookPane> m_pane;
};

QTEST_MAIN(JupyterlabPageTest)
#include "jupyterlab_page_test.moc"
