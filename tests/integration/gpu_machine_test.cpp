// SPDX-License-Identifier: Apache-2.0
// What the remote scripts do on a machine with GPUs, which no computer that runs these tests need have: nvidia-smi is one that answers in the
// driver's words, docker is the sandbox's behind a wrapper that writes down what it is asked.
#include "integration/script_run.h"
#include "monitor/sample_parser.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace nimbook;
using nimbook::testing::MachineFixture;
using nimbook::testing::runScript;

namespace {

// The forms of nvidia-smi 550 for cards that Compute Engine has; the figures are made up.
constexpr const char *twoL4 = "0, NVIDIA L4, 43, 1234, 23034, 55, 38.45, 72.00, [N/A]\n1, NVIDIA L4, 0, 3, 23034, 41, 11.90, 72.00, [N/A]\n";
constexpr const char *cutA100 = "0, NVIDIA A100-SXM4-40GB, [N/A], 25, 40960, 34, 51.20, 400.00, Enabled\n1, NVIDIA A100-SXM4-40GB, 97, 39012, 40960, 61, 389.70, 400.00, Disabled\n";
constexpr const char *virtualT4 = "0, GRID T4-8Q, 3, 560, 8192, [N/A], [N/A], [N/A], [N/A]\n";
constexpr const char *table =
    "+-----------------------------------------------------------------------------------------+\n"
    "| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |\n"
    "|-----------------------------------------+------------------------+----------------------+\n"
    "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |\n";

} // namespace

class GpuMachineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QFile script(testing::sourcePath(QStringLiteral("resources/remote/startup.sh")));
        QVERIFY(script.open(QIODevice::ReadOnly));
        m_machine.spec.metadata.insert(QStringLiteral("startup-script"), QString::fromUtf8(script.readAll()));
        QVERIFY(m_machine.boot());
        QTRY_VERIFY_WITH_TIMEOUT(m_machine.serial().contains("startup-script exit status 0"), 20'000);
        QCOMPARE(m_machine.ssh(QStringLiteral("mkdir -p /src/fake/pci/0000:00:04.0 && echo 0x10de >/src/fake/pci/0000:00:04.0/vendor")).status, 0);
        for (const char *program : {"nvidia-smi", "docker"}) {
            QFile file(testing::sourcePath(QStringLiteral("tests/integration/gpu-programs/") + QLatin1String(program)));
            QVERIFY(file.open(QIODevice::ReadOnly) && write(QLatin1String(program), file.readAll()));
        }
        QCOMPARE(m_machine.ssh(QStringLiteral("chmod 755 /src/fake/docker /src/fake/nvidia-smi")).status, 0);
        QVERIFY(write(QStringLiteral("gpus"), twoL4) && write(QStringLiteral("table"), table));
        QVERIFY(write(QStringLiteral("driver"), "550.54.15\n550.54.15\n"));
    }

    void gpus_areHandedToTheContainer()
    {
        const auto said = run(QStringLiteral("run-jupyter.sh"));
        QVERIFY2(said.ended.status == 0, said.ended.both().constData());
        QCOMPARE(said.results.value("gpu"), QByteArray("ready"));
        const QByteArray asked = lineOfDocker("run ");
        QVERIFY2(asked.contains(" --gpus all "), asked.constData());
        QVERIFY2(asked.contains(" --shm-size 1g ") && asked.contains(" --label nimbook.gpu=ready "), asked.constData());
        QVERIFY2(asked.contains("-p 127.0.0.1:8888:8888"), asked.constData());
        QVERIFY2(!asked.contains(said.results.value("token")), "the token is in an argument");

        const auto again = run(QStringLiteral("run-jupyter.sh"));
        QCOMPARE(again.results.value("container"), QByteArray("kept"));
    }

    void toolkitOrDriverIsMissing_theContainerIsMadeWithoutAndSaysSo()
    {
        QVERIFY(write(QStringLiteral("no-toolkit"), ""));
        auto said = run(QStringLiteral("run-jupyter.sh"));
        QVERIFY2(said.ended.status == 0, said.ended.both().constData());
        QCOMPARE(said.results.value("gpu"), QByteArray("toolkit-missing"));
        QCOMPARE(said.results.value("container"), QByteArray("replaced"));
        QVERIFY(!lineOfDocker("run ").contains("--gpus"));

        QVERIFY(write(QStringLiteral("broken"), ""));
        said = run(QStringLiteral("run-jupyter.sh"));
        QCOMPARE(said.results.value("gpu"), QByteArray("driver-missing"));
        QCOMPARE(m_machine.ssh(QStringLiteral("rm /src/fake/broken /src/fake/no-toolkit")).status, 0);
        said = run(QStringLiteral("run-jupyter.sh"));
        QCOMPARE(said.results.value("gpu"), QByteArray("ready"));
    }

    void lock_recordsDriverCudaAndEveryGpu()
    {
        const auto said = run(QStringLiteral("packages.sh"), {{QStringLiteral("NIMBOOK_RECORD"), QStringLiteral("yes")}});
        QVERIFY2(said.ended.status == 0, said.ended.both().constData());
        const QByteArray text = m_machine.ssh(QStringLiteral("cat /src/nimbook.lock")).out;
        const QJsonObject gpu = QJsonDocument::fromJson(text).object().value(QStringLiteral("gpu")).toObject();
        QCOMPARE(gpu, (QJsonObject{{"name", "NVIDIA L4;NVIDIA L4"}, {"driver", "550.54.15"}, {"cuda", "12.4"}}));
        const QJsonObject lock = QJsonDocument::fromJson(said.results.value("packages")).object().value(QStringLiteral("lock")).toObject();
        QCOMPARE(lock.value(QStringLiteral("driver")).toString(), QStringLiteral("550.54.15"));
        QCOMPARE(lock.value(QStringLiteral("cuda")).toString(), QStringLiteral("12.4"));
    }

    void samples_holdEveryGpuWithWhatItTells_data()
    {
        using monitor::GpuSample;
        constexpr double mib = 1024 * 1024;
        QTest::addColumn<QByteArray>("gpus");
        QTest::addColumn<bool>("oldDriver");
        QTest::addColumn<QList<GpuSample>>("expected");
        QTest::newRow("two L4") << QByteArray(twoL4) << false
                                << QList<GpuSample>{{0, "NVIDIA L4", 43, 1234 * mib, 23034 * mib, 55, 38.45, 72, false}, {1, "NVIDIA L4", 0, 3 * mib, 23034 * mib, 41, 11.9, 72, false}};
        QTest::newRow("one A100 of two cut by MIG")
            << QByteArray(cutA100) << false
            << QList<GpuSample>{{0, "NVIDIA A100-SXM4-40GB", {}, 25 * mib, 40960 * mib, 34, 51.2, 400, true}, {1, "NVIDIA A100-SXM4-40GB", 97, 39012 * mib, 40960 * mib, 61, 389.7, 400, false}};
        QTest::newRow("a virtual one that tells little") << QByteArray(virtualT4) << false << QList<GpuSample>{{0, "GRID T4-8Q", 3, 560 * mib, 8192 * mib, {}, {}, {}, false}};
        QTest::newRow("a driver that knows no MIG")
            << QByteArray(twoL4) << true
            << QList<GpuSample>{{0, "NVIDIA L4", 43, 1234 * mib, 23034 * mib, 55, 38.45, 72, false}, {1, "NVIDIA L4", 0, 3 * mib, 23034 * mib, 41, 11.9, 72, false}};
    }
    void samples_holdEveryGpuWithWhatItTells()
    {
        QFETCH(QByteArray, gpus);
        QFETCH(bool, oldDriver);
        QFETCH(QList<monitor::GpuSample>, expected);
        QVERIFY(write(QStringLiteral("gpus"), gpus));
        if (oldDriver)
            QVERIFY(write(QStringLiteral("old-driver"), ""));
        const auto sample = sampled();
        QCOMPARE(m_machine.ssh(QStringLiteral("rm -f /src/fake/old-driver")).status, 0);
        QVERIFY(sample.has_value());
        QCOMPARE(sample->gpuPresence, monitor::GpuPresence::Ready);
        QCOMPARE(sample->gpus, expected);
        QVERIFY(sample->cores >= 1 && sample->memoryTotal > 0 && !sample->disks.isEmpty());
    }

    void driverThatDoesNotAnswer_isNamed()
    {
        QVERIFY(write(QStringLiteral("broken"), ""));
        const auto sample = sampled();
        QCOMPARE(m_machine.ssh(QStringLiteral("rm /src/fake/broken")).status, 0);
        QVERIFY(sample.has_value());
        QCOMPARE(sample->gpuPresence, monitor::GpuPresence::DriverMissing);
        QVERIFY(sample->gpus.isEmpty());
    }

    void driverThatComesAndGoes_isSeenWithoutANewStream()
    {
        // The third and the fourth look alone are answered; each look without an answer asks twice, once without MIG.
        QCOMPARE(m_machine.ssh(QStringLiteral("mv /src/fake/nvidia-smi /src/fake/nvidia-smi.real && cat >/src/fake/nvidia-smi && chmod 755 /src/fake/nvidia-smi"),
                               "#!/bin/sh\necho x >>/src/fake/looks\ncase $(wc -l </src/fake/looks) in 5 | 6) exec /src/fake/nvidia-smi.real \"$@\" ;; esac\nexit 9\n").status, 0);
        const auto said = run(QStringLiteral("sample-machine.sh"), {{QStringLiteral("NIMBOOK_SAMPLES"), QStringLiteral("5")}, {QStringLiteral("NIMBOOK_INTERVAL"), QStringLiteral("0")}});
        QCOMPARE(m_machine.ssh(QStringLiteral("mv /src/fake/nvidia-smi.real /src/fake/nvidia-smi")).status, 0);
        QByteArrayList presence;
        for (const QByteArray &line : said.ended.out.split('\n'))
            if (line.startsWith("gpus "))
                presence += line.mid(5);
        QCOMPARE(presence, (QByteArrayList{"driver-missing", "driver-missing", "ready", "ready", "driver-missing"}));
    }

    void network_isWhatPassesTheCardsAlone_data()
    {
        QTest::addColumn<QString>("cards");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("a card: its own bytes") << QStringLiteral("ens4") << QByteArray("net 5000 700");
        QTest::newRow("none that has a device: what is neither loopback nor Docker's") << QString() << QByteArray("net 5009 709");
    }
    void network_isWhatPassesTheCardsAlone()
    {
        QFETCH(QString, cards);
        QFETCH(QByteArray, expected);
        QCOMPARE(m_machine.ssh(QStringLiteral("rm -rf /src/fake/net; cd /src/fake && mkdir -p net/lo net/ens4 net/tun0 net/docker0 net/veth1a net/br-0f; for card in %1; do touch /src/fake/net/$card/device; done; cat >/src/fake/net-dev").arg(cards),
                               "Inter-|   Receive                                                |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed\n"
                               "    lo: 100000 1 0 0 0 0 0 0 100000 1 0 0 0 0 0 0\n  ens4:    5000 1 0 0 0 0 0 0 700 1 0 0 0 0 0 0\n  tun0: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n"
                               "docker0: 4000 1 0 0 0 0 0 0 600 1 0 0 0 0 0 0\nveth1a: 4000 1 0 0 0 0 0 0 600 1 0 0 0 0 0 0\nbr-0f: 30 1 0 0 0 0 0 0 30 1 0 0 0 0 0 0\n").status, 0);
        const auto said = run(QStringLiteral("sample-machine.sh"), {{QStringLiteral("NIMBOOK_SAMPLES"), QStringLiteral("1")}, {QStringLiteral("NIMBOOK_NET"), QStringLiteral("/src/fake/net")},
                                                                    {QStringLiteral("NIMBOOK_NET_DEV"), QStringLiteral("/src/fake/net-dev")}});
        QVERIFY2(said.ended.out.split('\n').contains(expected), said.ended.both().constData());
    }

    void condaEnvironment_becomesStepsOnTheImage()
    {
        QCOMPARE(m_machine.ssh(QStringLiteral("cat >/src/environment.yml"), "name: vision\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - keras>=3\n  - pip:\n    - einops\n").status, 0);
        const auto said = run(QStringLiteral("build-image.sh"), {{QStringLiteral("NIMBOOK_SOURCE"), QStringLiteral("/src/environment.yml")},
                                                                 {QStringLiteral("NIMBOOK_BASE"), m_image},
                                                                 {QStringLiteral("NIMBOOK_TAG"), QStringLiteral("nimbook.local/project")}});
        QVERIFY2(said.ended.status == 0, said.ended.both().constData());
        QCOMPARE(said.results.value("image"), QByteArray("nimbook.local/project"));
        const QByteArray file = m_machine.ssh(QStringLiteral("cat /src/fake/Dockerfile")).out;
        QVERIFY2(file.startsWith("FROM " + m_image.toUtf8() + "\n"), file.constData());
        QVERIFY2(file.contains("COPY environment.yml /tmp/nimbook-environment.yml\n"), file.constData());
        // The file is named vision: it goes into the environment that Jupyter's kernel runs in, whatever it calls itself.
        QVERIFY2(file.contains("$tool env update --yes -n base -f /tmp/nimbook-environment.yml"), file.constData());
        const QByteArray asked = lineOfDocker("build ");
        QVERIFY2(asked.contains("-t nimbook.local/project"), asked.constData());
        // The steps run as /bin/sh runs them in the image: with mamba, with conda alone, with neither.
        const qsizetype start = file.indexOf("RUN ") + 4;
        QByteArray step = file.mid(start);
        const auto ran = [&](const QByteArray &tools) {
            return m_machine.ssh(QStringLiteral("rm -rf /tmp/tools && mkdir /tmp/tools && cd /tmp/tools && touch /tmp/nimbook-environment.yml && ln -s $(command -v rm) rm && cat >step && "
                                                "for t in %1; do printf '#!/bin/sh\\necho \"%2 $*\"\\n' >$t; sed -i \"s/%2/$t/\" $t; chmod 755 $t; done; PATH=/tmp/tools /bin/sh step")
                                     .arg(QString::fromLatin1(tools), QStringLiteral("TOOL")),
                                 step);
        };
        auto end = ran("conda mamba");
        QVERIFY2(end.status == 0 && end.out.contains("mamba env update --yes -n base -f /tmp/nimbook-environment.yml"), end.both().constData());
        end = ran("conda");
        QVERIFY2(end.status == 0 && end.out.contains("conda env update --yes -n base"), end.both().constData());
        end = ran("");
        QVERIFY2(end.status != 0 && end.out.contains("neither mamba nor conda"), end.both().constData());
    }

private:
    testing::Said run(const QString &script, QMap<QString, QString> variables = {})
    {
        QByteArray before = "PATH=/src/fake:$PATH\nexport PATH\n";
        variables.insert(QStringLiteral("NIMBOOK_PCI"), QStringLiteral("/src/fake/pci"));
        if (script == QLatin1String("run-jupyter.sh"))
            variables.insert(QStringLiteral("NIMBOOK_IMAGE"), m_image);
        return runScript(m_machine, script, variables, before);
    }
    bool write(const QString &name, const QByteArray &text) { return m_machine.ssh(QStringLiteral("cat >/src/fake/") + name, text).status == 0; }
    /// The last call of docker that begins so, with all its arguments.
    QByteArray lineOfDocker(const QByteArray &beginning)
    {
        QByteArray last;
        for (const QByteArray &line : m_machine.ssh(QStringLiteral("cat /src/fake/asked")).out.split('\n'))
            if (line.startsWith(beginning))
                last = line;
        return last;
    }
    std::optional<monitor::MachineSample> sampled()
    {
        const auto said = run(QStringLiteral("sample-machine.sh"), {{QStringLiteral("NIMBOOK_SAMPLES"), QStringLiteral("1")}});
        monitor::SampleParser parser;
        std::optional<monitor::MachineSample> sample;
        for (const QByteArray &line : said.ended.out.split('\n'))
            if (const auto whole = parser.feed(QString::fromUtf8(line), QDateTime::currentDateTimeUtc()))
                sample = whole;
        return sample;
    }

    const QString m_image = QStringLiteral("quay.io/jupyter/tensorflow-notebook:cuda-latest");
    MachineFixture m_machine;
};

QTEST_GUILESS_MAIN(GpuMachineTest)
#include "gpu_machine_test.moc"
