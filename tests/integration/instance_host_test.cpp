// SPDX-License-Identifier: Apache-2.0
#include "integration/machine_fixture.h"

#include <QDirIterator>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>
#include <cstdio>

using namespace nimbook;
using nimbook::testing::Ended;
using nimbook::testing::MachineFixture;
using nimbook::testing::runProgram;
using sandbox::GuestAttribute;
using sandbox::InstanceHost;

namespace {

const char heldMachine[] = "NIMBOOK_TEST_HELD_MACHINE";

/// Processes on this computer whose command line holds \a text.
int processesWith(const QByteArray &text)
{
    int count = 0;
    QDirIterator processes(QStringLiteral("/proc"), {QStringLiteral("[0-9]*")}, QDir::Dirs);
    while (processes.hasNext()) {
        QFile commandLine(processes.next() + QStringLiteral("/cmdline"));
        if (commandLine.open(QIODevice::ReadOnly) && commandLine.readAll().contains(text))
            ++count;
    }
    return count;
}

/// Life as another process: boots a machine in the named directory and waits to be killed.
int holdMachine(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    sandbox::InstanceSpec spec;
    spec.id = QStringLiteral("1");
    spec.name = QStringLiteral("held");
    spec.directory = qEnvironmentVariable(heldMachine);
    spec.address = QHostAddress(QStringLiteral("127.78.0.1"));
    spec.metadata = {{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\nsetsid sleep 4711.%1 &\necho up\n").arg(QCoreApplication::applicationPid())}};
    InstanceHost host(spec);
    QObject::connect(&host, &InstanceHost::poweredOn, [] { std::puts("on"); std::fflush(stdout); });
    host.powerOn();
    return QCoreApplication::exec();
}

} // namespace

class InstanceHostTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void firstBoot_answersSsh();
    void hostKeysInGuestAttributes_areThoseOfSshd();
    void sshd_seesItsRealPeer();
    void startupScript_runsWithItsOutputOnSerial();
    void serialReadFromTheEnd_isEmptyAndContinuesThere();
    void setMetadata_addsAndRemovesLoginsLive();
    void keyWithExpiry_isRefusedOnceItHasPassed();
    void terminal_works();
    void sftp_carriesUnpleasantNames();
    void tunnel_reachesTheMachinesOwnLoopback();
    void twoMachines_doNotShareALoopback();
    void metadataServer_wantsItsHeader();
    void guestAttribute_isWrittenAndRead();
    void rootOfMachine_isNotOurs();
    void reboot_keepsFilesHostKeysAndPort();
    void reset_endsPoweredOn();
    void shutdownFromInside_powersOff();
    void powerOff_closesThePortAndEndsEverything();
    void busyPreferredPort_takesAnother();
    void guestAttributesNotEnabled_publishNothing();
    void deletedWhileOn_leavesNoProcess();
    void ownerKilled_leavesNoProcess();
    void destroy_removesTheDisk();

private:
    MachineFixture machine;
};

void InstanceHostTest::initTestCase()
{
    machine.spec.metadata.insert(QStringLiteral("startup-script"),
                                 QStringLiteral("#!/bin/sh\necho \"it's running in $(pwd)\"\necho to stderr >&2\nprintf unfinished\nexit 3\n"));
    QVERIFY(machine.boot());
}

void InstanceHostTest::firstBoot_answersSsh()
{
    QElapsedTimer clock;
    clock.start();
    const Ended ended = machine.ssh(QStringLiteral("hostname; echo $USER $HOME; cd; pwd; exit 5"));

    QCOMPARE(ended.out, machine.spec.name.toUtf8() + "\nada /home/ada\n/home/ada\n");
    QCOMPARE(ended.status, 5);
    qInfo("create to powered on: %lld ms; one ssh command: %lld ms", machine.bootTime, clock.elapsed());
}

void InstanceHostTest::hostKeysInGuestAttributes_areThoseOfSshd()
{
    QTRY_COMPARE(machine.host->guestAttributes().size(), 3); // published while sshd already answers
    const Ended scanned = runProgram(QStringLiteral("ssh-keyscan"), {QStringLiteral("-p"), QString::number(machine.host->sshPort()), machine.spec.address.toString()});
    int seen = 0;
    for (const QByteArray &line : scanned.out.split('\n')) {
        const QByteArrayList words = line.split(' ');
        if (words.size() < 3 || line.startsWith('#'))
            continue;
        ++seen;
        const GuestAttribute expected{QStringLiteral("hostkeys"), QString::fromUtf8(words[1]), QString::fromUtf8(words[2].trimmed())};
        QVERIFY2(machine.host->guestAttributes().contains(expected), line.constData());
    }
    QCOMPARE(seen, 3);
}

void InstanceHostTest::sshd_seesItsRealPeer()
{
    const QByteArrayList connection = machine.ssh(QStringLiteral("echo $SSH_CONNECTION")).out.trimmed().split(' ');
    QCOMPARE(connection.size(), 4);
    QCOMPARE(connection[2], machine.spec.address.toString().toUtf8());
    QCOMPARE(connection[3], QByteArray::number(machine.host->sshPort()));
}

void InstanceHostTest::startupScript_runsWithItsOutputOnSerial()
{
    QTRY_VERIFY2(machine.serial().contains("Finished running startup scripts."), machine.serial().constData());
    const QByteArray serial = machine.serial();
    QVERIFY(serial.contains("]: Found startup-script in metadata.\n"));
    QVERIFY(serial.contains("]: startup-script: it's running in /\n"));
    QVERIFY(serial.contains("]: startup-script: to stderr\n"));
    QVERIFY(serial.contains("]: startup-script: unfinished\n"));
    QVERIFY(serial.contains("]: startup-script exit status 3\n"));
}

void InstanceHostTest::serialReadFromTheEnd_isEmptyAndContinuesThere()
{
    qint64 next = 0;
    const QByteArray all = machine.host->serialOutput(0, nullptr, &next);
    qint64 actual = -1, again = -1;
    QCOMPARE(machine.host->serialOutput(next, &actual, &again), QByteArray());
    QCOMPARE(actual, next);
    QCOMPARE(again, next);
    QCOMPARE(machine.host->serialOutput(next - 4, nullptr, nullptr), all.right(4));
}

void InstanceHostTest::setMetadata_addsAndRemovesLoginsLive()
{
    machine.makeKey(QStringLiteral("grace"));
    QCOMPARE(machine.ssh(QStringLiteral("true"), {}, QStringLiteral("grace"), QStringLiteral("grace")).status, 255);

    auto metadata = machine.spec.metadata;
    metadata[QStringLiteral("ssh-keys")] += QStringLiteral("\ngrace:") + machine.publicKey(QStringLiteral("grace"));
    machine.host->setMetadata(metadata);

    QCOMPARE(machine.ssh(QStringLiteral("pwd"), {}, QStringLiteral("grace"), QStringLiteral("grace")).out, "/home/grace\n");
    QCOMPARE(machine.ssh(QStringLiteral("true"), {}, QStringLiteral("ada"), QStringLiteral("grace")).status, 255); // her key is hers
    QCOMPARE(machine.ssh(QStringLiteral("echo still")).out, "still\n");

    machine.host->setMetadata(machine.spec.metadata);
    QCOMPARE(machine.ssh(QStringLiteral("true"), {}, QStringLiteral("grace"), QStringLiteral("grace")).status, 255);
}

void InstanceHostTest::keyWithExpiry_isRefusedOnceItHasPassed()
{
    machine.makeKey(QStringLiteral("brief"));
    const QString key = machine.publicKey(QStringLiteral("brief")).section(QLatin1Char(' '), 0, 1);
    const QString expiry = QDateTime::currentDateTimeUtc().addSecs(4).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss+0000"));
    auto metadata = machine.spec.metadata;
    metadata[QStringLiteral("ssh-keys")] += QStringLiteral("\nbrief:%1 google-ssh {\"userName\":\"brief\",\"expireOn\":\"%2\"}").arg(key, expiry);
    machine.host->setMetadata(metadata);

    const auto login = [&] { return machine.ssh(QStringLiteral("true"), {}, QStringLiteral("brief"), QStringLiteral("brief")).status; };
    QCOMPARE(login(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(login(), 255, 15000);
    machine.host->setMetadata(machine.spec.metadata);
}

void InstanceHostTest::terminal_works()
{
    const Ended ended = machine.ssh(QStringLiteral("tty && stty -a | head -n 1"), {}, QStringLiteral("ada"), QStringLiteral("key"), {QStringLiteral("-tt")});
    QVERIFY2(ended.status == 0, ended.both().constData());
    QVERIFY2(ended.out.startsWith("/dev/pts/"), ended.out.constData());
}

void InstanceHostTest::sftp_carriesUnpleasantNames()
{
    const QString name = QStringLiteral("-don't \"quote\" ümlaut.txt");
    QFile local(machine.path(name));
    QVERIFY(local.open(QIODevice::WriteOnly));
    local.write("content\n");
    local.close();
    const QString quoted = QString(name).replace(QLatin1String("\""), QLatin1String("\\\""));
    const Ended ended = runProgram(QStringLiteral("sftp"), machine.sshOptions() + QStringList{QStringLiteral("-b"), QStringLiteral("-"), QStringLiteral("ada@") + machine.spec.address.toString()},
                                   QStringLiteral("put \"%1\" \"/src/%2\"\nget \"/src/%2\" \"%1.back\"\n").arg(QString(local.fileName()).replace(QLatin1String("\""), QLatin1String("\\\"")), quoted).toUtf8());

    QVERIFY2(ended.status == 0, ended.both().constData());
    QFile back(local.fileName() + QStringLiteral(".back"));
    QVERIFY(back.open(QIODevice::ReadOnly));
    QCOMPARE(back.readAll(), "content\n");
}

void InstanceHostTest::tunnel_reachesTheMachinesOwnLoopback()
{
    const Ended ended = runProgram(QStringLiteral("ssh"), machine.sshOptions() + QStringList{QStringLiteral("-W"), QStringLiteral("127.0.0.1:8775"), QStringLiteral("ada@") + machine.spec.address.toString()},
                                   "GET /computeMetadata/v1/instance/name HTTP/1.1\r\nMetadata-Flavor: Google\r\n\r\n");
    QVERIFY2(ended.out.endsWith("\r\n\r\n" + machine.spec.name.toUtf8()), ended.both().constData());
}

void InstanceHostTest::twoMachines_doNotShareALoopback()
{
    MachineFixture other;
    QVERIFY(other.boot());
    for (const MachineFixture *one : {&machine, &other})
        QCOMPARE(one->ssh(QStringLiteral("mkdir -p /tmp/www && cd /tmp/www && hostname >name && { setsid python3 -m http.server --bind 127.0.0.1 8888 >/dev/null 2>&1 </dev/null & } "
                                         "&& until curl -sf http://127.0.0.1:8888/name; do sleep 0.05; done")).out, one->spec.name.toUtf8() + '\n');
    QCOMPARE(machine.ssh(QStringLiteral("pkill -f http.server")).status, 0);
}

void InstanceHostTest::metadataServer_wantsItsHeader()
{
    const QString ask = QStringLiteral("curl -s -o /dev/null -w '%{http_code}' $1 http://$GCE_METADATA_HOST/computeMetadata/v1/instance/");
    QCOMPARE(machine.ssh(ask + QStringLiteral("id")).out, "403");
    const QString flavoured = QStringLiteral("curl -s -H 'Metadata-Flavor: Google' http://$GCE_METADATA_HOST/computeMetadata/v1/");
    QCOMPARE(machine.ssh(flavoured + QStringLiteral("instance/id")).out, machine.spec.id.toUtf8());
    QCOMPARE(machine.ssh(flavoured + QStringLiteral("project/project-id")).out, "vision-lab");
    QCOMPARE(machine.ssh(flavoured + QStringLiteral("instance/attributes/startup-script")).out, machine.spec.metadata.value(QStringLiteral("startup-script")).toUtf8());
    QVERIFY(machine.ssh(flavoured + QStringLiteral("instance/id -D -")).out.contains("Metadata-Flavor: Google"));
    QCOMPARE(machine.ssh(flavoured + QStringLiteral("instance/attributes/none -o /dev/null -w '%{http_code}'")).out, "404");
}

void InstanceHostTest::guestAttribute_isWrittenAndRead()
{
    const QString url = QStringLiteral("-H 'Metadata-Flavor: Google' http://$GCE_METADATA_HOST/computeMetadata/v1/instance/guest-attributes/nimbook/note");
    QCOMPARE(machine.ssh(QStringLiteral("head -c 100000 /dev/zero | tr '\\0' x | curl -sf -X PUT --data-binary @- ") + url).status, 0);
    QVERIFY(machine.host->guestAttributes().contains({QStringLiteral("nimbook"), QStringLiteral("note"), QString(100000, QLatin1Char('x'))}));
    QCOMPARE(machine.ssh(QStringLiteral("curl -sf -X PUT --data 'größer' ") + url).status, 0);
    QCOMPARE(machine.ssh(QStringLiteral("curl -sf ") + url).out, "größer");
    QCOMPARE(machine.host->guestAttributes().size(), 4); // replaced, not added
    QCOMPARE(machine.ssh(QStringLiteral("head -c 200000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' -X PUT --data-binary @- ") + url).out, "413");
}

void InstanceHostTest::rootOfMachine_isNotOurs()
{
    QVERIFY(machine.ssh(QStringLiteral("id -u")).out.trimmed() != "0");
    QCOMPARE(machine.ssh(QStringLiteral("sudo id -u; sudo -n true")).status, 0);
    QVERIFY(machine.ssh(QStringLiteral("touch /etc/x /usr/x")).status != 0);
    QVERIFY2(machine.ssh(QStringLiteral("ls ") + QStringLiteral("'%1'").arg(QString(machine.spec.directory).replace(QLatin1String("'"), QLatin1String("'\\''")))).status != 0, "the disk seen from inside");
    QCOMPARE(machine.ssh(QStringLiteral("grep CapEff /proc/self/status")).out, "CapEff:\t0000000000000000\n");
}

void InstanceHostTest::reboot_keepsFilesHostKeysAndPort()
{
    const quint16 port = machine.host->sshPort();
    const QList<GuestAttribute> attributes = machine.host->guestAttributes();
    QCOMPARE(machine.ssh(QStringLiteral("echo kept >'/src/a file' && cat /var/lib/ssh/*.pub >/src/keys")).status, 0);

    QVERIFY(machine.shutDown());
    QVERIFY(!machine.host->isOn());
    machine.spec.preferredSshPort = port;
    machine.host = nullptr; // as when the sandbox itself is started anew
    QVERIFY(machine.boot());

    QCOMPARE(machine.host->sshPort(), port);
    QCOMPARE(machine.host->guestAttributes(), attributes);
    QCOMPARE(machine.ssh(QStringLiteral("cat '/src/a file' && cat /var/lib/ssh/*.pub | cmp - /src/keys")).both(), "kept\n");
    QTRY_VERIFY(machine.serial().contains("startup-script exit status 3")); // on each boot
    qInfo("second boot: %lld ms", machine.bootTime);
}

void InstanceHostTest::reset_endsPoweredOn()
{
    QCOMPARE(machine.ssh(QStringLiteral("touch /run/before /src/before")).status, 0);
    QSignalSpy on(machine.host.get(), &InstanceHost::poweredOn);
    QSignalSpy off(machine.host.get(), &InstanceHost::poweredOff);
    machine.host->reset();
    QTRY_COMPARE_WITH_TIMEOUT(on.size(), 1, 20000);
    QCOMPARE(off.size(), 0);
    QCOMPARE(machine.ssh(QStringLiteral("ls /run/before; ls /src/before")).out, "/src/before\n");
}

void InstanceHostTest::shutdownFromInside_powersOff()
{
    QSignalSpy off(machine.host.get(), &InstanceHost::poweredOff);
    machine.ssh(QStringLiteral("sudo poweroff"));
    QTRY_COMPARE_WITH_TIMEOUT(off.size(), 1, 10000);
    QVERIFY(!machine.host->isOn());
    QVERIFY(machine.boot());
}

void InstanceHostTest::powerOff_closesThePortAndEndsEverything()
{
    const quint16 port = machine.host->sshPort();
    const QByteArray marker = "4712." + QByteArray::number(QCoreApplication::applicationPid());
    QCOMPARE(machine.ssh(QStringLiteral("setsid sh -c \"trap '' TERM; sleep %1; sleep %1\" >/dev/null 2>&1 </dev/null &").arg(QString::fromLatin1(marker))).status, 0);
    QTRY_VERIFY(processesWith(marker) > 0);

    QElapsedTimer clock;
    clock.start();
    QVERIFY(machine.shutDown());
    qInfo("power off with a stubborn process: %lld ms", clock.elapsed());

    QTRY_COMPARE(processesWith(marker), 0);
    QCOMPARE(machine.host->sshPort(), 0);
    QTcpSocket socket;
    socket.connectToHost(machine.spec.address, port);
    QVERIFY(!socket.waitForConnected(2000));
    QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    QVERIFY(machine.boot());
}

void InstanceHostTest::busyPreferredPort_takesAnother()
{
    MachineFixture other;
    QTcpServer squatter;
    QVERIFY(squatter.listen(other.spec.address));
    other.spec.preferredSshPort = squatter.serverPort();
    QVERIFY(other.boot());
    QVERIFY(other.host->sshPort() != squatter.serverPort());
    QCOMPARE(other.ssh(QStringLiteral("echo here")).out, "here\n");
}

void InstanceHostTest::guestAttributesNotEnabled_publishNothing()
{
    MachineFixture other;
    other.spec.metadata.remove(QStringLiteral("enable-guest-attributes"));
    QVERIFY(other.boot());
    QTRY_VERIFY(other.serial().contains("No startup scripts to run."));
    QVERIFY(other.host->guestAttributes().isEmpty());
}

void InstanceHostTest::deletedWhileOn_leavesNoProcess()
{
    MachineFixture other;
    QVERIFY(other.boot());
    QVERIFY(processesWith(other.spec.directory.toUtf8()) > 0);
    other.host.reset();
    QTRY_COMPARE(processesWith(other.spec.directory.toUtf8()), 0);
}

void InstanceHostTest::ownerKilled_leavesNoProcess()
{
    QTemporaryDir directory;
    QProcess owner;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QLatin1String(heldMachine), directory.filePath(QStringLiteral("held")));
    owner.setProcessEnvironment(environment);
    owner.start(QCoreApplication::applicationFilePath(), {});
    QVERIFY(QTest::qWaitFor([&] { return owner.bytesAvailable() > 0; }, 30000));
    const QByteArray marker = "4711." + QByteArray::number(owner.processId());
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(marker) > 0, 10000);

    ::kill(pid_t(owner.processId()), SIGKILL);

    QTRY_COMPARE_WITH_TIMEOUT(processesWith(marker), 0, 5000);
    QTRY_COMPARE_WITH_TIMEOUT(processesWith(directory.path().toUtf8()), 0, 5000);
    QTRY_COMPARE(owner.state(), QProcess::NotRunning);
}

void InstanceHostTest::destroy_removesTheDisk()
{
    machine.host->destroy();
    QVERIFY2(QDir(machine.spec.directory).exists(), "a machine that is on keeps its disk");
    QVERIFY(machine.shutDown());
    machine.host->destroy();
    QVERIFY(!QDir(machine.spec.directory).exists());
}

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsSet(heldMachine))
        return holdMachine(argc, argv);
    QCoreApplication app(argc, argv);
    InstanceHostTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "instance_host_test.moc"
