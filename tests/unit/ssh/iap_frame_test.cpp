// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_close.h"
#include "ssh/iap_frame.h"
#include "ssh/iap_stream.h"

#include <QRandomGenerator>
#include <QTest>

using namespace nimbook;
using namespace nimbook::ssh;

/// Frames are written here byte by byte, as the relay's own sources lay them out.
class IapFrameTest : public QObject {
    Q_OBJECT

    static QByteArray success() { return QByteArray::fromHex("0001" "00000003") + "abc"; }
    static QByteArray ack(int bytes) { return QByteArray::fromHex("0007") + QByteArray(7, '\0') + char(bytes); }
    static QByteArray resumed(int bytes) { return QByteArray::fromHex("0002") + QByteArray(7, '\0') + char(bytes); }

private Q_SLOTS:
    void frames_areReadAsTheyAreLaidOut()
    {
        QCOMPARE(std::get<iap::ConnectSuccess>(iap::parse(success())).sid, QByteArray("abc"));
        QCOMPARE(std::get<iap::ReconnectSuccess>(iap::parse(QByteArray::fromHex("0002" "0000000100000002"))).received, quint64(0x100000002));
        QCOMPARE(std::get<iap::Data>(iap::parse(QByteArray::fromHex("0004" "00000002" "4142"))).bytes, QByteArray("AB"));
        QCOMPARE(std::get<iap::Ack>(iap::parse(QByteArray::fromHex("0007" "000000000000000a"))).received, quint64(10));
        const auto close = std::get<iap::LongClose>(iap::parse(QByteArray::fromHex("000a" "00000fa3" "00000002" "6f6b")));
        QCOMPARE(close.code, quint32(4003));
        QCOMPARE(close.reason, QStringLiteral("ok"));
        QCOMPARE(std::get<iap::Unknown>(iap::parse(QByteArray::fromHex("00ff" "01"))).tag, quint16(0xff));
        // What stands behind a frame is ignored.
        QCOMPARE(std::get<iap::Data>(iap::parse(QByteArray::fromHex("0004" "00000002" "41424344"))).bytes, QByteArray("AB"));
    }

    void ownFrames_areLaidOutTheSame()
    {
        QCOMPARE(iap::dataFrame(QByteArray("AB")), QByteArray::fromHex("0004" "00000002" "4142"));
        QCOMPARE(iap::ackFrame(0x100000002), QByteArray::fromHex("0007" "0000000100000002"));
    }

    void brokenFrames_areMalformed_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a tag") << QByteArray::fromHex("00");
        QTest::newRow("tag alone") << QByteArray::fromHex("0004");
        QTest::newRow("short length") << QByteArray::fromHex("0004" "0000");
        QTest::newRow("short data") << QByteArray::fromHex("0004" "00000003" "4142");
        QTest::newRow("no data") << QByteArray::fromHex("0004" "00000000");
        QTest::newRow("huge data") << QByteArray::fromHex("0004" "ffffffff" "4142");
        QTest::newRow("too much data") << QByteArray::fromHex("0004" "00004001") + QByteArray(0x4001, 'x');
        QTest::newRow("no session id") << QByteArray::fromHex("0001" "00000000");
        QTest::newRow("short number") << QByteArray::fromHex("0007" "00000000");
    }
    void brokenFrames_areMalformed()
    {
        QFETCH(QByteArray, message);
        QVERIFY(std::holds_alternative<iap::Malformed>(iap::parse(message)));
    }

    void stream_orderOfFramesIsKept_data()
    {
        QTest::addColumn<QList<QByteArray>>("messages");
        QTest::newRow("data first") << QList{QByteArray::fromHex("0004" "00000001" "41")};
        QTest::newRow("ack first") << QList{ack(0)};
        QTest::newRow("two sessions") << QList{success(), success()};
        QTest::newRow("more than was sent") << QList{success(), ack(1)};
        QTest::newRow("resume without a session") << QList{resumed(0)};
        QTest::newRow("resume of what was not lost") << QList{success(), resumed(0)};
    }
    void stream_orderOfFramesIsKept()
    {
        QFETCH(QList<QByteArray>, messages);
        iap::Stream stream;
        QString fault;
        for (const QByteArray &message : std::as_const(messages)) {
            QVERIFY(fault.isEmpty());
            fault = stream.hear(message).fault;
        }
        QVERIFY(!fault.isEmpty());
    }

    void stream_acknowledgementMayNotGoBack()
    {
        iap::Stream stream;
        stream.hear(success());
        stream.write("hello");
        stream.nextMessage();
        QCOMPARE(stream.hear(ack(3)).fault, QString());
        QVERIFY(!stream.hear(ack(2)).fault.isEmpty());
    }

    void stream_resumesWithWhatDidNotArrive()
    {
        iap::Stream stream;
        QVERIFY(stream.nextMessage().isEmpty()); // no session yet
        QVERIFY(stream.hear(success()).ready);
        for (const char *word : {"one", "two", "three"})
            stream.write(word);
        QCOMPARE(stream.nextMessage().mid(6), QByteArray("one"));
        QCOMPARE(stream.nextMessage().mid(6), QByteArray("two"));
        stream.connectionLost();
        QVERIFY(stream.nextMessage().isEmpty());
        // "one" and the half of "two" have arrived.
        QVERIFY(stream.hear(resumed(4)).ready);
        QCOMPARE(stream.nextMessage().mid(6), QByteArray("wo"));
        QCOMPARE(stream.nextMessage().mid(6), QByteArray("three"));
        QVERIFY(stream.nextMessage().isEmpty());
        QCOMPARE(stream.hear(ack(11)).fault, QString());
        QVERIFY(!stream.hear(ack(12)).fault.isEmpty());
    }

    void stream_resumeBeyondWhatWasSent_isAFault()
    {
        iap::Stream stream;
        stream.hear(success());
        stream.write("one");
        stream.write("two");
        stream.nextMessage();
        stream.connectionLost();
        QVERIFY(!stream.hear(resumed(4)).fault.isEmpty());
    }

    void stream_acknowledgesAfterTwoFullFrames_orWhenIdle()
    {
        iap::Stream stream;
        stream.hear(success());
        const QByteArray full = iap::dataFrame(QByteArray(iap::maxData, 'x'));
        QCOMPARE(stream.hear(full).data.size(), iap::maxData);
        stream.delivered(iap::maxData);
        stream.hear(full);
        stream.delivered(iap::maxData);
        QVERIFY(stream.nextMessage().isEmpty()); // just two are not more than two
        stream.hear(iap::dataFrame(QByteArray("y")));
        QVERIFY(stream.nextMessage().isEmpty()); // received, but nobody has taken it
        stream.delivered(1);
        QCOMPARE(stream.nextMessage(), iap::ackFrame(2 * iap::maxData + 1));
        QVERIFY(stream.idleAck().isEmpty());
        stream.hear(iap::dataFrame(QByteArray("z")));
        stream.delivered(1);
        QCOMPARE(stream.idleAck(), iap::ackFrame(2 * iap::maxData + 2));
    }

    void stream_hasRoomOnlyUntilTheRelayConfirms()
    {
        iap::Stream stream;
        stream.hear(success());
        qint64 written = 0;
        while (stream.hasRoom()) {
            stream.write(QByteArray(iap::maxData, 'x'));
            written += iap::maxData;
            QVERIFY(!stream.nextMessage().isEmpty());
            QVERIFY(written < 64 * 1024 * 1024);
        }
        stream.hear(iap::ackFrame(quint64(written)));
        QVERIFY(stream.hasRoom());
    }

    void mutatedMessages_neverConfuseTheStream()
    {
        const QList<QByteArray> seeds{success(), ack(5), resumed(5), iap::dataFrame(QByteArray(40, 'x')), QByteArray::fromHex("000a" "00000fa3" "00000002" "6f6b")};
        QRandomGenerator random(20261124); // the same every time
        for (int round = 0; round < 20'000; ++round) {
            iap::Stream stream;
            stream.write("hello");
            quint64 heard = 0;
            for (int message = 0; message < 6; ++message) {
                QByteArray bytes = seeds.at(int(random.bounded(seeds.size())));
                for (quint32 changes = random.bounded(3u); changes > 0; --changes)
                    bytes[qsizetype(random.bounded(quint32(bytes.size())))] = char(random.bounded(256));
                if (random.bounded(8u) == 0)
                    bytes.truncate(qsizetype(random.bounded(quint32(bytes.size()))));
                const auto got = stream.hear(bytes);
                heard += quint64(got.data.size());
                QCOMPARE(stream.received(), heard); // what a reconnect would claim
                if (!got.fault.isEmpty())
                    break;
                if (random.bounded(2u))
                    stream.nextMessage();
                if (random.bounded(6u) == 0)
                    stream.connectionLost();
            }
        }
    }

    void everyCloseCode_hasItsMeaning_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("meaning");
        QTest::addColumn<int>("kind"); // of Refused and Lost
        using enum iap::CloseMeaning;
        const auto row = [](int code, iap::CloseMeaning meaning, ErrorKind kind = ErrorKind::Internal) {
            QTest::addRow("%d", code) << code << int(meaning) << int(kind);
        };
        row(1000, EndOfStream);
        row(1001, Interrupted);
        row(1006, Interrupted);
        row(1011, Interrupted);
        row(4000, Interrupted);
        row(4001, Lost, ErrorKind::Network);
        row(4002, Interrupted);
        row(4003, Refused, ErrorKind::Network);
        row(4004, NewToken);
        for (const int code : {4005, 4006, 4007, 4008, 4013})
            row(code, Lost, ErrorKind::Protocol);
        row(4009, EndOfStream);
        row(4010, EndOfStream);
        row(4033, Refused, ErrorKind::PermissionDenied);
        row(4047, Refused, ErrorKind::Network);
        row(4051, Lost, ErrorKind::Network);
        row(4074, Lost, ErrorKind::Network);
    }
    void everyCloseCode_hasItsMeaning()
    {
        QFETCH(int, code);
        QFETCH(int, meaning);
        QFETCH(int, kind);
        const auto verdict = iap::judgeClose(code, QStringLiteral("trainer-1"), {});
        QCOMPARE(int(verdict.meaning), meaning);
        QCOMPARE(int(verdict.error.kind), kind);
        if (verdict.error.kind != ErrorKind::Internal) {
            QVERIFY(verdict.error.message.contains(QLatin1String("trainer-1")));
            QVERIFY(!verdict.error.nextStep.isEmpty());
            QVERIFY(verdict.error.detail.contains(QString::number(code)));
        }
    }
};

QTEST_GUILESS_MAIN(IapFrameTest)
#include "iap_frame_test.moc"
