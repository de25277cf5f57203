// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"
#include "cli/exit_code.h"

#include <QTest>

using namespace nimbook;

class CliArgumentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kitsParameters_areUnderstood()
    {
        const auto parsed = cli::parseArguments({"create-instance", "--instance-name", "jupyter", "--gcp-project-id=lab", "--zone", "us-east1-d",
                                                 "--machine-type", "n1-standard-8", "--accelerator", "type=nvidia-tesla-t4,count=2",
                                                 "--boot-disk-size", "200GB", "--scopes", "default,bigquery,cloud-platform,storage-rw"});
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        QCOMPARE(parsed->arguments.verb, QStringLiteral("create-instance"));
        QCOMPARE(parsed->arguments.value("instance-name"), QStringLiteral("jupyter"));
        QCOMPARE(parsed->arguments.value("gcp-project-id"), QStringLiteral("lab"));
        QVERIFY(parsed->answer.isEmpty());
    }

    void kitsParameters_areAllOptions_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("option");
        const auto row = [](const char *parameter, const char *verb, const char *option) { QTest::addRow("%s of %s", parameter, verb) << QString::fromLatin1(verb) << QString::fromLatin1(option); };
        row("INSTANCE_NAME", "create-instance", "instance-name");
        row("GCP_PROJECT_ID", "create-instance", "gcp-project-id");
        row("GCP_ZONE", "create-instance", "zone");
        row("MACHINE_TYPE", "create-instance", "machine-type");
        row("ACCELERATOR", "create-instance", "accelerator");
        row("BOOT_DISK_SIZE", "create-instance", "boot-disk-size");
        row("its disk type", "create-instance", "boot-disk-type");
        row("GCP_INSTANCE_SCOPES", "create-instance", "scopes");
        row("its processor", "create-instance", "min-cpu-platform");
        row("MACHINE_TYPE", "create-instance-cpu", "machine-type");
        row("GCP_INSTANCE_SCOPES", "create-instance-cpu", "scopes");
        row("its processor", "create-instance-cpu", "min-cpu-platform");
        row("DOCKER_IMAGE_GPU, DOCKER_IMAGE_CPU", "run-jupyter", "docker-image");
        row("JUPYTER_PORT", "ssh-tunnel", "jupyter-port");
        row("requirements.txt", "pip-install", "requirements");
        row("FROM", "upload-files", "from");
        row("TO", "download-outputs", "to");
        row("INSTANCE_NAME", "delete-instance", "instance-name");
    }
    void kitsParameters_areAllOptions()
    {
        QFETCH(QString, verb);
        QFETCH(QString, option);
        const auto parsed = cli::parseArguments({verb, "--instance-name", "a", "--" + option, "value"});
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        QCOMPARE(parsed->arguments.value(option), QStringLiteral("value"));
    }

    void time_isReadAsGcloudWritesIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("minutes"); // -1: refused
        QTest::newRow("minutes") << "30m" << 30;
        QTest::newRow("both") << "1h30m" << 90;
        QTest::newRow("a day") << "1d" << 1440;
        QTest::newRow("seconds, rounded up") << "90s" << 2;
        QTest::newRow("none") << "0m" << 0;
        QTest::newRow("no unit") << "30" << -1;
        QTest::newRow("wrong order") << "30m1h" << -1;
        QTest::newRow("empty") << "" << -1;
    }
    void time_isReadAsGcloudWritesIt()
    {
        QFETCH(QString, text);
        QFETCH(int, minutes);
        const auto read = cli::minutesFrom(text, QStringLiteral("keep-trying"));
        QCOMPARE(read ? int(read->count()) : -1, minutes);
        if (!read)
            QVERIFY(read.error().message.contains(QLatin1String("--keep-trying")));
    }

    void wrongLines_areRefusedByName_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("named");
        QTest::newRow("verb") << QStringList{"make-coffee"} << "make-coffee";
        QTest::newRow("option") << QStringList{"list", "--zones"} << "zones";
        QTest::newRow("option of another verb") << QStringList{"stop", "--instance-name", "a", "--accelerator", "x"} << "accelerator";
        QTest::newRow("no machine") << QStringList{"stop"} << "--instance-name";
        QTest::newRow("no value") << QStringList{"stop", "--instance-name"} << "instance-name";
        QTest::newRow("stray word") << QStringList{"stop", "--instance-name", "a", "b"} << "b";
    }
    void wrongLines_areRefusedByName()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, named);
        const auto parsed = cli::parseArguments(words);
        QVERIFY(!parsed);
        QCOMPARE(cli::exitCodeFor(parsed.error().kind), cli::ExitCode::Usage);
        QVERIFY2(parsed.error().message.contains(named), qPrintable(parsed.error().message));
    }

    void commandAfterDashes_isLeftAsItIs()
    {
        const auto parsed = cli::parseArguments({"ssh", "--instance-name", "a", "--", "ls", "-l", "--json"});
        QVERIFY(parsed);
        QCOMPARE(parsed->arguments.rest, QStringList({"ls", "-l", "--json"}));
        QVERIFY(!parsed->arguments.has("json"));
    }

    void accelerator_isReadAsGcloudWritesIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("count"); // 0: refused
        QTest::newRow("both") << "type=nvidia-tesla-t4,count=4" << "nvidia-tesla-t4" << 4;
        QTest::newRow("other order") << "count=2,type=nvidia-l4" << "nvidia-l4" << 2;
        QTest::newRow("type alone") << "type=nvidia-l4" << "nvidia-l4" << 1;
        QTest::newRow("bare") << "nvidia-l4" << "nvidia-l4" << 1;
        QTest::newRow("count alone") << "count=1" << "" << 0;
        QTest::newRow("none") << "type=nvidia-l4,count=0" << "" << 0;
        QTest::newRow("no number") << "type=nvidia-l4,count=two" << "" << 0;
        QTest::newRow("unknown word") << "type=nvidia-l4,size=2" << "" << 0;
    }
    void accelerator_isReadAsGcloudWritesIt()
    {
        QFETCH(QString, text);
        QFETCH(QString, type);
        QFETCH(int, count);
        const auto read = cli::acceleratorFrom(text);
        QCOMPARE(read.has_value(), count > 0);
        if (read) {
            QCOMPARE(read->type, type);
            QCOMPARE(read->count, count);
        }
    }

    void diskSize_isInGigabytes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("gigabytes"); // 0: refused
        QTest::newRow("kit") << "200GB" << qint64(200);
        QTest::newRow("number") << "50" << qint64(50);
        QTest::newRow("terabytes") << "2TB" << qint64(2048);
        QTest::newRow("nothing") << "0GB" << qint64(0);
        QTest::newRow("megabytes") << "500MB" << qint64(0);
        QTest::newRow("negative") << "-5" << qint64(0);
    }
    void diskSize_isInGigabytes()
    {
        QFETCH(QString, text);
        QFETCH(qint64, gigabytes);
        QCOMPARE(cli::gigabytesFrom(text).value_or(0), gigabytes);
    }

    void scopes_shortNamesBecomeAddresses()
    {
        const auto kit = cli::scopesFrom("default,bigquery,cloud-platform,storage-rw");
        QVERIFY(kit);
        QVERIFY(kit->contains("https://www.googleapis.com/auth/devstorage.read_write"));
        QVERIFY(kit->contains("https://www.googleapis.com/auth/bigquery"));
        QVERIFY(kit->contains("https://www.googleapis.com/auth/logging.write")); // one of the default ones
        QCOMPARE(kit->size(), 9);
        QCOMPARE(cli::scopesFrom("none").value(), QStringList());
        QCOMPARE(cli::scopesFrom("https://www.googleapis.com/auth/pubsub").value().size(), 1);
        const auto wrong = cli::scopesFrom("bigqueri");
        QVERIFY(!wrong && wrong.error().message.contains("bigqueri"));
    }
};

QTEST_GUILESS_MAIN(CliArgumentsTest)
#include "cli_arguments_test.moc"
