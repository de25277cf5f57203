// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/login_keys.h"
#include "sandbox/instances/serial_console.h"

#include <QTest>

using namespace nimbook::sandbox;

class InstancePartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sshKeys_becomeLogins_data();
    void sshKeys_becomeLogins();
    void severalExpiries_theFirstIsNext();
    void serialBeyondItsBuffer_startsLaterThanAsked();
    void serialAskedBeyondItsEnd_answersFromTheEnd();
};

void InstancePartsTest::sshKeys_becomeLogins_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("logins"); // "user=number of keys" joined by spaces

    QTest::newRow("one") << "ada:ssh-ed25519 AAAA ada@laptop" << "ada=1";
    QTest::newRow("two keys of one, one of another") << "ada:ssh-rsa AAAA\ngrace:ssh-rsa BBBB x\nada:ssh-ed25519 CCCC" << "ada=2 grace=1";
    QTest::newRow("empty and broken lines") << "\n\nnonsense\n:ssh-rsa AAAA\nada:\n" << "";
    QTest::newRow("carriage returns") << "ada:ssh-rsa AAAA\r\n" << "ada=1";
    QTest::newRow("names no account may have") << "root:ssh-rsa A\n../ada:ssh-rsa A\na da:ssh-rsa A\n-x:ssh-rsa A\nada,x:ssh-rsa A" << "";
    QTest::newRow("valid for long") << R"(ada:ssh-rsa A google-ssh {"userName":"ada","expireOn":"2026-11-23T10:00:01+0000"})" << "ada=1";
    QTest::newRow("zone of its own") << R"(ada:ssh-rsa A google-ssh {"userName":"ada","expireOn":"2026-11-23T02:30:00-0800"})" << "ada=1";
    QTest::newRow("RFC 3339") << R"(ada:ssh-rsa A google-ssh {"userName":"ada","expireOn":"2026-11-23T10:00:01Z"})" << "ada=1";
    QTest::newRow("expired, the account stays") << R"(ada:ssh-rsa A google-ssh {"userName":"ada","expireOn":"2026-11-23T10:00:00+0000"})" << "ada=0";
    QTest::newRow("malformed comment") << "ada:ssh-rsa A google-ssh {expireOn}" << "ada=0";
    QTest::newRow("no expiry in the comment") << R"(ada:ssh-rsa A google-ssh {"userName":"ada"})" << "ada=0";
}

void InstancePartsTest::sshKeys_becomeLogins()
{
    QFETCH(QString, value);
    QFETCH(QString, logins);
    const LoginKeys keys = parseLoginKeys(value, QDateTime::fromString(QStringLiteral("2026-11-23T10:00:00Z"), Qt::ISODate));

    QStringList found;
    for (auto it = keys.authorizedKeys.cbegin(); it != keys.authorizedKeys.cend(); ++it)
        found << QStringLiteral("%1=%2").arg(it.key()).arg(it.value().count('\n'));
    QCOMPARE(found.join(QLatin1Char(' ')), logins);
}

void InstancePartsTest::severalExpiries_theFirstIsNext()
{
    const QString line = QStringLiteral("ada:ssh-rsa A google-ssh {\"userName\":\"ada\",\"expireOn\":\"2026-11-23T%1:00:00+0000\"}\n");
    const LoginKeys keys = parseLoginKeys(line.arg(14) + line.arg(12) + line.arg(9), QDateTime::fromString(QStringLiteral("2026-11-23T10:00:00Z"), Qt::ISODate));

    QCOMPARE(*keys.nextExpiry, QDateTime::fromString(QStringLiteral("2026-11-23T12:00:00Z"), Qt::ISODate));
}

void InstancePartsTest::serialBeyondItsBuffer_startsLaterThanAsked()
{
    SerialConsole console;
    QByteArray all;
    for (int line = 0; line < 30000; ++line) {
        const QByteArray text = "this is line number " + QByteArray::number(line) + " of the serial console's output\n";
        all += text;
        console.append(text);
    }
    qint64 start = -1, next = -1;
    const QByteArray kept = console.read(10, &start, &next);

    QCOMPARE(next, all.size());
    QCOMPARE(start, all.size() - SerialConsole::capacity);
    QCOMPARE(kept, all.right(SerialConsole::capacity));
    QCOMPARE(console.read(start + 100, nullptr, nullptr), kept.mid(100));
}

void InstancePartsTest::serialAskedBeyondItsEnd_answersFromTheEnd()
{
    SerialConsole console;
    console.append("booting\n");
    qint64 start = -1, next = -1;
    QCOMPARE(console.read(999, &start, &next), QByteArray());
    QCOMPARE(start, 8);
    QCOMPARE(next, 8);
}

QTEST_GUILESS_MAIN(InstancePartsTest)
#include "instance_parts_test.moc"
