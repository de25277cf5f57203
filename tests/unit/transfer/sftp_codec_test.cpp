// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_codec.h"

#include <QRandomGenerator>
#include <QTest>
#include <QtEndian>

using namespace nimbook::transfer;

namespace {

QByteArray number(quint32 value)
{
    QByteArray bytes(4, 0);
    qToBigEndian(value, bytes.data());
    return bytes;
}

QByteArray string(const QByteArray &value)
{
    return number(quint32(value.size())) + value;
}

QByteArray framed(const QByteArray &packet)
{
    return string(packet);
}

} // namespace

class SftpCodecTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void openRequest_hasTheBytesOfTheDraft()
    {
        sftp::Attributes attributes;
        attributes.permissions = 0600;

        const QByteArray packet = sftp::open("/a", sftp::OpenWrite | sftp::OpenCreate, attributes).take(7);

        QCOMPARE(packet.toHex(), framed(QByteArray("\3", 1) + number(7) + string("/a") + number(0x0a) + number(4) + number(0600)).toHex());
    }

    void writeRequest_filledInPlace_isShrunkToWhatWasRead()
    {
        sftp::Request request(sftp::Type::Write);
        request.string("h").bigNumber(0x1'0000'0002);
        memcpy(request.beginBlock(10), "abc", 3);
        request.shrinkBlock(3);

        QCOMPARE(std::move(request).take(1).toHex(), framed(QByteArray("\6", 1) + number(1) + string("h") + number(1) + number(2) + string("abc")).toHex());
    }

    void timesRequest_sendsBothTimes()
    {
        sftp::Attributes attributes;
        attributes.modified = 5;

        const QByteArray packet = sftp::setHandleAttributes("h", attributes).take(2);

        QCOMPARE(packet.toHex(), framed(QByteArray("\12", 1) + number(2) + string("h") + number(8) + number(5) + number(5)).toHex());
    }

    void namesReply_isReadWithAttributes()
    {
        const QByteArray packet = QByteArray("\x68", 1) + number(9) + number(1) + string("a\nb") + string("ignored")
            + number(0x8000000d) + number(0) + number(12) + number(0100644) + number(3) + number(4) + number(1) + string("x@y") + string("z");

        const auto tagged = sftp::parseReply(packet);

        QVERIFY(tagged);
        QCOMPARE(tagged->id, 9u);
        const auto &names = std::get<sftp::Names>(tagged->reply);
        QCOMPARE(names.entries.size(), 1);
        QCOMPARE(names.entries[0].name, QByteArray("a\nb"));
        QCOMPARE(names.entries[0].attributes.size, std::optional<quint64>(12));
        QCOMPARE(names.entries[0].attributes.modified, std::optional<quint32>(4));
        QVERIFY(names.entries[0].attributes.isFile());
    }

    void malformedPacket_isRefused_data()
    {
        QTest::addColumn<QByteArray>("packet");
        const QByteArray id = number(1);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("type alone") << QByteArray("\x65", 1);
        QTest::newRow("status without code") << QByteArray("\x65", 1) + id + QByteArray("\0\0", 2);
        QTest::newRow("handle longer than the packet") << QByteArray("\x66", 1) + id + number(100) + "abc";
        QTest::newRow("data of 4 GiB") << QByteArray("\x67", 1) + id + number(0xffffffff) + "abc";
        QTest::newRow("four billion names") << QByteArray("\x68", 1) + id + number(0xffffffff);
        QTest::newRow("name without attributes") << QByteArray("\x68", 1) + id + number(1) + string("a") + string("b");
        QTest::newRow("attributes cut short") << QByteArray("\x69", 1) + id + number(1) + number(0);
        QTest::newRow("four billion extended attributes") << QByteArray("\x69", 1) + id + number(0x80000000) + number(0xffffffff);
        QTest::newRow("a request instead of an answer") << QByteArray("\3", 1) + id + string("/a") + number(0) + number(0);
        QTest::newRow("a type that nobody knows") << QByteArray("\xfe", 1) + id;
    }
    void malformedPacket_isRefused()
    {
        QFETCH(QByteArray, packet);
        QVERIFY(!sftp::parseReply(packet));
    }

    void everyCutOfGoodPackets_isRefusedOrRead()
    {
        const QByteArray names = QByteArray("\x68", 1) + number(9) + number(2) + string("a") + string("l") + number(0) + string("b") + string("l") + number(0);
        for (qsizetype size = 0; size < names.size(); ++size)
            QVERIFY2(!sftp::parseReply(QByteArrayView(names).first(size)), qPrintable(QString::number(size)));
        QVERIFY(sftp::parseReply(names));
    }

    void randomBytes_neverReadPastTheEnd()
    {
        // The sanitizer build is what gives this its teeth: each packet lies in a heap block of exactly its size.
        QRandomGenerator random(20260801);
        int understood = 0;
        for (int i = 0; i < 200'000; ++i) {
            QByteArray packet(random.bounded(1, 48), Qt::Uninitialized);
            for (char &c : packet)
                c = char(random.bounded(4) ? random.bounded(4) : random.bounded(256));
            packet[0] = char(100 + random.bounded(7));
            const std::vector<char> exact(packet.begin(), packet.end());
            const QByteArrayView view(exact.data(), qsizetype(exact.size()));
            understood += sftp::parseReply(view).has_value();
            sftp::parseVersion(view);
            sftp::parseSpace(view);
        }
        QVERIFY(understood > 1000); // or the bytes were too random to reach anything
    }

    void framer_bytesInAnyPieces_givesTheSamePackets()
    {
        const QByteArray stream = framed("one") + framed(QByteArray(70'000, 'x')) + framed("3");
        for (const int piece : {1, 3, 1000, 200'000}) {
            sftp::Framer framer;
            QList<QByteArray> packets;
            for (qsizetype at = 0; at < stream.size(); at += piece) {
                framer.append(QByteArrayView(stream).sliced(at, qMin<qsizetype>(piece, stream.size() - at)));
                while (const auto packet = framer.next())
                    packets.append(packet->toByteArray());
            }
            QCOMPARE(packets, (QList<QByteArray>{"one", QByteArray(70'000, 'x'), "3"}));
        }
    }

    void framer_impossibleLength_isBrokenForGood()
    {
        for (const quint32 length : {0u, sftp::Framer::longestPacket + 1, 0xffffffffu}) {
            sftp::Framer framer;
            framer.append(number(length) + QByteArray(64, 'x'));
            QVERIFY(!framer.next());
            QVERIFY(framer.isBroken());
            framer.append(framed("good"));
            QVERIFY(!framer.next());
        }
    }

    void versionReply_namesItsExtensions()
    {
        const auto version = sftp::parseVersion(QByteArray("\2", 1) + number(3) + string("fsync@openssh.com") + string("1"));
        QVERIFY(version);
        QCOMPARE(version->version, 3u);
        QCOMPARE(version->extensions, QList<QByteArray>{"fsync@openssh.com"});
        QVERIFY(!sftp::parseVersion("Welcome to trainer-1"));
    }
};

QTEST_GUILESS_MAIN(SftpCodecTest)
#include "sftp_codec_test.moc"
