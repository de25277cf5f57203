// SPDX-License-Identifier: Apache-2.0
// Whether nimbook-bench measures at all: every part once, with sizes that say nothing about speed.
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

class BenchSmokeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void transfers_areComparedWithPeers();
    void peerThatIsNotInstalled_isNamed();
    void tunnel_isComparedWithOpenSsh();
    void connect_countsBothSides();
    void memory_isMeasured();
    void models_areTimed();
    void goals_areJudged();
    void wrongUse_isRefused();

private:
    QList<QJsonObject> figuresWith(const QString &key, const QString &value = {}) const;

    QString pathWithout(const QString &tool);

    QTemporaryDir m_tools;
    QString m_program = qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbook-bench");
    QJsonObject m_answer;
};

/// A folder with links to all that the computer has, but one.
QString BenchSmokeTest::pathWithout(const QString &tool)
{
    for (const QString &folder : {QStringLiteral("/usr/bin"), QStringLiteral("/bin")}) {
        for (const QString &name : QDir(folder).entryList(QDir::Files)) {
            if (name != tool)
                QFile::link(folder + QLatin1Char('/') + name, m_tools.filePath(name));
        }
    }
    return m_tools.path();
}

void BenchSmokeTest::initTestCase()
{
    QProcess bench;
    bench.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PATH"), pathWithout(QStringLiteral("scp")));
    bench.setProcessEnvironment(environment);
    bench.start(m_program, {QStringLiteral("all"), QStringLiteral("--tiny"), QStringLiteral("--rtt"), QStringLiteral("2"), QStringLiteral("--json"),
                            QStringLiteral("--only"), QStringLiteral("cat | ssh,tar | ssh,sftp,scp")});
    QVERIFY2(bench.waitForFinished(100'000), "nimbook-bench does not end");
    const QByteArray output = bench.readAllStandardOutput();
    m_answer = QJsonDocument::fromJson(output).object();
    QVERIFY2(bench.exitCode() == 0, output.constData()); // not 0 when other bytes arrived than were sent
    QVERIFY(!m_answer.isEmpty());
}

QList<QJsonObject> BenchSmokeTest::figuresWith(const QString &key, const QString &value) const
{
    QList<QJsonObject> found;
    for (const QJsonValue &figure : m_answer.value(QStringLiteral("figures")).toArray()) {
        const QJsonObject object = figure.toObject();
        if (object.contains(key) && (value.isEmpty() || object.value(key).toString() == value))
            found << object;
    }
    return found;
}

void BenchSmokeTest::transfers_areComparedWithPeers()
{
    QSet<QString> seen;
    for (const QJsonObject &figure : figuresWith(QStringLiteral("tool"))) {
        if (figure.contains(QStringLiteral("trouble")))
            continue;
        QVERIFY(figure.value(QStringLiteral("seconds")).toDouble() > 0);
        QVERIFY(figure.value(QStringLiteral("ratio")).toDouble() > 0);
        seen << figure.value(QStringLiteral("direction")).toString() + QLatin1Char(' ') + figure.value(QStringLiteral("work")).toString()
                + QLatin1Char(' ') + figure.value(QStringLiteral("tool")).toString();
    }
    for (const QString &direction : {QStringLiteral("up "), QStringLiteral("down ")}) {
        for (const QString &rest : {QStringLiteral("file nimbook"), QStringLiteral("tree nimbook"), QStringLiteral("file cat | ssh"),
                                    QStringLiteral("tree tar | ssh"), QStringLiteral("file sftp"), QStringLiteral("tree sftp"),
                                    QStringLiteral("file plain TCP, no SSH")})
            QVERIFY2(seen.contains(direction + rest), qPrintable(direction + rest));
    }
}

void BenchSmokeTest::peerThatIsNotInstalled_isNamed()
{
    bool named = false;
    for (const QJsonValue &note : m_answer.value(QStringLiteral("notes")).toArray())
        named = named || note.toObject().value(QStringLiteral("note")).toString().contains(QStringLiteral("scp at 2 ms: not installed"));
    QVERIFY(named);
}

void BenchSmokeTest::tunnel_isComparedWithOpenSsh()
{
    int rates = 0;
    for (const QJsonObject &figure : figuresWith(QStringLiteral("sshL"))) {
        QVERIFY(figure.value(QStringLiteral("nimbook")).toDouble() > 0);
        QVERIFY(figure.value(QStringLiteral("sshL")).toDouble() > 0);
        if (figure.value(QStringLiteral("unit")).toString() == QLatin1String("ms")) // the delay is there, and at most once
            QVERIFY(figure.value(QStringLiteral("nimbook")).toDouble() >= 2);
        else
            ++rates;
    }
    QCOMPARE(rates, 4);
    QCOMPARE(figuresWith(QStringLiteral("loadedP99")).size(), 2);
}

void BenchSmokeTest::connect_countsBothSides()
{
    const auto found = figuresWith(QStringLiteral("sshLMs"));
    QCOMPARE(found.size(), 1);
    QVERIFY(found.first().value(QStringLiteral("nimbookMs")).toDouble() > 2 * 4); // at least four round trips of 2 ms
    QVERIFY(found.first().value(QStringLiteral("sshLMs")).toDouble() > 2 * 4);
}

void BenchSmokeTest::memory_isMeasured()
{
    const auto found = figuresWith(QStringLiteral("peakMib"));
    QCOMPARE(found.size(), 3);
    for (const QJsonObject &figure : found)
        QVERIFY(figure.value(QStringLiteral("peakMib")).toDouble() > 1);
}

void BenchSmokeTest::models_areTimed()
{
    QVERIFY(figuresWith(QStringLiteral("model"), QStringLiteral("transfer list")).size() >= 5);
    QVERIFY(figuresWith(QStringLiteral("model"), QStringLiteral("machine list")).size() >= 5);
}

void BenchSmokeTest::goals_areJudged()
{
    const QJsonArray targets = m_answer.value(QStringLiteral("targets")).toArray();
    QVERIFY(!targets.isEmpty());
    for (const QJsonValue &target : targets)
        QVERIFY(target.toObject().contains(QStringLiteral("met")));
}

void BenchSmokeTest::wrongUse_isRefused()
{
    QProcess bench;
    bench.start(m_program, {QStringLiteral("sideways")});
    QVERIFY(bench.waitForFinished(20'000));
    QCOMPARE(bench.exitCode(), 2);
    QVERIFY(bench.readAllStandardError().contains("upload"));
    bench.start(m_program, {QStringLiteral("upload"), QStringLiteral("--only"), QStringLiteral("carrier pigeon")});
    QVERIFY(bench.waitForFinished(20'000));
    QCOMPARE(bench.exitCode(), 2);
    QVERIFY(bench.readAllStandardError().contains("carrier pigeon"));
}

QTEST_GUILESS_MAIN(BenchSmokeTest)
#include "bench_smoke_test.moc"
