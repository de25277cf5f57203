// SPDX-License-Identifier: Apache-2.0
#include "models/run_notices.h"
#include "support/own_bus.h"
#include "support/process_tree.h"
#include "support/sandbox_machine.h"
#include "ui/common/desktop_notice.h"
#include "workspace/detached_run.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxMachine;
using workspace::ActivityEntry;

/// Stands for the desktop's notification service (org.freedesktop.Notifications) on the session bus; see moveToOwnBus().
class NoticeService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint id = 0;
        uint replaces = 0;
        QString title;
        QString text;
        QStringList actions;
        QVariantMap hints;
    };

    /// False: there is no bus, or another service has the name.
    bool start()
    {
        return m_bus.isConnected() && m_bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), this, QDBusConnection::ExportAllSlots)
            && m_bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
    }
    /// The person clicks on the notice.
    void press(uint id)
    {
        QDBusMessage pressed = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/Notifications"), QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("ActionInvoked"));
        pressed.setArguments({id, QStringLiteral("default")});
        m_bus.send(pressed);
    }

    QList<Shown> shown;

public Q_SLOTS:
    uint Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &text, const QStringList &actions, const QVariantMap &hints, int)
    {
        const uint id = replaces != 0 ? replaces : uint(shown.size()) + 41;
        shown.append({id, replaces, title, text, actions, hints});
        return id;
    }

private:
    // A connection of its own: the program under test must not find it in the same process without the bus.
    QDBusConnection m_bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("notice service"));
};

/// A notebook that runs in the background on a machine of the sandbox, over the end of the program that started it.
class DetachedRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QString problem = m_machine.make(QStringLiteral("night-1"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        problem = m_machine.openNotebook();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void cleanupTestCase()
    {
        m_notices.reset();
        m_machine.end();
    }

    void appStartedAgain_theRunIsListedAndItsEndIsToldOnTheDesktop()
    {
        NoticeService desktop;
        if (!desktop.start())
            QSKIP("there is no session bus: dbus-run-session is not installed");
        const QString output = startRun(QStringLiteral("long.ipynb"), {"import os, time\nwhile not os.path.exists('/src/go'): time.sleep(0.1)", "print(6 * 7)"});
        QCOMPARE(m_machine.app->space->settings().detachedRuns(m_machine.session().machine().id).size(), 1);

        // when the program ends and is started again, and nobody opens anything
        m_notices.reset();
        QCOMPARE(m_machine.startApp(), QString());
        ui::DesktopNotice notice;
        tellOn(notice);
        QTRY_VERIFY_WITH_TIMEOUT(entry(QStringLiteral("long.ipynb")), 20'000);
        QCOMPARE(entry(QStringLiteral("long.ipynb"))->state, Job::State::Running);
        // then it is found again by a connection of its own, with its cells
        QTRY_COMPARE_WITH_TIMEOUT(entry(QStringLiteral("long.ipynb"))->progress.total, qint64(2), 60'000);
        QVERIFY(!m_machine.session().isNotebookOpen());
        QVERIFY(desktop.shown.isEmpty());
        // and by another one when that is cut
        QSignalSpy changes(&m_machine.session(), &workspace::MachineSession::connectionChanged);
        nimbook::testing::cutSshSessions(m_machine.sandbox().pid());
        QTRY_VERIFY_WITH_TIMEOUT(!changes.isEmpty(), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(m_machine.session().isConnected(), 60'000);
        QVERIFY(!m_machine.session().isNotebookOpen());

        QVERIFY(m_machine.run("touch /src/go").contains("alldone"));
        QTRY_COMPARE_WITH_TIMEOUT(entry(QStringLiteral("long.ipynb"))->state, Job::State::Succeeded, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(desktop.shown.size(), 1, 20'000);
        QCOMPARE(desktop.shown.first().title, QStringLiteral("long.ipynb has run to its end"));
        QVERIFY2(desktop.shown.first().text.contains(output) && desktop.shown.first().text.contains(QStringLiteral("night-1")), qPrintable(desktop.shown.first().text));
        QVERIFY(m_machine.run("cat " + output.toUtf8()).contains("42\\n"));

        // and it is over: the next start knows nothing of it
        QVERIFY(m_machine.app->space->settings().detachedRuns(m_machine.session().machine().id).isEmpty());

        QSignalSpy pressed(&notice, &ui::DesktopNotice::activated);
        desktop.press(desktop.shown.first().id + 7); // somebody else's
        desktop.press(desktop.shown.first().id);
        QTRY_COMPARE_WITH_TIMEOUT(pressed.size(), 1, 20'000);
    }

    void runThatEndedMeanwhile_isToldAtTheNextStart()
    {
        NoticeService desktop;
        if (!desktop.start())
            QSKIP("there is no session bus: dbus-run-session is not installed");
        startRun(QStringLiteral("broken.ipynb"), {"1 / 0"});
        const auto &machine = m_machine.session().machine();
        m_notices.reset();
        const auto known = m_machine.app->space->settings().detachedRuns(machine.id).constFirst();
        QVERIFY(m_machine.run("until [ -s /src/.nimbook/runs/" + known.name.toUtf8() + "/state ]; do sleep 0.2; done").contains("alldone"));
        // It is known to have failed by now, or will be: the program ends as if it had not heard.
        auto &settings = m_machine.app->space->settings();
        settings.setDetachedRuns(machine.id, {known});
        QCOMPARE(m_machine.startApp(), QString());
        ui::DesktopNotice notice;
        tellOn(notice);
        QTRY_COMPARE_WITH_TIMEOUT(desktop.shown.size(), 1, 60'000);
        QCOMPARE(desktop.shown.first().title, QStringLiteral("broken.ipynb has stopped"));
        QVERIFY2(desktop.shown.first().text.contains(QStringLiteral("ZeroDivisionError")), qPrintable(desktop.shown.first().text));
        // Followed, and not run a second time.
        QCOMPARE(m_machine.run("ls /src/outputs | grep -c '^broken-'; echo").simplified().contains(" 1 "), true);
    }

    void runThatTheMachineLost_isSaidAndNotStartedAgain()
    {
        const QString id = m_machine.session().machine().id;
        m_notices.reset();
        m_machine.app->space->settings().setDetachedRuns(id, {{QStringLiteral("broken.ipynb"), QStringLiteral("20200101-000000-1234")}});
        QCOMPARE(m_machine.startApp(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(entry(QStringLiteral("broken.ipynb")), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(entry(QStringLiteral("broken.ipynb"))->state, Job::State::Failed, 60'000);
        QCOMPARE(entry(QStringLiteral("broken.ipynb"))->error.kind, ErrorKind::NotFound);
        QVERIFY(m_machine.run("ls -d /src/.nimbook/runs/20200101-000000-1234").contains("No such file"));
        QVERIFY(m_machine.app->space->settings().detachedRuns(id).isEmpty());
    }

    void watchedPage_isNotInterrupted()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_machine.session().isConnected(), 60'000);
        bool watched = true;
        models::RunNotices notices(*m_machine.app->space, [&](const cloud::InstanceRef &ref) { return watched && ref == m_machine.ref; });
        QSignalSpy told(&notices, &models::RunNotices::notice);
        auto *run = m_machine.session().runInBackground(QStringLiteral("broken.ipynb"));
        QCOMPARE(App::endOf(run).state, Job::State::Failed);
        QVERIFY(told.isEmpty());
        watched = false;
        run = m_machine.session().runInBackground(QStringLiteral("broken.ipynb"));
        QCOMPARE(App::endOf(run).state, Job::State::Failed);
        QTRY_COMPARE(told.size(), 1);
    }

private:
    /// Starts it, and waits until the machine has it in hand; where its outputs will be.
    QString startRun(const QString &name, const QStringList &cells)
    {
        QJsonArray list;
        for (const QString &cell : cells)
            list.append(QJsonObject{{"cell_type", "code"}, {"source", cell}, {"metadata", QJsonObject()}, {"outputs", QJsonArray()}, {"execution_count", QJsonValue()}});
        const QJsonObject kernel{{"name", "python3"}, {"display_name", "Python 3"}};
        const QByteArray text = QJsonDocument(QJsonObject{{"cells", list}, {"metadata", QJsonObject{{"kernelspec", kernel}}}, {"nbformat", 4}, {"nbformat_minor", 4}}).toJson(QJsonDocument::Compact);
        if (!m_machine.run("echo " + text.toBase64() + " | base64 -d >/src/" + name.toUtf8()).contains("alldone"))
            return {};
        auto *run = m_machine.session().runInBackground(name);
        const QString output = run->output();
        const QString folder = QStringLiteral("/src/.nimbook/runs/") + run->known().name;
        if (!m_machine.run("until [ -s " + folder.toUtf8() + "/pid ]; do sleep 0.1; done").contains("alldone"))
            return {};
        return output;
    }

    void tellOn(ui::DesktopNotice &notice)
    {
        m_notices = std::make_unique<models::RunNotices>(*m_machine.app->space, [](const cloud::InstanceRef &) { return false; });
        connect(m_notices.get(), &models::RunNotices::notice, &notice, [&notice](const QString &title, const QString &text) { notice.show(title, text); });
    }

    /// The newest line of the activity list about \a notebook; null: there is none.
    const ActivityEntry *entry(const QString &notebook) const
    {
        for (const ActivityEntry &one : m_machine.app->space->activity().entries())
            if (one.title.startsWith(QStringLiteral("Running %1 on").arg(notebook)))
                return &one;
        return nullptr;
    }

    SandboxMachine m_machine;
    std::unique_ptr<models::RunNotices> m_notices;
};

int main(int argc, char **argv)
{
    nimbook::testing::moveToOwnBus(argc, argv);
    QApplication application(argc, argv);
    DetachedRunTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "detached_run_test.moc"
