// SPDX-License-Identifier: Apache-2.0
#include "workspace/setup_progress.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace nimbook;
using namespace std::chrono_literals;
using workspace::SerialReader;
using workspace::SetupProgress;

class SetupProgressTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void guestAttributes_tellStepAndTimes()
    {
        const auto progress = SetupProgress::fromGuestAttributes({{QStringLiteral("nimbook/state"), QStringLiteral("starting")},
                                                                  {QStringLiteral("nimbook/step"), QStringLiteral("driver")},
                                                                  {QStringLiteral("nimbook/steps"), QStringLiteral("folders:1000 tools:1000 docker:1002 driver:1045 ")},
                                                                  {QStringLiteral("hostkeys/ssh-rsa"), QStringLiteral("AAAA")}});
        QVERIFY(progress.isUnderWay());
        QCOMPARE(progress.step, QStringLiteral("driver"));
        QCOMPARE(progress.durations().value(QStringLiteral("docker")), 43'000ms);
        QVERIFY(!progress.durations().contains(QStringLiteral("driver"))); // its end is not known
        QVERIFY(!SetupProgress::fromGuestAttributes({}).isUnderWay());
    }

    void clockThatWasSetBack_givesNoNegativeTime()
    {
        const auto progress = SetupProgress::fromGuestAttributes({{QStringLiteral("nimbook/steps"), QStringLiteral("docker:2000 driver:1500 ready:1600 nonsense x:")}});
        QVERIFY(!progress.durations().contains(QStringLiteral("docker")));
        QCOMPARE(progress.durations().value(QStringLiteral("driver")), 100'000ms);
    }

    void scriptLine_isFoundInBothAgentsWordings_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("text");
        QTest::newRow("guest-agent") << "google_metadata_script_runner[740]: startup-script: nimbook: step = docker" << "nimbook: step = docker";
        QTest::newRow("journal prefix") << "Nov 24 10:00:00 vm google_metadata_script_runner[9]: startup-script: Reading package lists..." << "Reading package lists...";
        QTest::newRow("google-guest-agent") << "Metadata key(\"startup-script\"), command(\"/tmp/x/startup-script\"): nimbook: state = ready" << "nimbook: state = ready";
        QTest::newRow("empty line") << "google_metadata_script_runner[740]: startup-script: " << "";
        QTest::newRow("exit status") << "google_metadata_script_runner[740]: startup-script exit status 127" << QString();
        QTest::newRow("end, old") << "google_metadata_script_runner[740]: Finished running startup scripts." << QString();
        QTest::newRow("end, new") << "Finished running startup scripts" << QString();
        QTest::newRow("kernel") << "[    0.000000] Linux version 6.1.0" << QString();
    }
    void scriptLine_isFoundInBothAgentsWordings()
    {
        QFETCH(QString, line);
        QFETCH(QString, text);
        QCOMPARE(SerialReader::scriptLine(line), text);
        QCOMPARE(SerialReader::scriptLine(line).isNull(), text.isNull());
    }

    void recordedJournal_givesTheScriptsLineAlone()
    {
        QFile file(qEnvironmentVariable("NIMBOOK_CONTRACT_DATA") + QStringLiteral("/recordings/reported-errors/startup-script-journal-lines.json"));
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("NIMBOOK_CONTRACT_DATA is not set: the recorded journal is not here");
        const QJsonArray lines = QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("body")).toObject().value(QLatin1String("lines")).toArray();
        QStringList printed;
        for (const auto &line : lines)
            if (const QString text = SerialReader::scriptLine(line.toString()); !text.isNull())
                printed += text;
        QCOMPARE(printed.size(), 1);
        QVERIFY2(printed.first().contains(QLatin1String("required file not found")), qPrintable(printed.first()));
    }

    void serialPort_isReadPieceByPiece_gapsAreSaid()
    {
        SerialReader reader;
        QCOMPARE(reader.next(), 0);
        QCOMPARE(reader.read({"one\r\ntw", 0, 7}), QStringList(QStringLiteral("one")));
        QCOMPARE(reader.next(), 7);
        QCOMPARE(reader.read({"o\n", 7, 9}), QStringList(QStringLiteral("two"))); // a line that was cut by the end of a piece
        const QStringList after = reader.read({"five\n", 2'000'009, 2'000'014}); // the 1 MB buffer has moved on
        QCOMPARE(after.size(), 2);
        QVERIFY2(after.first().contains(QLatin1String("lost")), qPrintable(after.first()));
        QCOMPARE(after.last(), QStringLiteral("five"));
        QCOMPARE(reader.read({{}, 2'000'014, 2'000'014}), QStringList());
    }
};

QTEST_GUILESS_MAIN(SetupProgressTest)
#include "setup_progress_test.moc"
