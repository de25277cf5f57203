// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.h"
#include "support/wheel.h"

#include "jupyter/probe.h"
#include "net/network_transport.h"
#include "ssh/tunnel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSignalSpy>

using namespace nimbook;
using namespace nimbook::jupyter;
using nimbook::testing::EngineFixture;

using Results = QMap<QString, QString>;

/// The product's own scripts, jobs and tunnel against a real Docker Engine and Debian 12's notebook. Each slot goes on from the one before.
class DockerEngineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void firstRun_answersThroughTheTunnel();
    void token_isInNoProcessListImageOrLog();
    void port_isTheMachinesLoopbackAlone();
    void settings_areThoseOfTheContainer();
    void pipPackages_outliveTheContainer();
    void recordedPackages_comeBackFromTheLock();
    void endedServer_isStartedAgainByItsPolicy();
    void log_isFollowed();
    void imageWithAUserOfItsOwn_cellsRenewWhatWasInstalled();
    void backgroundRun_isThatUsersAndKeepsItsOutputs();
    void stoppedContainer_isStartedAgain();
    void ownImage_isBuiltWithItsSteps();
    void imageWithoutJupyter_theContainerThatRanIsKept();
    void pull_tellsBytesAndTheLockPinsTheDigest();

private:
    /// How a run of the container ended, with what it told.
    struct Run {
        std::optional<Server> server;
        QString why;
        QString log;
        QStringList steps;
        QList<Progress> progress;
    };
    Run runContainer(const QString &image = EngineFixture::image(), bool asRecorded = false)
    {
        Run run;
        ContainerSpec spec;
        spec.image = image;
        spec.asRecorded = asRecorded;
        spec.gpu = true;
        auto *job = new RunContainer(m_machine.session(), spec, nullptr);
        connect(job, &RunContainer::logReceived, this, [&run](const QString &line) { run.log += line + u'\n'; });
        connect(job, &RunContainer::stepStarted, this, [&run](const QString &step) { run.steps += step; });
        connect(job, &Job::progressChanged, this, [&run](const Progress &progress) { run.progress += progress; });
        run.server = m_machine.valueOf<Server>(job, &run.why);
        return run;
    }
    /// What a cell prints in a kernel of the Jupyter that runs.
    QByteArray cell(const QByteArray &code)
    {
        QFile client(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/tests/support/run_cell.py"));
        if (!client.open(QIODevice::ReadOnly))
            qFatal("no run_cell.py");
        m_machine.run(QStringLiteral("cat >/tmp/run_cell.py"), client.readAll());
        return m_machine.run(QStringLiteral("python3 /tmp/run_cell.py http://127.0.0.1:8888 /var/lib/nimbook/jupyter-token \"$(cat)\""), code).out.trimmed();
    }
    QByteArray docker(const QString &arguments) { return m_machine.run(QStringLiteral("docker ") + arguments).out.trimmed(); }

    EngineFixture m_machine{QStringLiteral("bookworm")};
    Secret m_token;
};

#define VERIFY_RUN(run) QVERIFY2((run).server, qPrintable((run).why + u'\n' + (run).log))

void DockerEngineTest::initTestCase()
{
    if (const QString why = m_machine.unavailable(); !why.isEmpty())
        QSKIP(qPrintable(why));
    const QString problem = m_machine.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    if (!m_machine.cannotRun().isEmpty())
        QSKIP(qPrintable(m_machine.cannotRun()));
}

void DockerEngineTest::firstRun_answersThroughTheTunnel()
{
    const Run run = runContainer();
    VERIFY_RUN(run);
    QVERIFY(!run.server->wasRunning);
    m_token = run.server->token;
    ssh::Tunnel tunnel(m_machine.settings(), run.server->port);
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), ssh::Tunnel::State::Live, 20'000);
    net::NetworkTransport transport;
    QString why;
    const auto version = m_machine.valueOf(jupyter::probe(transport, tunnel.localPort(), m_token, std::chrono::seconds(30), nullptr), &why);
    QVERIFY2(version, qPrintable(why));
    QVERIFY(version->startsWith(QLatin1String("6.")));

    const Run again = runContainer();
    VERIFY_RUN(again);
    QVERIFY(again.server->wasRunning);
}

void DockerEngineTest::token_isInNoProcessListImageOrLog()
{
    const QByteArray token = m_token.reveal();
    QCOMPARE(token.size(), 48);
    const QByteArray traces = m_machine.run(QStringLiteral("cat /proc/[0-9]*/cmdline /run/machine/dockerd.log | tr '\\0' ' '; docker logs nimbook-jupyter 2>&1; "
                                                           "docker image inspect registry.example/notebook:1; docker history --no-trunc registry.example/notebook:1")).out;
    QVERIFY(traces.contains("jupyter-notebook") && traces.contains("Docker daemon"));
    QVERIFY(!traces.contains(token));
    QCOMPARE(m_machine.run(QStringLiteral("cat /var/lib/nimbook/jupyter-token")).out.trimmed(), token);
}

void DockerEngineTest::port_isTheMachinesLoopbackAlone()
{
    QCOMPARE(docker(QStringLiteral("port nimbook-jupyter")), "8888/tcp -> 127.0.0.1:8888");
    QCOMPARE(m_machine.run(QStringLiteral("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8888/api/status")).out, "403");
}

void DockerEngineTest::settings_areThoseOfTheContainer()
{
    QString why;
    const ContainerSettings wanted{QStringLiteral("128m"), QStringLiteral("always"), {}};
    const auto saved = m_machine.valueOf(changeContainerSettings(&m_machine.session(), wanted, {QStringLiteral("GREETING=it's me"), QStringLiteral("KEPT=1")}, nullptr), &why);
    QVERIFY2(saved, qPrintable(why));
    QCOMPARE(saved->variables, (QStringList{QStringLiteral("GREETING"), QStringLiteral("KEPT")}));
    const auto changed = m_machine.valueOf(changeContainerSettings(&m_machine.session(), wanted, {QStringLiteral("GREETING")}, nullptr), &why);
    QVERIFY2(changed, qPrintable(why));
    QCOMPARE(changed->variables, QStringList{QStringLiteral("GREETING")}); // its value was kept, the other one is gone
    const auto refused = m_machine.valueOf(changeContainerSettings(&m_machine.session(), {QStringLiteral("lots"), QStringLiteral("always"), {}}, {}, nullptr), &why);
    QVERIFY(!refused && why.contains(QLatin1String("shared memory")));

    const Run run = runContainer();
    VERIFY_RUN(run);
    QVERIFY(!run.server->wasRunning);
    QCOMPARE(docker(QStringLiteral("exec nimbook-jupyter sh -c 'echo \"$GREETING/$KEPT\"; df -m --output=size /dev/shm | tail -n 1 | tr -d \" \"'")), "it's me/\n128");
    QCOMPARE(docker(QStringLiteral("inspect -f '{{.HostConfig.RestartPolicy.Name}}' nimbook-jupyter")), "always");
    QCOMPARE(m_machine.run(QStringLiteral("docker exec nimbook-jupyter sh -c 'echo x >/src/made-inside' && cat /src/made-inside && stat -c %a /var/lib/nimbook/container.env")).out, "x\n600\n");
}

void DockerEngineTest::pipPackages_outliveTheContainer()
{
    const QByteArray makeWheel = R"(
import zipfile
with zipfile.ZipFile('/src/tiny_lamp-1.5-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('tiny_lamp.py', 'glow = "bright"\n')
    info = 'tiny_lamp-1.5.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: tiny-lamp\nVersion: 1.5\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
    wheel.writestr(info + 'RECORD', 'tiny_lamp.py,,\n' + info + 'METADATA,,\n' + info + 'WHEEL,,\n' + info + 'RECORD,,\n')
)";
    QCOMPARE(m_machine.run(QStringLiteral("python3 - && echo ./tiny_lamp-1.5-py3-none-any.whl >/src/requirements.txt"), makeWheel).status, 0);
    QString why;
    const auto installed = m_machine.valueOf<Results>(installRequirements(&m_machine.session(), QStringLiteral("/src/requirements.txt"), nullptr), &why);
    QVERIFY2(installed, qPrintable(why));
    QCOMPARE(installed->value(QStringLiteral("installed")), QStringLiteral("tiny-lamp-1.5"));
    const auto state = m_machine.valueOf(packagesState(&m_machine.session(), Record::Yes, nullptr), &why);
    QVERIFY2(state, qPrintable(why));
    QCOMPARE(state->wanted.value(0).state, WantedPackage::State::Satisfied);
    QVERIFY(state->lock.isAsRecorded());
    QCOMPARE(state->lock.packages, 1);

    docker(QStringLiteral("rm -f nimbook-jupyter"));
    VERIFY_RUN(runContainer());
    QCOMPARE(docker(QStringLiteral("exec nimbook-jupyter python3 -c 'import tiny_lamp; print(tiny_lamp.glow)'")), "bright");
}

void DockerEngineTest::recordedPackages_comeBackFromTheLock()
{
    QCOMPARE(m_machine.run(QStringLiteral("rm -rf /var/lib/nimbook/python/lib")).status, 0);
    QString why;
    const auto lost = m_machine.valueOf(packagesState(&m_machine.session(), Record::WhenNothingIsLost, nullptr), &why);
    QVERIFY2(lost, qPrintable(why));
    QCOMPARE(lost->lock.changed.size(), 1);
    QVERIFY2(m_machine.valueOf<Results>(installFromLock(&m_machine.session(), nullptr), &why), qPrintable(why));
    const auto back = m_machine.valueOf(packagesState(&m_machine.session(), Record::No, nullptr), &why);
    QVERIFY2(back && back->lock.isAsRecorded(), qPrintable(why));
}

void DockerEngineTest::endedServer_isStartedAgainByItsPolicy()
{
    QCOMPARE(m_machine.run(QStringLiteral("kill -9 $(docker inspect -f '{{.State.Pid}}' nimbook-jupyter)")).status, 0);
    QTRY_COMPARE_WITH_TIMEOUT(docker(QStringLiteral("inspect -f '{{.RestartCount}} {{.State.Running}}' nimbook-jupyter")), "1 true", 30'000);
    QString why;
    QTRY_VERIFY_WITH_TIMEOUT(m_machine.valueOf(containerStatus(&m_machine.session(), nullptr), &why).value_or(ContainerStatus{}).answers, 60'000);
    auto *usage = watchUsage(&m_machine.session(), nullptr);
    ContainerUsage seen;
    connect(usage, &RemoteScript::logReceived, this, [&seen](const QString &line) { seen = usageFromLine(line).value_or(seen); });
    usage->start();
    QTRY_VERIFY_WITH_TIMEOUT(seen.cpu.endsWith(u'%') && seen.memory.endsWith(QLatin1String("iB")), 30'000);
    delete usage;
}

void DockerEngineTest::log_isFollowed()
{
    auto *script = followContainerLogs(&m_machine.session(), 5, nullptr);
    QString log;
    connect(script, &RemoteScript::logReceived, this, [&log](const QString &line) { log += line + u'\n'; });
    script->start();
    QTRY_VERIFY_WITH_TIMEOUT(log.contains(QLatin1String("Control-C")), 20'000);
    docker(QStringLiteral("exec nimbook-jupyter sh -c 'echo later http://x/?token=abcdef >/proc/1/fd/1'"));
    QTRY_VERIFY_WITH_TIMEOUT(log.contains(QLatin1String("later http://x/?token=[secret]")), 20'000);
    QVERIFY(script->isRunning());
    const QString left = QStringLiteral("pgrep -fc '[d]ocker logs'");
    QCOMPARE(m_machine.run(left).out, "1\n");
    script->cancel();
    delete script;
    QTRY_COMPARE_WITH_TIMEOUT(m_machine.run(left).out, "0\n", 30'000); // though the container prints nothing more
}

void DockerEngineTest::imageWithAUserOfItsOwn_cellsRenewWhatWasInstalled()
{
    // What the Jupyter project's start.sh does: started as root it changes over to its user, by a sudo that forgets PYTHONUSERBASE. (It gives that user
    // the numbers of who logs in; here that is root.)
    const QByteArray dockerfile = "FROM " + EngineFixture::image().toUtf8() + R"docker(
RUN echo jovyan:x:1234:1234::/home/jovyan:/bin/sh >>/etc/passwd && echo jovyan:x:1234: >>/etc/group && mkdir /home/jovyan && chown 1234:1234 /home/jovyan && \
    printf '#!/bin/sh\n[ "$(id -u)" = 0 ] || exec "$@"\nexec env -u PYTHONUSERBASE HOME=/home/jovyan setpriv --reuid 1234 --regid 1234 --init-groups "$@"\n' >/usr/local/bin/start.sh && \
    chmod 755 /usr/local/bin/start.sh
ENV HOME=/home/jovyan
ENTRYPOINT ["start.sh"]
USER jovyan
)docker";
    const auto built = m_machine.run(QStringLiteral("DOCKER_BUILDKIT=0 docker build -q -t nimbook.local/with-user -"), dockerfile);
    QVERIFY2(built.status == 0, built.out.constData());
    QCOMPARE(m_machine.run(QStringLiteral("stat -c %u /var/lib/nimbook/python/lib; mkdir -p /src/.nimbook/runs")).out, "0\n"); // root's image installed
    VERIFY_RUN(runContainer(QStringLiteral("nimbook.local/with-user")));
    const QString strangers = QStringLiteral("find /var/lib/nimbook/python /src/.nimbook ! -user 1234");
    QCOMPARE(m_machine.run(strangers).out, "");

    // The button installs, the kernel finds it, a cell renews it, the record is written: all as one user.
    QVERIFY(!testing::makeWheel(m_machine.disk() + QStringLiteral("/src"), QStringLiteral("tiny_lamp"), QStringLiteral("1.6")).isEmpty());
    QVERIFY(!testing::makeWheel(m_machine.disk() + QStringLiteral("/src"), QStringLiteral("tiny_lamp"), QStringLiteral("1.7")).isEmpty());
    QCOMPARE(m_machine.run(QStringLiteral("echo ./tiny_lamp-1.6-py3-none-any.whl >/src/requirements.txt")).status, 0);
    QString why;
    const auto installed = m_machine.valueOf<Results>(installRequirements(&m_machine.session(), QStringLiteral("/src/requirements.txt"), nullptr), &why);
    QVERIFY2(installed, qPrintable(why));
    QCOMPARE(installed->value(QStringLiteral("installed")), QStringLiteral("tiny-lamp-1.6"));
    QCOMPARE(m_machine.run(strangers).out, "");
    const QByteArray renewed = cell("import os, subprocess, sys, tiny_lamp\nprint(os.getuid(), tiny_lamp.answer)\n"
                                    "print(subprocess.run([sys.executable, '-m', 'pip', 'install', '--no-index', '-U', '/src/tiny_lamp-1.7-py3-none-any.whl'], capture_output=True, text=True))");
    QVERIFY2(renewed.startsWith("1234 42") && renewed.contains("Successfully installed tiny-lamp-1.7"), renewed.constData());
    const auto state = m_machine.valueOf(packagesState(&m_machine.session(), Record::Yes, nullptr), &why);
    QVERIFY2(state && state->lock.isAsRecorded(), qPrintable(why));
    QCOMPARE(m_machine.run(QStringLiteral("grep -c tiny-lamp==1.7 /src/nimbook.lock; stat -c %u /src/nimbook.lock")).out, "1\n1234\n");

    // The machines' sudo is not on every computer that tests.
    m_machine.run(QStringLiteral("printf '#!/bin/sh\\n[ \"$1\" != -n ] || shift\\nexec \"$@\"\\n' >/usr/local/bin/sudo; chmod 755 /usr/local/bin/sudo"));
    const std::unique_ptr<ssh::RemoteTerminal> shell(m_machine.session().openTerminal(containerShellCommand(), {}, nullptr));
    QByteArray screen;
    connect(shell.get(), &ssh::RemoteCommand::outputReceived, this, [&screen](const QByteArray &bytes) { screen += bytes; });
    if (shell->state() == Job::State::NotStarted)
        shell->start();
    QTRY_VERIFY2_WITH_TIMEOUT(screen.contains("jovyan@"), screen.constData(), 30'000); // one that still starts may drop what is typed
    shell->write("echo user=$(id -u)=\n");
    QTRY_VERIFY2_WITH_TIMEOUT(screen.contains("user=1234="), screen.constData(), 30'000);
    shell->cancel();
}

void DockerEngineTest::backgroundRun_isThatUsersAndKeepsItsOutputs()
{
    const QByteArray notebook = R"nb({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, "cells": [
{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "outputs": [], "source": "import os, tiny_lamp\nprint('ran as', os.getuid(), tiny_lamp.answer)"},
{"cell_type": "code", "id": "b", "metadata": {}, "execution_count": null, "outputs": [], "source": "open('made-by-run', 'w').write('x'); 1 / 0"}]})nb";
    QCOMPARE(m_machine.run(QStringLiteral("mkdir -p /src/work && chmod 777 /src/work && cat >/src/work/train.ipynb"), notebook).status, 0);
    QString why;
    const QMap<QString, QString> variables{{QStringLiteral("NIMBOOK_NOTEBOOK"), QStringLiteral("work/train.ipynb")}, {QStringLiteral("NIMBOOK_RUN"), QStringLiteral("r1")}};
    auto *run = new RemoteScript(m_machine.session(), QStringLiteral("run-notebook.sh"), variables, nullptr);
    QList<Progress> progress;
    connect(run, &Job::progressChanged, this, [&progress](const Progress &step) { progress += step; });
    QVERIFY(!m_machine.valueOf<Results>(run, &why));
    QVERIFY2(why.contains(QLatin1String("ZeroDivisionError")), qPrintable(why));
    QVERIFY(!progress.isEmpty() && progress.constLast().done == 2 && progress.constLast().total == 2);
    const QByteArray output = m_machine.run(QStringLiteral("cat /src/outputs/train-r1.ipynb")).out;
    QVERIFY2(output.contains("ran as 1234 42") && output.contains("ZeroDivisionError"), output.constData());
    QCOMPARE(m_machine.run(QStringLiteral("stat -c %u /src/outputs/train-r1.ipynb /src/work/made-by-run /src/.nimbook/runs/r1")).out, "1234\n1234\n1234\n");
}

void DockerEngineTest::stoppedContainer_isStartedAgain()
{
    const QByteArray id = docker(QStringLiteral("inspect -f '{{.Id}}' nimbook-jupyter"));
    QString why;
    const auto stopped = m_machine.valueOf<Results>(stopContainer(&m_machine.session(), nullptr), &why);
    QVERIFY2(stopped && stopped->value(QStringLiteral("container")) == QLatin1String("stopped"), qPrintable(why));
    const auto status = m_machine.valueOf(containerStatus(&m_machine.session(), nullptr), &why);
    QVERIFY2(status && status->state == QLatin1String("exited") && !status->answers, qPrintable(why));
    const Run run = runContainer(QStringLiteral("nimbook.local/with-user"));
    VERIFY_RUN(run);
    QVERIFY(!run.server->wasRunning);
    QCOMPARE(docker(QStringLiteral("inspect -f '{{.Id}} {{.State.Status}}' nimbook-jupyter")), id + " running");
}

void DockerEngineTest::ownImage_isBuiltWithItsSteps()
{
    QCOMPARE(m_machine.run(QStringLiteral("printf 'FROM %1\\nCOPY made-inside /data\\nRUN mkdir /made && cp /data /made/\\n' >/src/Dockerfile").arg(EngineFixture::image())).status, 0);
    auto *script = buildImage(&m_machine.session(), QStringLiteral("/src/Dockerfile"), {}, QStringLiteral("nimbook.local/project"), nullptr);
    QList<Progress> progress;
    connect(script, &Job::progressChanged, this, [&progress](const Progress &step) { progress += step; });
    QString why;
    const auto built = m_machine.valueOf<Results>(script, &why);
    QVERIFY2(built, qPrintable(why));
    QCOMPARE(progress.value(progress.size() - 1).done, 2); // the third of three is under way
    QCOMPARE(progress.value(progress.size() - 1).total, 3);
    const Run run = runContainer(built->value(QStringLiteral("image")));
    VERIFY_RUN(run);
    QCOMPARE(docker(QStringLiteral("exec nimbook-jupyter cat /made/data")), "x");

    QCOMPARE(m_machine.run(QStringLiteral("printf 'FROM %1\\nRUN echo before && false\\n' >/src/Dockerfile").arg(EngineFixture::image())).status, 0);
    QVERIFY(!m_machine.valueOf<Results>(buildImage(&m_machine.session(), QStringLiteral("/src/Dockerfile"), {}, QStringLiteral("nimbook.local/bad"), nullptr), &why));
    QVERIFY2(why.contains(QLatin1String("returned a non-zero code: 1")), qPrintable(why));
}

void DockerEngineTest::imageWithoutJupyter_theContainerThatRanIsKept()
{
    const QByteArray before = docker(QStringLiteral("inspect -f '{{.Id}}' nimbook-jupyter"));
    QCOMPARE(m_machine.run(QStringLiteral("mkdir -p /tmp/tiny && head -c 12000000 /dev/urandom >/tmp/tiny/a && head -c 9000000 /dev/urandom >/tmp/tiny/b && "
                                          "printf 'FROM scratch\\nCOPY a /\\nCOPY b /\\n' >/tmp/tiny/Dockerfile && DOCKER_BUILDKIT=0 docker build -q -t 127.0.0.1:5000/tiny:1 /tmp/tiny")).status, 0);
    const Run run = runContainer(QStringLiteral("127.0.0.1:5000/tiny:1"));
    QVERIFY(!run.server);
    QVERIFY2(run.why.contains(QLatin1String("could not be started")), qPrintable(run.why));
    QCOMPARE(docker(QStringLiteral("inspect -f '{{.Id}} {{.State.Status}}' nimbook-jupyter")), before + " running");
}

void DockerEngineTest::pull_tellsBytesAndTheLockPinsTheDigest()
{
    const QString registry = qEnvironmentVariable("NIMBOOK_ENGINE_IMAGES") + QStringLiteral("/docker-registry");
    if (!QFileInfo(registry).isExecutable())
        QSKIP("there is no docker-registry; the test engine_registry says why");
    const QByteArray config = "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /run/registry\nhttp:\n  addr: 127.0.0.1:5000\n";
    QCOMPARE(m_machine.run(QStringLiteral("cat >/tmp/registry.yml; setsid '%1' serve /tmp/registry.yml >/tmp/registry.log 2>&1 </dev/null & "
                                          "for i in $(seq 30); do curl -sf http://127.0.0.1:5000/v2/ && break; sleep 1; done").arg(registry), config).status, 0);
    const QByteArray pushed = docker(QStringLiteral("push -q 127.0.0.1:5000/tiny:1 && docker inspect --type=image -f '{{index .RepoDigests 0}}' 127.0.0.1:5000/tiny:1"));
    const QByteArray digest = pushed.split('\n').value(1);
    QVERIFY2(digest.startsWith("127.0.0.1:5000/tiny@sha256:"), pushed.constData());
    docker(QStringLiteral("rmi 127.0.0.1:5000/tiny:1"));

    const Run run = runContainer(QStringLiteral("127.0.0.1:5000/tiny:1")); // it cannot run; it is pulled all the same
    QVERIFY2(run.steps.contains(QStringLiteral("pull")), qPrintable(run.log));
    const auto whole = [](const Progress &step) { return step.unit == Progress::Unit::Bytes && step.total > 20'000'000 && step.done == step.total; };
    QVERIFY2(std::any_of(run.progress.cbegin(), run.progress.cend(), whole), qPrintable(run.log));

    // The tag moves on; the project's lock does not.
    QCOMPARE(m_machine.run(QStringLiteral("echo new >/tmp/tiny/a && DOCKER_BUILDKIT=0 docker build -q -t 127.0.0.1:5000/tiny:1 /tmp/tiny && docker push -q 127.0.0.1:5000/tiny:1 && docker rmi 127.0.0.1:5000/tiny:1")).status, 0);
    const QByteArray lock = "{\n \"nimbook\": 1,\n \"image\": {\n  \"reference\": \"127.0.0.1:5000/tiny:1\",\n  \"digest\": \"" + digest + "\"\n },\n \"added\": []\n}\n";
    QCOMPARE(m_machine.run(QStringLiteral("cat >/src/nimbook.lock"), lock).status, 0);
    const Run pinned = runContainer(QStringLiteral("127.0.0.1:5000/tiny:1"));
    QVERIFY2(pinned.log.contains(QLatin1String("nimbook.lock pins")), qPrintable(pinned.log));
    QCOMPARE(docker(QStringLiteral("inspect --type=image -f '{{index .RepoDigests 0}}' 127.0.0.1:5000/tiny:1")), digest);

    // Also when the machine has the tag with its newer bits: opening the notebook leaves those, recreating does not.
    const QString tiny = QStringLiteral("127.0.0.1:5000/tiny:1");
    docker(QStringLiteral("pull -q ") + tiny);
    const auto digestHere = [&] { return docker(QStringLiteral("inspect --type=image -f '{{index .RepoDigests 0}}' ") + tiny); };
    const QByteArray newer = digestHere();
    QVERIFY2(newer.startsWith("127.0.0.1:5000/tiny@sha256:") && newer != digest, newer.constData());
    runContainer(tiny);
    QCOMPARE(digestHere(), newer);
    const Run recreated = runContainer(tiny, true);
    QVERIFY2(recreated.log.contains(QLatin1String("nimbook.lock pins")), qPrintable(recreated.log));
    QCOMPARE(digestHere(), digest);

    const Run unknown = runContainer(QStringLiteral("127.0.0.1:5000/nothing:1"));
    QVERIFY2(unknown.why.contains(QLatin1String("manifest unknown")), qPrintable(unknown.why));
}

QTEST_GUILESS_MAIN(DockerEngineTest)
#include "docker_engine_test.moc"
