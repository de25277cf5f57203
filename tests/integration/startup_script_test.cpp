// SPDX-License-Identifier: Apache-2.0
#include "integration/machine_fixture.h"

#include <QFileInfo>
#include <QMap>

using namespace nimbook;
using nimbook::testing::Ended;
using nimbook::testing::runProgram;

namespace {

// What only Google and NVIDIA have, as far as the script asks for it. /standin keeps what they did.
const QMap<QByteArray, QByteArray> standIns{
    {"curl", R"sh(#!/bin/sh
url='' out='' data='' put=no
while [ $# -gt 0 ]; do
    case $1 in
    -X) [ "$2" = PUT ] && put=yes; shift ;;
    -o) out=$2; shift ;;
    --data-binary) data=$2; shift ;;
    -H | --max-time | --retry) shift ;;
    http*) url=$1 ;;
    esac
    shift
done
if [ $put = yes ]; then echo "${url##*/guest-attributes/nimbook/}=$data" >>/standin/attributes; exit 0; fi
[ -e /standin/no-network ] && exit 6
echo "$url" >>/standin/fetched
echo "from $url" >"$out"
)sh"},
    {"apt-get", R"sh(#!/bin/sh
[ -e /standin/apt-broken ] && { echo 'E: Could not get lock'; exit 100; }
echo "$*" >>/standin/apt.log
case "$*" in *install*) ;; *) exit 0 ;; esac
for package in "$@"; do
    case $package in
    docker.io) cp /standin/parts/docker /standin/bin/ ;;
    acl) cp /standin/parts/setfacl /standin/bin/ ;;
    python3) cp /standin/parts/python3 /standin/bin/ ;;
    nvidia-container-toolkit) [ -s /etc/apt/sources.list.d/nvidia-container-toolkit.list ] && cp /standin/parts/nvidia-ctk /standin/bin/ ;;
    esac
done
)sh"},
    {"systemctl", "#!/bin/sh\necho \"$*\" >>/standin/systemctl.log\n"},
    {"dpkg", "#!/bin/sh\necho amd64\n"},
};
const QMap<QByteArray, QByteArray> parts{
    {"docker", R"sh(#!/bin/sh
case $1 in
info) echo " Runtimes: runc$([ -e /standin/nvidia-runtime ] && echo ' nvidia')" ;;
run)
    echo "$*" >>/standin/docker-run.log
    [ -e /standin/container-broken ] && { echo 'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'; exit 125; }
    echo 'GPU 0: NVIDIA L4 (UUID: GPU-1)'
    ;;
esac
)sh"},
    {"setfacl", "#!/bin/sh\n"},
    {"nvidia-ctk", "#!/bin/sh\ntouch /standin/nvidia-runtime\n"},
    {"nvidia-smi", R"sh(#!/bin/sh
[ -e /standin/driver-loaded ] || { echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9; }
case $1 in
-L) echo 'GPU 0: NVIDIA L4 (UUID: GPU-1)' ;;
*) echo 580.95.05 ;;
esac
)sh"},
    // Google's cuda_installer.pyz: restarts after the kernel headers, and again after the driver.
    {"python3", R"sh(#!/bin/sh
echo "$*" >>/standin/installer.log
[ -e /standin/installer-broken ] && { echo 'no driver for this kernel'; exit 1; }
[ -e /standin/installer-lazy ] && exit 0
if [ "$(wc -l </standin/installer.log)" -ge 2 ] && ! [ -e /standin/installer-endless ]; then
    cp /standin/parts/nvidia-smi /standin/bin/
    touch /standin/driver-loaded
fi
kill -KILL -1 # the machine goes down under the script's feet
)sh"},
};

} // namespace

/// The startup script on a bare machine: nothing but the shell's own tools, a bubblewrap root, stand-ins for what only Google has.
class StartupScriptTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_root = std::make_unique<QTemporaryDir>();
        for (const char *folder : {"bin", "tools", "etc/apt/sources.list.d", "var/lib", "src", "keyrings", "sys/bus/pci/devices/0000:00:04.0", "standin/bin", "standin/parts"})
            QVERIFY(QDir(m_root->path()).mkpath(QLatin1String(folder)));
        for (auto it = standIns.cbegin(); it != standIns.cend(); ++it)
            program("standin/bin/" + it.key(), it.value());
        for (auto it = parts.cbegin(); it != parts.cend(); ++it)
            program("standin/parts/" + it.key(), it.value());
        for (const char *tool : {"cat", "chmod", "cp", "cut", "date", "echo", "grep", "head", "id", "mkdir", "rm", "sed", "sh", "sleep", "tail", "touch", "wc"})
            QVERIFY(QFile::link(QStringLiteral("/usr/bin/") + QLatin1String(tool), path(QStringLiteral("tools/") + QLatin1String(tool))));
        QVERIFY(QFile::copy(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/resources/remote/startup.sh"), path(QStringLiteral("standin/startup.sh"))));
    }

    void bareImage_isReadyAfterTheRestartsOfGooglesInstaller()
    {
        addGpu();
        QCOMPARE(boot().status, 137); // Google's installer restarts the machine midway
        QCOMPARE(attribute("step"), "driver");
        QVERIFY(attribute("state") != "ready");
        QCOMPARE(boot().status, 137);
        const Ended last = boot();
        QVERIFY2(last.status == 0, last.both().constData());
        QCOMPARE(attribute("state"), "ready");
        QCOMPARE(attribute("gpu"), "ready");
        QCOMPARE(attribute("driver"), "580.95.05");
        QCOMPARE(lines("installer.log"), (QByteArrayList{"cuda_installer.pyz install_driver", "cuda_installer.pyz install_driver"}));
        QVERIFY(lines("fetched").contains("https://storage.googleapis.com/compute-gpu-installation-us/installer/latest/cuda_installer.pyz"));
        QVERIFY(read(QStringLiteral("etc/apt/sources.list.d/nvidia-container-toolkit.list")).contains("signed-by=/usr/share/keyrings/nvidia-container-toolkit.asc"));
        QVERIFY(QFileInfo(path(QStringLiteral("keyrings/nvidia-container-toolkit.asc"))).size() > 0);
        QVERIFY(QFileInfo(path(QStringLiteral("src/outputs"))).isDir());
        const QByteArray steps = attribute("steps");
        qsizetype at = -1;
        for (const char *step : {"folders:", "tools:", "docker:", "driver:", "toolkit:", "gate:", "ready:"}) {
            QVERIFY2(steps.indexOf(step) > at, steps.constData());
            at = steps.indexOf(step);
        }
    }

    void nextBoot_changesNothingAndDownloadsNothing()
    {
        addGpu();
        giveDriver();
        QCOMPARE(boot().status, 0);
        const QStringList logs{QStringLiteral("apt.log"), QStringLiteral("fetched"), QStringLiteral("docker-run.log"), QStringLiteral("systemctl.log")};
        QMap<QString, QByteArray> before;
        for (const QString &log : logs)
            before[log] = read(QStringLiteral("standin/") + log);
        QVERIFY(!before.value(QStringLiteral("docker-run.log")).isEmpty());
        QVERIFY(QFile::remove(path(QStringLiteral("standin/attributes"))));
        QCOMPARE(boot().status, 0);
        for (const QString &log : logs)
            QCOMPARE(read(QStringLiteral("standin/") + log), before.value(log));
        QCOMPARE(attribute("state"), "ready");
        QCOMPARE(attribute("gpu"), "ready");
    }

    void imageWithDriver_needsNoInstaller()
    {
        addGpu();
        giveDriver();
        const Ended ended = boot();
        QVERIFY2(ended.status == 0, ended.both().constData());
        QVERIFY(lines("installer.log").isEmpty());
        QCOMPARE(lines("docker-run.log").size(), 1);
        QVERIFY2(lines("docker-run.log").first().contains("--gpus all"), lines("docker-run.log").first().constData());
        QVERIFY(lines("systemctl.log").contains("restart docker"));
    }

    void imageWithEverything_isProvenAllTheSame()
    {
        addGpu();
        giveDriver();
        for (const char *part : {"docker", "setfacl", "nvidia-ctk"})
            QVERIFY(QFile::copy(path(QStringLiteral("standin/parts/") + QLatin1String(part)), path(QStringLiteral("standin/bin/") + QLatin1String(part))));
        mark("nvidia-runtime");
        QCOMPARE(boot().status, 0);
        QVERIFY(lines("apt.log").isEmpty());
        QCOMPARE(lines("docker-run.log").size(), 1);
        QCOMPARE(attribute("gpu"), "ready");
    }

    void machineWithoutGpu_asksNothingOfNvidia()
    {
        const Ended ended = boot();
        QVERIFY2(ended.status == 0, ended.both().constData());
        QCOMPARE(attribute("state"), "ready");
        QCOMPARE(attribute("gpu"), "none");
        QVERIFY(lines("fetched").isEmpty());
        QVERIFY(!read(QStringLiteral("standin/apt.log")).contains("nvidia"));
    }

    void driverThatNeverComes_failsAfterSomeStartsAndNotForEver()
    {
        addGpu();
        mark("installer-endless");
        for (int i = 0; i < 5; ++i)
            QCOMPARE(boot().status, 137);
        QCOMPARE(boot().status, 1);
        QCOMPARE(attribute("state"), "failed");
        QCOMPARE(attribute("gpu"), "driver-missing");
        QVERIFY2(attribute("error").contains("5 starts"), attribute("error").constData());
        QCOMPARE(lines("installer.log").size(), 5);
    }

    void installerThatFails_isSaidAtOnce()
    {
        addGpu();
        mark("installer-broken");
        QCOMPARE(boot().status, 1);
        QVERIFY2(attribute("error").contains("could not install the NVIDIA driver"), attribute("error").constData());
    }

    void announcedRestartThatDoesNotCome_isNotWaitedForForEver()
    {
        addGpu();
        mark("installer-lazy");
        QCOMPARE(boot().status, 1);
        QVERIFY(values("state").contains("restarting"));
        QCOMPARE(attribute("state"), "failed");
    }

    void gpuThatNoContainerSees_isNotReady()
    {
        addGpu();
        giveDriver();
        mark("container-broken");
        QCOMPARE(boot().status, 1);
        QCOMPARE(attribute("state"), "failed");
        QCOMPARE(attribute("gpu"), "container-failed");
        QVERIFY2(attribute("error").contains("could not select device driver"), attribute("error").constData());
        QVERIFY(QFile::remove(path(QStringLiteral("standin/container-broken"))));
        QCOMPARE(boot().status, 0); // a later start gets there
        QCOMPARE(attribute("state"), "ready");
    }

    void packagesOutOfReach_sayWhichStep()
    {
        mark("apt-broken");
        QCOMPARE(boot().status, 1);
        QCOMPARE(attribute("state"), "failed");
        QCOMPARE(attribute("step"), "docker");
        QCOMPARE(read(QStringLiteral("var/lib/nimbook/startup-state")), "failed\n");
        QVERIFY(read(QStringLiteral("var/lib/nimbook/startup-error")).contains("apt-get"));
    }

    void failedSetup_isToldWithItsReason()
    {
        mark("apt-broken");
        QCOMPARE(boot().status, 1);
        QVERIFY(QFile::copy(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/resources/remote/wait-for-setup.sh"), path(QStringLiteral("standin/wait-for-setup.sh"))));
        const Ended ended = run(QStringLiteral("wait-for-setup.sh"));
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.out.contains("nimbook:error setup-failed") && ended.out.contains("Docker could not be installed: apt-get failed"), ended.both().constData());
    }

private:
    QString path(const QString &name) const { return m_root->filePath(name); }
    void program(const QByteArray &name, const QByteArray &text) const
    {
        QFile file(path(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) > 0);
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
    }
    void mark(const char *name) const
    {
        QFile file(path(QStringLiteral("standin/") + QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    void addGpu() const
    {
        QFile vendor(path(QStringLiteral("sys/bus/pci/devices/0000:00:04.0/vendor")));
        QVERIFY(vendor.open(QIODevice::WriteOnly) && vendor.write("0x10de\n") > 0);
    }
    void giveDriver() const
    {
        QVERIFY(QFile::copy(path(QStringLiteral("standin/parts/nvidia-smi")), path(QStringLiteral("standin/bin/nvidia-smi"))));
        mark("driver-loaded");
    }
    QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QByteArrayList lines(const char *log) const
    {
        QByteArrayList all = read(QStringLiteral("standin/") + QLatin1String(log)).split('\n');
        all.removeAll(QByteArray());
        return all;
    }
    QByteArrayList values(const QByteArray &key) const
    {
        QByteArrayList found;
        for (const QByteArray &line : lines("attributes"))
            if (line.startsWith(key + '='))
                found.append(line.mid(key.size() + 1));
        return found;
    }
    QByteArray attribute(const QByteArray &key) const
    {
        const QByteArrayList all = values(key);
        return all.isEmpty() ? QByteArray() : all.constLast();
    }
    Ended boot() const { return run(QStringLiteral("startup.sh")); }
    Ended run(const QString &script) const
    {
        QStringList arguments;
        for (const char *word : {"--unshare-user", "--uid", "0", "--gid", "0", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--clearenv",
                                 "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                                 "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--setenv", "PATH", "/standin/bin:/tools", "--setenv", "NIMBOOK_RESTART_WAIT", "1",
                                 "--setenv", "NIMBOOK_RETRY_PAUSE", "0", "--setenv", "NIMBOOK_DRIVER_TRIES", "1"})
            arguments << QLatin1String(word);
        for (const char *folder : {"etc", "var", "src", "sys", "standin", "tools"})
            arguments << QStringLiteral("--bind") << path(QLatin1String(folder)) << QLatin1Char('/') + QLatin1String(folder);
        arguments << QStringLiteral("--bind") << path(QStringLiteral("keyrings")) << QStringLiteral("/usr/share/keyrings");
        return runProgram(QStringLiteral("bwrap"), arguments + QStringList{QStringLiteral("/usr/bin/sh"), QStringLiteral("/standin/") + script}, {}, 60'000);
    }

    std::unique_ptr<QTemporaryDir> m_root;
};

QTEST_GUILESS_MAIN(StartupScriptTest)
#include "startup_script_test.moc"
