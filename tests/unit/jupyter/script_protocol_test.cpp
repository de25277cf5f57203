// SPDX-License-Identifier: Apache-2.0
#include "jupyter/script_protocol.h"

#include <QProcess>
#include <QTest>

using namespace nimbook::jupyter;

class ScriptProtocolTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void protocolLines_areUnderstood()
    {
        QCOMPARE(std::get<StepLine>(parseScriptLine(QStringLiteral("nimbook:step pull"))).name, QStringLiteral("pull"));

        const auto progress = std::get<ProgressLine>(parseScriptLine(QStringLiteral("nimbook:progress 3 11 items")));
        QCOMPARE(progress.done, 3);
        QCOMPARE(progress.total, 11);
        QCOMPARE(progress.unit, QStringLiteral("items"));

        const auto result = std::get<ResultLine>(parseScriptLine(QStringLiteral("nimbook:result installed numpy-2.1 my pkg")));
        QCOMPARE(result.key, QStringLiteral("installed"));
        QCOMPARE(result.value, QStringLiteral("numpy-2.1 my pkg"));

        const auto error = std::get<ErrorLine>(parseScriptLine(QStringLiteral("nimbook:error disk-full The disk is full.")));
        QCOMPARE(error.code, QStringLiteral("disk-full"));
        QCOMPARE(error.text, QStringLiteral("The disk is full."));
    }

    void linesThatOnlyLookLikeProtocol_areLog_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("plain") << QStringLiteral("Collecting numpy");
        QTest::newRow("unknown verb") << QStringLiteral("nimbook:dance now");
        QTest::newRow("no argument") << QStringLiteral("nimbook:step");
        QTest::newRow("progress without numbers") << QStringLiteral("nimbook:progress many more items");
        QTest::newRow("in the middle") << QStringLiteral("echo nimbook:step pull");
        QTest::newRow("empty") << QString();
    }
    void linesThatOnlyLookLikeProtocol_areLog()
    {
        QFETCH(QString, line);
        QCOMPARE(std::get<LogLine>(parseScriptLine(line)).text, line);
    }

    void streamInPieces_givesWholeLines()
    {
        // given a stream with CRLF, an umlaut in two pieces, a redrawn bar and an unfinished end
        const QByteArray stream = "nimbook:step pull\r\nGr\xc3\xbc\xc3\x9f" "e\n 10%\r 50%\r100%\n\nlast";
        const QStringList expected{QStringLiteral("nimbook:step pull"), QStringLiteral("Grüße"), QStringLiteral("100%"), QString(),
                                   QStringLiteral("last")};
        for (int size = 1; size <= stream.size(); ++size) {
            // when it arrives in pieces of any size
            LineSplitter splitter;
            QStringList lines;
            for (int from = 0; from < stream.size(); from += size)
                lines += splitter.feed(stream.mid(from, size));
            lines += splitter.finish();
            // then the lines are the same
            QCOMPARE(lines, expected);
        }
    }

    void lineWithoutEnd_doesNotGrowForEver()
    {
        LineSplitter splitter;
        qsizetype given = 0;
        for (int i = 0; i < 20; ++i) {
            for (const QString &line : splitter.feed(QByteArray(100'000, 'x')))
                given += line.size();
        }
        for (const QString &line : splitter.finish())
            given += line.size();
        QCOMPARE(given, 2'000'000);
    }

    void secretsInLog_areHidden()
    {
        Redactor redactor;
        QCOMPARE(redactor.redacted(QStringLiteral("http://127.0.0.1:8888/?token=abcdef0123&x=1")),
                 QStringLiteral("http://127.0.0.1:8888/?token=[secret]&x=1"));
        QCOMPARE(redactor.redacted(QStringLiteral("?token=...")), QStringLiteral("?token=..."));
        redactor.addSecret(QStringLiteral("s3cr3t-value"));
        QCOMPARE(redactor.redacted(QStringLiteral("JUPYTER_TOKEN is s3cr3t-value.")), QStringLiteral("JUPYTER_TOKEN is [secret]."));
    }

    void quotedText_comesBackFromAShell_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << QStringLiteral("quay.io/jupyter/x:latest");
        QTest::newRow("quotes") << QStringLiteral("it's \"so\"");
        QTest::newRow("dollar") << QStringLiteral("$(touch /tmp/x) `id` $HOME \\");
        QTest::newRow("newline") << QStringLiteral("a\nb");
        QTest::newRow("empty") << QString();
        QTest::newRow("umlaut") << QStringLiteral("Übung ✓");
    }
    void quotedText_comesBackFromAShell()
    {
        QFETCH(QString, text);
        QProcess shell;
        shell.start(QStringLiteral("sh"), {QStringLiteral("-s")});
        shell.write("x=" + shellQuoted(text) + "\nprintf '%s' \"$x\"\n");
        shell.closeWriteChannel();
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), text);
    }
};

QTEST_GUILESS_MAIN(ScriptProtocolTest)
#include "script_protocol_test.moc"
