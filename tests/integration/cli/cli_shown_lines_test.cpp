// SPDX-License-Identifier: Apache-2.0
// The lines of "Show the command", run by a shell as somebody would paste them, on a machine of the sandbox.
#include "cli_fixture.h"
#include "integration/workspace/workspace_fixture.h"

#include "models/machine_commands.h"
#include "workspace/ssh_command_line.h"

#include <QStandardPaths>
#include <QTcpServer>

#include <csignal>

using namespace nimbook;
using testing::App;
using testing::CliFixture;
using testing::SandboxClient;
using testing::SandboxFixture;

class CliShownLinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void shellsAndMonitor();
    void forwards_leadToTheMachine();
    void container_isRunRestartedAndLookedAt();
    void packages_areInstalledRecordedAndRecreated();
    void notebook_runsInTheBackground();
    void files_goThereAndBack();
    void folders_areSynchronised();
    void image_isBuilt_containerStoppedAndRemoved();
    void project_isListedAndItsRequestsAreTaken();
    void machine_isStoppedStartedResetAndDeleted();

private:
    using Words = QMap<QString, QString>;

    QString lineOf(const char *id, const QString &title, const Words &words = {}) const
    {
        for (const auto &list : {models::machineCommands(m_machine, m_context), models::projectCommands(SandboxFixture::emptyProject(), m_context)}) {
            for (const auto &command : list) {
                if (command.id != QLatin1String(id))
                    continue;
                for (const auto &form : command.forms) {
                    if (form.title != title)
                        continue;
                    QString line = form.text;
                    for (auto it = words.cbegin(); it != words.cend(); ++it)
                        line.replace(it.key(), it.value());
                    return line;
                }
            }
        }
        return QStringLiteral("echo there is no line for %1 >&2; exit 99").arg(QLatin1String(id));
    }
    CliFixture::End run(const char *id, const QString &title = QStringLiteral("nimbookctl"), const Words &words = {}) const
    {
        return inShell(lineOf(id, title, words));
    }
    CliFixture::End inShell(const QString &line) const
    {
        const auto shell = m_cli->start(QStringLiteral("/bin/sh"), {QStringLiteral("-euc"), line});
        auto end = CliFixture::endOf(*shell);
        end.errorOutput += "\n" + line.toUtf8();
        return end;
    }
    /// Runs until the address answers, then ends as with Ctrl+C. \return what was answered
    QByteArray answerThrough(const QString &line, quint16 port, const QString &path) const
    {
        const auto process = m_cli->start(QStringLiteral("/bin/sh"), {QStringLiteral("-euc"), QStringLiteral("exec ") + line});
        QByteArray answer;
        if (!QTest::qWaitFor([&] {
                answer = App::get(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)), path, {}).body;
                return !answer.isEmpty() || process->state() == QProcess::NotRunning;
            }, 40'000) || answer.isEmpty())
            answer = "no answer: " + process->readAllStandardError() + line.toUtf8();
        process->terminate();
        CliFixture::endOf(*process, 20'000);
        return answer;
    }
    static QString ssh() { return QStringLiteral("ssh"); }
    static quint16 freePort()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        return server.serverPort();
    }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_cli->folder() + u'/' + name);
        QVERIFY(QDir().mkpath(QFileInfo(file).path()) && file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    CliFixture::End onMachine(const QString &line) const
    {
        QStringList words = workspace::sshCommandLine(m_context.connection, m_context.hostKeyFile); // quicker than nimbookctl, which looks the machine up
        return inShell(workspace::shellText(words + QStringList{line}));
    }

    QTemporaryDir m_home;
    SandboxFixture m_sandbox;
    std::unique_ptr<CliFixture> m_cli;
    std::unique_ptr<App> m_app;
    cloud::Instance m_machine;
    models::CommandContext m_context;
};

void CliShownLinesTest::initTestCase()
{
    QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
    m_cli = std::make_unique<CliFixture>(m_home.path());
    m_cli->signInTo(m_sandbox);
    // The window and the command line of one person: the same key, the same pins.
    const QString folder = m_home.filePath(QStringLiteral("window"));
    QVERIFY(QDir().mkpath(folder + QStringLiteral("/state")) && QDir().mkpath(m_home.filePath(QStringLiteral("state"))));
    QVERIFY(QFile::link(folder + QStringLiteral("/state"), m_home.filePath(QStringLiteral("state/nimbook"))));
    m_app = std::make_unique<App>(m_sandbox, folder);
    QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
    const auto spec = m_app->spec(QStringLiteral("shown-1"));
    const auto made = App::endOf(m_app->space->createMachine(spec));
    QVERIFY2(made.ok(), made.why());
    auto *session = m_app->space->session(spec.ref);
    const auto jupyter = App::endOf(session->startJupyter());
    QVERIFY2(jupyter.ok(), jupyter.why());
    m_machine = session->machine();
    m_context.compute = m_sandbox.computeEndpoint();
    m_context.resourceManager = m_sandbox.resourceManagerEndpoint();
    m_context.serviceUsage = m_sandbox.resourceManagerEndpoint();
    m_context.login = m_app->space->loginName();
    m_context.containerImage = session->containerImage();
    m_context.jupyterPort = freePort();
    m_context.hostKeyFile = m_app->space->hostKeyFile();
    m_context.connection = session->connection();
    QVERIFY(!m_context.connection.host.isEmpty());
}

void CliShownLinesTest::shellsAndMonitor()
{
    for (const char *title : {"nimbookctl", "ssh"}) {
        QVERIFY2(run("shell", QLatin1String(title)).status == 0, title); // its input ends at once
        const auto monitor = run("monitor", QLatin1String(title));
        QVERIFY2(monitor.output.contains("Mem:") && monitor.output.contains("Filesystem"), monitor.why());
        // A terminal that script(1) makes.
        const auto inContainer = inShell(QStringLiteral("echo 'echo says $((6 * 7)); exit' | script -qec %1 /dev/null")
                                             .arg(workspace::shellText({lineOf("containerShell", QLatin1String(title))})));
        QVERIFY2(inContainer.status == 0 && inContainer.output.contains("says 42"), inContainer.why());
    }
}

void CliShownLinesTest::forwards_leadToTheMachine()
{
    const auto server = m_cli->start(qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbookctl"),
                                     {QStringLiteral("ssh"), QStringLiteral("--instance-name"), m_machine.ref.name, QStringLiteral("--"),
                                      QStringLiteral("cd /src && exec python3 -m http.server 6006 --bind 127.0.0.1")});
    const QList<std::pair<const char *, QString>> lines{{"forwardMachinePort", QStringLiteral("nimbookctl")}, {"forwardMachinePort", ssh()}, {"forwardContainerPort", QStringLiteral("nimbookctl")}};
    for (const auto &[id, title] : lines) {
        const quint16 port = freePort();
        const QByteArray answer = answerThrough(lineOf(id, title, {{QStringLiteral("\"6006:"), QStringLiteral("\"%1:").arg(port)}}), port, QStringLiteral("/"));
        QVERIFY2(answer.contains("Directory listing"), answer);
    }
    server->terminate();
    CliFixture::endOf(*server, 20'000);
    for (const char *title : {"nimbookctl", "ssh"}) {
        const QByteArray answer = answerThrough(lineOf("openNotebook", QLatin1String(title)), m_context.jupyterPort, QStringLiteral("/api"));
        QVERIFY2(answer.contains("version"), answer);
    }
}

void CliShownLinesTest::container_isRunRestartedAndLookedAt()
{
    const auto settings = run("containerSettings", QStringLiteral("nimbookctl"), {{QStringLiteral("NAME=value"), QStringLiteral("LAB=seven")}});
    QVERIFY2(settings.status == 0, settings.why());
    QCOMPARE(onMachine(QStringLiteral("sudo docker exec nimbook-jupyter sh -c 'echo $LAB'")).output.trimmed(), QByteArray("seven"));
    const auto updated = run("updateImage");
    QVERIFY2(updated.status == 0, updated.why());
    const auto restarted = run("restartContainer", ssh()); // what nimbookctl makes of such a line is seen above
    QVERIFY2(restarted.status == 0, restarted.why());
    const auto use = run("containerUse", ssh());
    QVERIFY2(use.status == 0 && use.output.contains("nimbook-jupyter"), use.why());
    const auto logs = run("containerLogs", ssh());
    QVERIFY2(logs.status == 0 && !logs.output.isEmpty(), logs.why());
    QVERIFY2(!logs.output.contains("token=") || logs.output.contains("token=[secret]"), logs.why());
}

void CliShownLinesTest::packages_areInstalledRecordedAndRecreated()
{
    write(QStringLiteral("requirements.txt"), "numpy\n");
    for (const char *id : {"install", "freeze", "recreate"}) {
        const auto end = run(id);
        QVERIFY2(end.status == 0, end.why());
    }
    QVERIFY(onMachine(QStringLiteral("cat /src/nimbook.lock")).output.contains("\"packages\""));
    const auto list = run("installed", ssh());
    QVERIFY2(list.status == 0 && list.output.contains("numpy"), list.why());
}

void CliShownLinesTest::notebook_runsInTheBackground()
{
    write(QStringLiteral("work/count.ipynb"),
          R"nb({"cells":[{"cell_type":"code","execution_count":null,"id":"a","metadata":{},"outputs":[],"source":["print(6 * 7)"]}],)nb"
          R"nb("metadata":{"kernelspec":{"display_name":"Python 3","language":"python","name":"python3"}},"nbformat":4,"nbformat_minor":5})nb");
    const auto upload = run("upload", QStringLiteral("nimbookctl"), {{QStringLiteral("FOLDER"), QStringLiteral("work")}});
    QVERIFY2(upload.status == 0, upload.why());
    const auto started = run("runInBackground", QStringLiteral("nimbookctl"), {{QStringLiteral("NOTEBOOK"), QStringLiteral("work/count.ipynb")}});
    QVERIFY2(started.status == 0, started.why());
    QTRY_VERIFY_WITH_TIMEOUT(onMachine(QStringLiteral("cat /src/outputs/count*.ipynb")).output.contains("42"), 60'000);
}

void CliShownLinesTest::files_goThereAndBack()
{
    write(QStringLiteral("data/a.txt"), "one\n");
    const Words up{{QStringLiteral("FOLDER"), QStringLiteral("data")}};
    QVERIFY(run("upload", QStringLiteral("nimbookctl"), up).status == 0);
    const QString side = QStringLiteral("aside");
    const Words file{{QStringLiteral("FILE"), QStringLiteral("data/a.txt")}, {QStringLiteral("NEW-NAME"), QStringLiteral("data/b.txt")}};
    QVERIFY(run("listFiles", ssh()).output.contains("data"));
    QVERIFY(run("properties", ssh(), file).output.contains("a.txt"));
    QVERIFY(run("downloadFile", ssh(), file).output == "one\n");
    QVERIFY(run("permissions", ssh(), file).status == 0);
    QCOMPARE(onMachine(QStringLiteral("stat -c %a /src/data/a.txt")).output.trimmed(), QByteArray("644"));
    QVERIFY(run("newFolder", ssh(), {{QStringLiteral("FOLDER"), side}}).status == 0);
    QVERIFY(run("copyFile", ssh(), file).status == 0);
    const Words back{{QStringLiteral("FILE"), QStringLiteral("data/b.txt")}, {QStringLiteral("NEW-NAME"), side + QStringLiteral("/c.txt")}};
    QVERIFY(run("rename", ssh(), back).status == 0);
    QCOMPARE(onMachine(QStringLiteral("ls /src/%1").arg(side)).output.trimmed(), QByteArray("c.txt"));
    QVERIFY(run("deleteFile", ssh(), {{QStringLiteral("FILE"), side}}).status == 0);
    QCOMPARE(onMachine(QStringLiteral("ls -d /src/%1 2>/dev/null || echo gone").arg(side)).output.trimmed(), QByteArray("gone"));
    QVERIFY(onMachine(QStringLiteral("echo 7 >/src/outputs/count.txt")).status == 0);
    const auto down = run("download", QStringLiteral("nimbookctl"), {{QStringLiteral("FOLDER"), QStringLiteral("results")}});
    QVERIFY2(down.status == 0, down.why());
    QFile result(m_cli->folder() + QStringLiteral("/results/count.txt"));
    QVERIFY(result.open(QIODevice::ReadOnly) && result.readAll() == "7\n");
}

void CliShownLinesTest::folders_areSynchronised()
{
    write(QStringLiteral("both/new.txt"), "new\n");
    const Words here{{QStringLiteral("FOLDER"), QStringLiteral("both")}};
    const auto up = run("synchronise", QStringLiteral("nimbookctl"), here);
    QVERIFY2(up.status == 0, up.why());
    const auto down = run("mirror", QStringLiteral("nimbookctl"), {{QStringLiteral("FOLDER"), QStringLiteral("results")}});
    QVERIFY2(down.status == 0, down.why());
    if (QStandardPaths::findExecutable(QStringLiteral("rsync")).isEmpty())
        QSKIP("rsync is not installed: its lines were not run");
    const auto compared = run("compare", QStringLiteral("rsync"), here);
    QVERIFY2(compared.status == 0 && compared.output.contains("new.txt"), compared.why());
    QVERIFY(run("synchronise", QStringLiteral("rsync"), here).status == 0);
    QCOMPARE(onMachine(QStringLiteral("cat /src/new.txt")).output, QByteArray("new\n"));
    const auto mirrored = run("mirror", QStringLiteral("rsync"), {{QStringLiteral("FOLDER"), QStringLiteral("mirrored")}});
    QVERIFY2(mirrored.status == 0, mirrored.why());
    QVERIFY(QFile::exists(m_cli->folder() + QStringLiteral("/mirrored/count.txt")));
}

void CliShownLinesTest::image_isBuilt_containerStoppedAndRemoved()
{
    QVERIFY(onMachine(QStringLiteral("echo FROM %1 >/src/Dockerfile").arg(m_context.containerImage)).status == 0);
    const auto built = run("buildImage", ssh());
    QVERIFY2(built.status == 0, built.why());
    QVERIFY(run("stopContainer").status == 0); // by nimbookctl
    QVERIFY(onMachine(QStringLiteral("sudo docker inspect -f '{{.State.Status}}' nimbook-jupyter")).output.contains("exited"));
    QVERIFY(run("removeContainer", ssh()).status == 0);
    QVERIFY(onMachine(QStringLiteral("sudo docker inspect nimbook-jupyter")).status != 0);
    QVERIFY(run("removeContainer", ssh()).status == 0); // -f: gone already is no failure
}

void CliShownLinesTest::project_isListedAndItsRequestsAreTaken()
{
    QVERIFY(run("listMachines").output.contains("shown-1"));
    SandboxClient client(m_sandbox);
    const auto send = [&client](const QString &request) {
        const QUrl url(request.section(u'\n', 0, 0).section(u' ', 1));
        return client.send(request.section(u' ', 0, 0).toLatin1(), url.path(), QUrlQuery(url));
    };
    QCOMPARE(send(lineOf("listMachines", QStringLiteral("Request to Compute Engine"))).status, 200);
    QCOMPARE(send(lineOf("enableApi", QStringLiteral("Request to Service Usage"))).status, 200);
    QCOMPARE(send(lineOf("listProjects", QStringLiteral("Request to Resource Manager"))).status, 200);
}

void CliShownLinesTest::machine_isStoppedStartedResetAndDeleted()
{
    SandboxClient client(m_sandbox);
    const QString request = lineOf("reset", QStringLiteral("Request to Compute Engine"));
    const auto reset = client.done(client.send("POST", QUrl(request.section(u'\n', 0, 0).section(u' ', 1)).path(), {}));
    QVERIFY2(reset.status == 200 && reset.error().isEmpty(), reset.body);
    for (const char *id : {"stop", "start"}) {
        const auto end = run(id);
        QVERIFY2(end.status == 0, end.why());
    }
    const QString line = lineOf("delete", QStringLiteral("nimbookctl"));
    QCOMPARE(inShell(line).status, 7); // it asks
    const auto gone = inShell(line + QStringLiteral(" --yes"));
    QVERIFY2(gone.status == 0, gone.why());
    QVERIFY(!run("listMachines").output.contains("shown-1"));
}

QTEST_GUILESS_MAIN(CliShownLinesTest)
#include "cli_shown_lines_test.moc"
