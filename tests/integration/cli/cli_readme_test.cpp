// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.h"

#include <QRegularExpression>
#include <QTest>

using namespace nimbook;
using testing::CliFixture;

/// The README's own script, taken out of it, so that neither can be wrong without the other.
class CliReadmeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scriptOfTheReadme_playsTheWholeLife()
    {
        const QString script = scriptFromReadme();
        for (const char *verb : {"create-instance", "run-jupyter", "pip-install", "upload-files", "ssh", "download-outputs", "ssh-tunnel",
                                 "stop", "start", "list", "delete-instance"})
            QVERIFY2(script.contains(QStringLiteral("nimbookctl ") + QLatin1String(verb)), verb);

        QTemporaryDir home;
        CliFixture cli(home.path());
        const auto shell = cli.start(QStringLiteral("/bin/sh"), {QStringLiteral("-euc"), script});
        const auto end = CliFixture::endOf(*shell, 150'000);
        QVERIFY2(end.status == 0, end.why());

        QFile result(home.filePath(QStringLiteral("results/count.txt")));
        QVERIFY2(result.open(QIODevice::ReadOnly), end.why());
        QCOMPARE(result.readAll().trimmed(), QByteArray("1000")); // uploaded, worked on there, brought back
        QVERIFY2(end.output.contains("\"kernels\""), end.why());  // Jupyter answered through the tunnel
        const QString table = QString::fromUtf8(end.output);
        QVERIFY2(table.contains(QRegularExpression(QStringLiteral("demo +us-central1-a +running +n1-standard-8 +1×nvidia-tesla-t4"))), end.why());
        QCOMPARE(end.errorOutput, QByteArray()); // quiet where nobody watches
    }

private:
    static QString scriptFromReadme()
    {
        QFile readme(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/README.md"));
        if (!readme.open(QIODevice::ReadOnly))
            return {};
        static const QRegularExpression block(QStringLiteral("```sh\\n(.*?)```"), QRegularExpression::DotMatchesEverythingOption);
        auto blocks = block.globalMatch(QString::fromUtf8(readme.readAll()));
        while (blocks.hasNext()) {
            if (const QString text = blocks.next().captured(1); text.contains(QLatin1String("nimbookctl create-instance")))
                return text;
        }
        return {};
    }
};

QTEST_GUILESS_MAIN(CliReadmeTest)
#include "cli_readme_test.moc"
