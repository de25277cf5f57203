// SPDX-License-Identifier: Apache-2.0
#include "integration/script_run.h"

#include <QTimer>

using namespace nimbook;
using nimbook::testing::Ended;
using nimbook::testing::MachineFixture;
using nimbook::testing::runProgram;
using nimbook::testing::runScript;
using nimbook::testing::Said;
using nimbook::testing::sourcePath;

static const QString scipyImage = QStringLiteral("quay.io/jupyter/scipy-notebook:latest");

#define VERIFY_SCRIPT(said) QVERIFY2((said).ended.status == 0, (said).ended.both().constData())

class RemoteScriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void startupScript_makesFoldersAndReportsReady();
    void noContainer_statusSaysAbsent();
    void secondRunJupyter_keepsTheContainer();
    void token_opensJupyterAndIsInNoArgumentOrLog();
    void notebookCell_runs();
    void installedWheel_isImportedByARunningKernel();
    void whatRunsInTheContainer_runsAsItsJupyter();
    void lockFromElsewhere_waitsUntilSomebodyDecides();
    void requirementsMissing_saysWhichFile();
    void packageThatIsNowhere_saysPipsReason();
    void otherImage_replacesTheContainer();
    void referenceOfDockerHub_hasItsDigest();
    void unknownImage_saysSoAndKeepsTheRunningOne();
    void stoppedContainer_isStartedAgain();
    void logs_hideTheToken();
    void reboot_keepsFilesAndStartsTheContainer();
    void portTaken_saysSoAndLeavesNothingBehind();
    void dockerMissing_saysSo();
    void unknownDockerFlag_isRefused();
    void scripts_passShellcheck();
    void cleanupTestCase();

private:
    Said runJupyter(const QString &image = scipyImage) { return runScript(machine, QStringLiteral("run-jupyter.sh"), {{QStringLiteral("NIMBOOK_IMAGE"), image}}); }
    bool ensureJupyter() ///< cheaper than the script when it is up already
    {
        return machine.ssh(QStringLiteral("curl -sf -o /dev/null http://127.0.0.1:8888/api && docker inspect -f '{{.Config.Image}}' nimbook-jupyter")).out.trimmed() == scipyImage.toUtf8()
            || runJupyter().ended.status == 0;
    }
    Ended cell(const QString &code)
    {
        QFile client(sourcePath(QStringLiteral("tests/support/run_cell.py")));
        if (!client.open(QIODevice::ReadOnly))
            qFatal("no run_cell.py");
        return machine.ssh(QStringLiteral("cat >/tmp/run_cell.py; python3 /tmp/run_cell.py http://127.0.0.1:8888 /var/lib/nimbook/jupyter-token \"$(cat <<'CODE'\n%1\nCODE\n)\"").arg(code),
                           client.readAll());
    }

    MachineFixture machine;
};

void RemoteScriptsTest::initTestCase()
{
    QFile script(sourcePath(QStringLiteral("resources/remote/startup.sh")));
    QVERIFY(script.open(QIODevice::ReadOnly));
    machine.spec.metadata.insert(QStringLiteral("startup-script"), QString::fromUtf8(script.readAll()));
    QVERIFY(machine.boot());
}

void RemoteScriptsTest::startupScript_makesFoldersAndReportsReady()
{
    const sandbox::GuestAttribute ready{QStringLiteral("nimbook"), QStringLiteral("state"), QStringLiteral("ready")};
    QTRY_VERIFY2_WITH_TIMEOUT(machine.host->guestAttributes().contains(ready), machine.serial().constData(), 10000);
    QTRY_VERIFY(machine.serial().contains("startup-script exit status 0"));
    QCOMPARE(machine.ssh(QStringLiteral("stat -c %a /src /src/outputs")).out, "777\n777\n");
    QVERIFY(machine.host->guestAttributes().contains({QStringLiteral("nimbook"), QStringLiteral("gpu"), QStringLiteral("none")}));
}

void RemoteScriptsTest::noContainer_statusSaysAbsent()
{
    const Said said = runScript(machine, QStringLiteral("jupyter-status.sh"));

    VERIFY_SCRIPT(said);
    QCOMPARE(said.results.value("docker"), "ready");
    QCOMPARE(said.results.value("container"), "absent");
    QCOMPARE(said.results.value("jupyter"), "no");
    QVERIFY(said.results.value("free").toLongLong() > 0);
}

void RemoteScriptsTest::secondRunJupyter_keepsTheContainer()
{
    QElapsedTimer clock;
    clock.start();
    const Said first = runJupyter();
    VERIFY_SCRIPT(first);
    qInfo("first run-jupyter.sh: %lld ms", clock.restart());
    QCOMPARE(first.results.value("container"), "created");
    QCOMPARE(first.steps, (QByteArrayList{"docker", "pull", "container", "jupyter"}));
    QVERIFY2(first.ended.out.contains("nimbook:progress 4 4 items"), first.ended.out.constData());
    const QByteArray id = machine.ssh(QStringLiteral("docker ps --format '{{.ID}}'")).out;

    const Said second = runJupyter();
    VERIFY_SCRIPT(second);
    qInfo("second run-jupyter.sh: %lld ms", clock.elapsed());
    QCOMPARE(second.results.value("container"), "kept");
    QCOMPARE(second.results.value("token"), first.results.value("token"));
    QCOMPARE(second.results.value("gpu"), "none");
    QCOMPARE(machine.ssh(QStringLiteral("docker ps --format '{{.ID}}'")).out, id);
}

void RemoteScriptsTest::token_opensJupyterAndIsInNoArgumentOrLog()
{
    const Said said = runJupyter();
    VERIFY_SCRIPT(said);
    const QByteArray token = said.results.value("token");
    QCOMPARE(token.size(), 48);

    const QString ask = QStringLiteral("curl -s -o /dev/null -w '%{http_code}' -H @- http://127.0.0.1:8888/api/status");
    QCOMPARE(machine.ssh(ask, "Authorization: token " + token).out, "200");
    QCOMPARE(machine.ssh(ask, "Authorization: token guessed").out, "403");

    QCOMPARE(said.ended.both().count(token), 1); // the result line alone
    const QByteArray traces = machine.ssh(QStringLiteral("cat /proc/[0-9]*/cmdline /var/lib/docker-standin/containers/*/log /var/log/* | tr '\\0' ' '")).both();
    QVERIFY2(traces.contains("jupyter-notebook"), traces.constData());
    QVERIFY2(!traces.contains(token), traces.constData());
    QCOMPARE(machine.ssh(QStringLiteral("stat -c %a /var/lib/nimbook/jupyter-token /var/lib/nimbook/jupyter.env")).out, "600\n600\n");
}

void RemoteScriptsTest::notebookCell_runs()
{
    QVERIFY(ensureJupyter());
    const Ended ran = cell(QStringLiteral("import numpy, os\nopen('outputs/figure.txt', 'w').write('made by a cell')\nprint(int(numpy.arange(7).sum()), os.getcwd())"));

    QVERIFY2(ran.status == 0, ran.both().constData());
    QCOMPARE(ran.out, "21 /src\n");
    QCOMPARE(machine.ssh(QStringLiteral("cat /src/outputs/figure.txt")).out, "made by a cell");
}

void RemoteScriptsTest::installedWheel_isImportedByARunningKernel()
{
    QVERIFY(ensureJupyter());
    // Built here, by hand: a wheel is a zip with three files about itself.
    const QByteArray makeWheel = R"(
import zipfile
with zipfile.ZipFile('/src/tiny_lamp-1.5-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('tiny_lamp.py', 'glow = "bright"\n')
    info = 'tiny_lamp-1.5.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: tiny-lamp\nVersion: 1.5\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
    wheel.writestr(info + 'RECORD', '')
)";
    QCOMPARE(machine.ssh(QStringLiteral("python3 -"), makeWheel).status, 0);
    QCOMPARE(machine.ssh(QStringLiteral("printf 'tiny-lamp==1.5\\n' >'/src/my list.txt'")).status, 0);
    const QString importIt = QStringLiteral("import time\nfor attempt in range(100):\n    try:\n        import importlib; importlib.invalidate_caches(); import tiny_lamp; break\n"
                                            "    except ImportError: time.sleep(0.2)\nprint(tiny_lamp.glow)");

    Ended running; // the cell below is running before pip does its work
    const QMap<QString, QString> variables{{QStringLiteral("NIMBOOK_REQUIREMENTS"), QStringLiteral("/src/my list.txt")}};
    QTimer::singleShot(1500, this, [&] {
        const Said said = runScript(machine, QStringLiteral("pip-install.sh"), variables);
        running.status = said.ended.status;
        running.out = said.results.value("installed");
        running.err = said.ended.both();
    });
    const Ended imported = cell(importIt);

    QVERIFY2(running.status == 0, running.err.constData());
    QCOMPARE(running.out, "tiny-lamp-1.5");
    QVERIFY2(imported.out == "bright\n", imported.both().constData());
    const Said again = runScript(machine, QStringLiteral("pip-install.sh"), variables);
    VERIFY_SCRIPT(again);
    QCOMPARE(again.results.value("installed"), "none");
}

void RemoteScriptsTest::whatRunsInTheContainer_runsAsItsJupyter()
{
    QVERIFY(ensureJupyter());
    const QByteArray user = machine.ssh(QStringLiteral("stat -c %u /proc/$(pgrep -f -o '[j]upyter-notebook')")).out.trimmed();
    QVERIFY(!user.isEmpty());
    // A docker before the machine's own one that notes what it is asked.
    QCOMPARE(machine.ssh(QStringLiteral("mkdir -p /tmp/noting && printf '#!/bin/sh\\necho \"$*\" >>/tmp/noting/asked\\nexec %s \"$@\"\\n' \"$(command -v docker)\" >/tmp/noting/docker && "
                                        "chmod 755 /tmp/noting/docker && printf '{\"nbformat\": 4, \"nbformat_minor\": 2, \"metadata\": {}, \"cells\": []}' >/src/empty.ipynb && "
                                        "echo tiny-lamp >/src/lamps.txt")).status, 0);
    const QByteArray before = "PATH=/tmp/noting:$PATH\nexport PATH\n";
    VERIFY_SCRIPT(runScript(machine, QStringLiteral("pip-install.sh"), {{QStringLiteral("NIMBOOK_REQUIREMENTS"), QStringLiteral("/src/lamps.txt")}}, before));
    VERIFY_SCRIPT(runScript(machine, QStringLiteral("packages.sh"), {}, before));
    VERIFY_SCRIPT(runScript(machine, QStringLiteral("run-notebook.sh"), {{QStringLiteral("NIMBOOK_NOTEBOOK"), QStringLiteral("empty.ipynb")}, {QStringLiteral("NIMBOOK_RUN"), QStringLiteral("r1")}}, before));
    int executed = 0;
    for (const QByteArray &line : machine.ssh(QStringLiteral("cat /tmp/noting/asked")).out.split('\n')) {
        if (!line.startsWith("exec "))
            continue;
        QVERIFY2(line.startsWith("exec -u " + user + " "), line.constData());
        ++executed;
    }
    QVERIFY(executed >= 6);
    QCOMPARE(machine.ssh(QStringLiteral("docker exec -u 4711 nimbook-jupyter true")).status, 126); // and the stand-in takes nobody else
}

void RemoteScriptsTest::lockFromElsewhere_waitsUntilSomebodyDecides()
{
    QVERIFY(ensureJupyter());
    const auto record = [this](const char *how) { return runScript(machine, QStringLiteral("packages.sh"), {{QStringLiteral("NIMBOOK_RECORD"), QLatin1String(how)}}); };
    const auto lock = [this] { return machine.ssh(QStringLiteral("cat /src/nimbook.lock")).out; };
    VERIFY_SCRIPT(record("yes"));
    const QByteArray own = lock();
    QVERIFY2(own.contains("tiny-lamp==1.5"), own.constData());
    const QByteArray digest = own.mid(own.indexOf("@sha256:") + 8, 64);
    const auto arrives = [&](QByteArray text, const QByteArray &from, const QByteArray &to) {
        text.replace(from, to).replace("\"recorded\": \"20", "\"recorded\": \"19"); // long ago
        QCOMPARE(machine.ssh(QStringLiteral("cat >/src/nimbook.lock"), text).status, 0);
    };

    // when one arrives that says other bits, or another version, then it stays as it came, and what differs is told
    arrives(own, digest, QByteArray(64, 'b'));
    Said said = record("careful");
    VERIFY_SCRIPT(said);
    QVERIFY2(lock().contains(QByteArray(64, 'b')), "another digest");
    QVERIFY(said.results.value("packages").contains("\"sameImage\": false"));
    arrives(own, "tiny-lamp==1.5", "tiny-lamp==1.4");
    said = record("careful");
    VERIFY_SCRIPT(said);
    QVERIFY2(lock().contains("tiny-lamp==1.4"), "another version");
    QVERIFY(said.results.value("packages").contains("\"recorded\": \"1.4\""));
    // one that says the same is renewed, and one that somebody wants recorded
    arrives(own, "nothing", "nothing");
    VERIFY_SCRIPT(record("careful"));
    QVERIFY(lock().contains("\"recorded\": \"20"));
    arrives(own, "tiny-lamp==1.5", "tiny-lamp==1.4");
    VERIFY_SCRIPT(record("yes"));
    QVERIFY(lock().contains("tiny-lamp==1.5"));

    // What this machine recorded itself follows what is installed on it.
    QCOMPARE(machine.ssh(QStringLiteral("cd /var/lib/nimbook/python/lib/python3*/site-packages && mv tiny_lamp-1.5.dist-info tiny_lamp-1.6.dist-info && "
                                        "sed -i s/1.5/1.6/ tiny_lamp-1.6.dist-info/METADATA tiny_lamp-1.6.dist-info/RECORD")).status, 0);
    VERIFY_SCRIPT(record("careful"));
    QVERIFY2(lock().contains("tiny-lamp==1.6"), lock().constData());
}

void RemoteScriptsTest::requirementsMissing_saysWhichFile()
{
    QVERIFY(ensureJupyter());
    const Said said = runScript(machine, QStringLiteral("pip-install.sh"), {{QStringLiteral("NIMBOOK_REQUIREMENTS"), QStringLiteral("/src/it's not here.txt")}});

    QCOMPARE(said.ended.status, 1);
    QCOMPARE(said.errorCode, "requirements-missing");
    QVERIFY(said.errorText.contains("/src/it's not here.txt"));
}

void RemoteScriptsTest::packageThatIsNowhere_saysPipsReason()
{
    QVERIFY(ensureJupyter());
    QCOMPARE(machine.ssh(QStringLiteral("echo no-such-package-anywhere >/src/wrong.txt")).status, 0);
    const Said said = runScript(machine, QStringLiteral("pip-install.sh"), {{QStringLiteral("NIMBOOK_REQUIREMENTS"), QStringLiteral("/src/wrong.txt")}});

    QCOMPARE(said.ended.status, 1);
    QCOMPARE(said.errorCode, "pip-failed");
    QVERIFY2(said.errorText.contains("No matching distribution found for no-such-package-anywhere"), said.errorText.constData());
}

void RemoteScriptsTest::otherImage_replacesTheContainer()
{
    QVERIFY(ensureJupyter());
    const Said said = runJupyter(QStringLiteral("quay.io/jupyter/tensorflow-notebook:cuda-latest"));

    VERIFY_SCRIPT(said);
    QCOMPARE(said.results.value("container"), "replaced");
    QCOMPARE(machine.ssh(QStringLiteral("docker ps -a --format '{{.Image}} {{.Names}}'")).out, "quay.io/jupyter/tensorflow-notebook:cuda-latest nimbook-jupyter\n");
    QCOMPARE(machine.ssh(QStringLiteral("cat /src/outputs/figure.txt")).out, "made by a cell");
}

void RemoteScriptsTest::referenceOfDockerHub_hasItsDigest()
{
    // Docker lists its digest without the "docker.io/".
    const Said said = runJupyter(QStringLiteral("docker.io/jupyter/scipy-notebook:2023-10-20"));
    VERIFY_SCRIPT(said);
    const QByteArray digest = said.results.value("digest");
    QVERIFY2(digest.startsWith("jupyter/scipy-notebook@sha256:"), digest.constData());
    QCOMPARE(runScript(machine, QStringLiteral("jupyter-status.sh")).results.value("digest"), digest);
    const QByteArray packages = runScript(machine, QStringLiteral("packages.sh")).results.value("packages");
    QVERIFY2(packages.contains("\"digest\": \"" + digest + '"'), packages.constData());
}

void RemoteScriptsTest::unknownImage_saysSoAndKeepsTheRunningOne()
{
    QVERIFY(ensureJupyter());
    const Said said = runJupyter(QStringLiteral("example.com/nobody/nothing:1"));

    QCOMPARE(said.ended.status, 1);
    QCOMPARE(said.errorCode, "image-not-found");
    QVERIFY2(said.errorText.contains("example.com/nobody/nothing:1"), said.errorText.constData());
    QCOMPARE(runJupyter().results.value("container"), "kept");
}

void RemoteScriptsTest::stoppedContainer_isStartedAgain()
{
    QVERIFY(ensureJupyter());
    const Said stopped = runScript(machine, QStringLiteral("stop-jupyter.sh"));
    VERIFY_SCRIPT(stopped);
    QCOMPARE(stopped.results.value("container"), "stopped");
    QCOMPARE(machine.ssh(QStringLiteral("pgrep -f [i]pykernel; pgrep -f [j]upyter-notebook")).out, ""); // nor the kernels of its notebooks
    QCOMPARE(runScript(machine, QStringLiteral("jupyter-status.sh")).results.value("container"), "exited");

    const Said said = runJupyter();
    VERIFY_SCRIPT(said);
    QCOMPARE(said.results.value("container"), "started");
    const Said status = runScript(machine, QStringLiteral("jupyter-status.sh"));
    QCOMPARE(status.results.value("container"), "running");
    QCOMPARE(status.results.value("jupyter"), "yes");
    QCOMPARE(status.results.value("image"), scipyImage.toUtf8());
}

void RemoteScriptsTest::logs_hideTheToken()
{
    const Said running = runJupyter();
    VERIFY_SCRIPT(running);
    // Whatever a program in the container prints: a link with the token is what Jupyter is known for.
    QCOMPARE(machine.ssh(QStringLiteral("echo 'http://127.0.0.1:8888/?token=%1' >>/var/lib/docker-standin/containers/*/log")
                             .arg(QString::fromUtf8(running.results.value("token")))).status, 0);
    const Said said = runScript(machine, QStringLiteral("jupyter-logs.sh"), {{QStringLiteral("NIMBOOK_LINES"), QStringLiteral("50")}});

    VERIFY_SCRIPT(said);
    QVERIFY2(said.ended.out.contains("Jupyter Notebook"), said.ended.out.constData());
    QVERIFY(said.ended.out.contains("/?token=[secret]"));
    QVERIFY(!said.ended.both().contains(running.results.value("token")));
}

void RemoteScriptsTest::reboot_keepsFilesAndStartsTheContainer()
{
    const Said before = runJupyter();
    VERIFY_SCRIPT(before);
    QCOMPARE(machine.ssh(QStringLiteral("echo kept >/src/data.txt")).status, 0);

    QVERIFY(machine.shutDown());
    QVERIFY(machine.boot());
    const Said after = runJupyter();

    VERIFY_SCRIPT(after);
    QCOMPARE(after.results.value("container"), "kept"); // restart=unless-stopped has started it
    QCOMPARE(after.results.value("token"), before.results.value("token"));
    QCOMPARE(machine.ssh(QStringLiteral("cat /src/data.txt")).out, "kept\n");
    QVERIFY2(cell(QStringLiteral("import tiny_lamp; print(tiny_lamp.glow)")).out == "bright\n", "what pip installed outlives the container");
}

void RemoteScriptsTest::portTaken_saysSoAndLeavesNothingBehind()
{
    VERIFY_SCRIPT(runScript(machine, QStringLiteral("stop-jupyter.sh")));
    QCOMPARE(machine.ssh(QStringLiteral("docker rm -f nimbook-jupyter; setsid python3 -m http.server --bind 127.0.0.1 8888 >/dev/null 2>&1 </dev/null & "
                                        "until curl -s -o /dev/null http://127.0.0.1:8888; do sleep 0.05; done")).status, 0);
    const Said said = runJupyter();
    QCOMPARE(machine.ssh(QStringLiteral("pkill -f http.server")).status, 0);

    QCOMPARE(said.errorCode, "port-taken");
    QCOMPARE(machine.ssh(QStringLiteral("docker ps -aq")).out, "");
}

void RemoteScriptsTest::dockerMissing_saysSo()
{
    // Every program of the machine but docker, which also lies in /usr/bin where this computer has the real one.
    QCOMPARE(machine.ssh(QStringLiteral("mkdir /tmp/bin && ln -s /usr/bin/* /tmp/bin/ && rm -f /tmp/bin/docker && ln -s \"$(command -v sudo)\" /tmp/bin/sudo || true")).status, 0);
    for (const char *script : {"stop-jupyter.sh", "pip-install.sh", "packages.sh", "jupyter-logs.sh", "build-image.sh", "container-usage.sh", "run-jupyter.sh"}) {
        const Said said = runScript(machine, QLatin1String(script), {{QStringLiteral("PATH"), QStringLiteral("/tmp/bin")}, {QStringLiteral("NIMBOOK_IMAGE"), scipyImage},
                                                                     {QStringLiteral("NIMBOOK_SOURCE"), QStringLiteral("/src/Dockerfile")}, {QStringLiteral("NIMBOOK_TAG"), QStringLiteral("x")}});
        QCOMPARE(said.ended.status, 1);
        QVERIFY2(said.errorCode == "docker-missing" || said.errorCode == "no-permission", script + (": " + said.ended.both()));
    }
}

void RemoteScriptsTest::unknownDockerFlag_isRefused()
{
    for (const char *command : {"docker run -d --privileged x", "docker frobnicate", "docker ps --nope", "docker run -d -p 1.2.3.4:8888:8888 quay.io/jupyter/a:1"}) {
        const Ended ended = machine.ssh(QLatin1String(command));
        QCOMPARE(ended.status, 125);
        QVERIFY(!ended.err.isEmpty());
    }
}

void RemoteScriptsTest::scripts_passShellcheck()
{
    QStringList files;
    for (const char *folder : {"resources/remote", "resources/sandbox"})
        for (const QFileInfo &file : QDir(sourcePath(QLatin1String(folder))).entryInfoList(QDir::Files)) {
            QFile script(file.filePath());
            QVERIFY(script.open(QIODevice::ReadOnly));
            const QByteArray first = script.readLine();
            if (file.suffix() == QLatin1String("sh") || first.startsWith("#!/bin/sh") || first.startsWith("#!/bin/bash"))
                files << file.filePath();
        }
    QVERIFY(files.size() >= 9);
    const Ended checked = runProgram(QStringLiteral("shellcheck"), files);
    QVERIFY2(checked.status == 0, checked.both().constData());
}

void RemoteScriptsTest::cleanupTestCase()
{
    QVERIFY(machine.shutDown());
}

QTEST_GUILESS_MAIN(RemoteScriptsTest)
#include "remote_scripts_test.moc"
