// SPDX-License-Identifier: Apache-2.0
#include "ssh/tunnel.h"
#include "support/jupyter_fixture.h"
#include "support/sshd_fixture.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/web_notebook_pane.h"

#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QWebEngineView>

using namespace nimbook;
using nimbook::testing::JupyterFixture;
using nimbook::testing::SshdFixture;
using nimbook::ui::WebNotebookPane;

/// The real page of the real Jupyter with a real kernel behind a real sshd that is cut. See also ssh_tunnel_heals_test, with a hundred cuts.
class NotebookHealsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_jupyter.start(), qPrintable(m_jupyter.log()));
        QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
        m_tunnel = std::make_unique<ssh::Tunnel>(at(m_sshd), quint16(m_jupyter.root().port()));
        m_tunnel->setProbe("/api");
        m_tunnel->open(0);
        QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->phase(), ssh::Tunnel::Phase::Live, 20'000);
        m_pane = std::make_unique<WebNotebookPane>(m_gate, m_downloads.path());
        m_pane->resize(1000, 700);
        m_pane->show();
        m_pane->open(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_tunnel->localPort())), m_jupyter.token());
        QVERIFY(waitFor("!!document.querySelector('#new-menu li[id^=kernel-] a')"));
        evaluate("document.querySelector('#new-menu li[id^=kernel-] a').click()");
        QTRY_COMPARE_WITH_TIMEOUT(m_pane->tabs()->count(), 2, 30'000);
        QVERIFY(waitFor("typeof Jupyter !== 'undefined' && !!Jupyter.notebook && !!Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()"));
        QVERIFY(runCell("token = 4711; print('made', token)", "made 4711"));
        evaluate("window.notReloaded = true");
    }
    void cleanupTestCase()
    {
        m_pane.reset();
        m_tunnel.reset();
    }

    void cut_pageAndVariableAreStillThere_data()
    {
        QTest::addColumn<QString>("cut");
        QTest::newRow("connection dropped") << QStringLiteral("drop");
        QTest::newRow("sshd killed and started") << QStringLiteral("kill");
        QTest::newRow("silence") << QStringLiteral("freeze");
        QTest::newRow("sleep") << QStringLiteral("sleep");
        QTest::newRow("the machine is elsewhere") << QStringLiteral("move");
        QTest::newRow("dropped again") << QStringLiteral("drop");
    }
    void cut_pageAndVariableAreStillThere()
    {
        QFETCH(QString, cut);
        // A cell counts over the cut: what it prints meanwhile is kept by the server and shown afterwards.
        const QString marker = QStringLiteral("beat%1").arg(++m_round);
        start(QStringLiteral("import time\\nany(time.sleep(0.1) or print('%1', n, flush=True) for n in range(30))").arg(marker));
        QVERIFY(waitFor(shows(marker + QStringLiteral(" 3\\n"))));
        if (cut == QLatin1String("drop")) {
            m_here->cutSessions();
        } else if (cut == QLatin1String("sleep")) { // the far side gave up on us meanwhile; on waking somebody says so
            QSignalSpy states(m_tunnel.get(), &ssh::Tunnel::stateChanged);
            m_here->freeze();
            QTest::qWait(400);
            m_here->cutSessions();
            m_here->thaw();
            m_tunnel->suspectLink();
            QTRY_VERIFY_WITH_TIMEOUT(!states.isEmpty(), 20'000);
        } else if (cut == QLatin1String("move")) {
            QVERIFY2(m_elsewhere.start(), qPrintable(m_elsewhere.errorString()));
            m_here->kill();
            m_here = &m_elsewhere;
            m_tunnel->setConnection(at(m_elsewhere));
            m_tunnel->reconnectNow();
            QTRY_VERIFY_WITH_TIMEOUT(m_elsewhere.sessionProcessCount() > 0, 20'000);
        } else if (cut == QLatin1String("kill")) {
            m_here->kill();
            QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->state(), ssh::Tunnel::State::Reconnecting, 20'000);
            QVERIFY2(m_here->restart(), qPrintable(m_here->errorString()));
        } else {
            m_here->freeze();
            QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->state(), ssh::Tunnel::State::Reconnecting, 20'000);
            m_here->thaw();
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_tunnel->phase(), ssh::Tunnel::Phase::Live, 30'000);
        QVERIFY(waitFor("Jupyter.notebook.kernel.is_connected()", 60'000));
        // Into a link that is silently dead Jupyter goes on sending, and nobody keeps that; after every other cut it knows and keeps it.
        for (int beat : cut == QLatin1String("freeze") || cut == QLatin1String("sleep") ? QList<int>{0, 3} : QList<int>{0, 15, 29})
            QVERIFY2(waitFor(shows(QStringLiteral("%1 %2\\n").arg(marker).arg(beat)), 60'000), qPrintable(QString::number(beat)));
        QVERIFY(runCell(QStringLiteral("print('still', token, %1)").arg(m_round), QStringLiteral("still 4711 %1").arg(m_round)));
        QVERIFY(evaluate("window.notReloaded === true").toBool());
    }

private:
    static ssh::ConnectionSettings at(const SshdFixture &sshd)
    {
        ssh::ConnectionSettings settings = sshd.settings();
        settings.keepAliveInterval = std::chrono::milliseconds(500);
        return settings;
    }
    QVariant evaluate(const QString &script)
    {
        auto answer = std::make_shared<std::optional<QVariant>>();
        m_pane->currentView()->page()->runJavaScript(script, [answer](const QVariant &value) { *answer = value; });
        (void)QTest::qWaitFor([&] { return answer->has_value(); }, 10'000);
        return answer->value_or(QVariant());
    }
    bool waitFor(const QString &condition, int milliseconds = 60'000)
    {
        return QTest::qWaitFor([&] { return evaluate(condition).toBool(); }, milliseconds);
    }
    static QString shows(const QString &text)
    {
        return QStringLiteral("Jupyter.notebook.get_cells().some(c => c.output_area && c.output_area.outputs.some(o => (o.text || '').includes('%1')))").arg(text);
    }
    void start(const QString &code)
    {
        evaluate(QStringLiteral("(() => { const c = Jupyter.notebook.insert_cell_at_bottom('code'); c.set_text(\"%1\"); c.execute(); return true })()").arg(code));
    }
    bool runCell(const QString &code, const QString &text)
    {
        start(code);
        return waitFor(shows(text));
    }

    JupyterFixture m_jupyter;
    SshdFixture m_sshd;
    SshdFixture m_elsewhere; // the same machine at another address
    SshdFixture *m_here = &m_sshd;
    std::shared_ptr<ui::EngineGate> m_gate = std::make_shared<ui::EngineGate>();
    QTemporaryDir m_downloads;
    std::unique_ptr<ssh::Tunnel> m_tunnel;
    std::unique_ptr<WebNotebookPane> m_pane;
    int m_round = 0;
};

QTEST_MAIN(NotebookHealsTest)
#include "notebook_heals_test.moc"
