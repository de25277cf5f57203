// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/workspace/workspace_fixture.h"
#include "workspace/machine_container.h"
#include "workspace/machine_session.h"

#include <QTemporaryDir>

namespace nimbook::testing {

/// A sandbox of its own, the app signed in to it on folders of its own, and one machine that the app made there.
///
///     const QString problem = m_machine.make(QStringLiteral("box-1"));
///     QVERIFY2(problem.isEmpty(), qPrintable(problem));
class SandboxMachine {
public:
    ~SandboxMachine() { end(); }

    void end() ///< the app before the sandbox that it talks to
    {
        app.reset();
        m_sandbox.reset();
    }

    /// Empty: the machine is in the list, and nothing is connected yet. Again: another machine, which is then the one of session().
    QString make(const QString &name)
    {
        if (!app) {
            if (const QString problem = startApp(); !problem.isEmpty())
                return problem;
        }
        const auto spec = app->spec(name);
        ref = spec.ref;
        const auto end = App::endOf(app->space->createMachine(spec));
        return end.ok() ? QString() : QString::fromUtf8(end.why());
    }

    /// The app is ended, if it runs, and started on the same folders; the machines go on. Empty: signed in.
    QString startApp()
    {
        app.reset();
        if (!m_sandbox)
            m_sandbox = std::make_unique<SandboxFixture>();
        if (!m_sandbox->isRunning())
            return QStringLiteral("the sandbox did not start: ") + m_sandbox->log();
        app = std::make_unique<App>(*m_sandbox, m_folder.path());
        return app->signIn(SandboxFixture::emptyProject());
    }

    /// Empty: the notebook is open.
    QString openNotebook()
    {
        const auto end = App::endOf(session().openNotebook());
        return end.ok() ? QString() : QString::fromUtf8(end.why());
    }

    /// Types \a command into a shell on the machine; what it printed, or "no answer" after 30 s.
    QByteArray run(const QByteArray &command)
    {
        const std::unique_ptr<ssh::RemoteTerminal> shell(session().openShell(workspace::MachineSession::Shell::Machine, {200, 50}, nullptr));
        if (!shell)
            return "not connected";
        QByteArray seen;
        QObject::connect(shell.get(), &ssh::RemoteCommand::outputReceived, shell.get(), [&seen](const QByteArray &bytes) { seen += bytes; });
        shell->start();
        if (!QTest::qWaitFor([&seen] { return !seen.isEmpty(); }, 30'000)) // a shell that still starts may drop what is typed
            return "no prompt";
        // Asked for with a space in it, answered without one: the echo of what is typed is no answer.
        shell->write(command + "\nprintf 'all%s\\n' done\n");
        return QTest::qWaitFor([&seen] { return seen.contains("alldone"); }, 30'000) ? seen : "no answer: " + seen;
    }

    workspace::MachineSession &session() { return *app->space->session(ref); }
    SandboxFixture &sandbox() const { return *m_sandbox; }
    const QTemporaryDir &folder() const { return m_folder; }

    std::unique_ptr<App> app;
    cloud::InstanceRef ref;

private:
    QTemporaryDir m_folder;
    std::unique_ptr<SandboxFixture> m_sandbox;
};

} // namespace nimbook::testing
