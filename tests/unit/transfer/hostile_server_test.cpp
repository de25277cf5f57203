// SPDX-License-Identifier: Apache-2.0
#include "scripted_server.h"

#include "transfer/download_file.h"
#include "transfer/names.h"
#include "transfer/remote_reading.h"
#include "transfer/remote_walk.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace nimbook;
using namespace nimbook::transfer;
using namespace nimbook::testing;
using namespace std::chrono_literals;

class HostileServerTest : public QObject {
    Q_OBJECT

    /// A folder "/src/data" with the given listing, one batch of names and then the end.
    static ScriptedServer::Script folderOf(const QByteArray &listing, quint32 count)
    {
        return [=, served = std::make_shared<bool>(false)](sftp::Type type, quint32 id, const QByteArray &) {
            switch (type) {
            case sftp::Type::Realpath: return reply(sftp::Type::Name, id, number(1) + string("/src/data") + string("") + number(0));
            case sftp::Type::Lstat: return reply(sftp::Type::Attrs, id, attributes(0040755));
            case sftp::Type::Opendir: return reply(sftp::Type::Handle, id, string("h"));
            case sftp::Type::Readdir:
                return std::exchange(*served, true) ? status(id, sftp::Code::Eof) : reply(sftp::Type::Name, id, number(count) + listing);
            default: return status(id, sftp::Code::Ok);
            }
        };
    }

private Q_SLOTS:
    void namesThatLeadAway_areLeftOutByName()
    {
        QByteArray listing;
        quint32 count = 0;
        for (const QByteArray &name : QByteArrayList{"good", "..", ".", "../../.bashrc", "/etc/cron.d/x", QByteArray("a\0b", 3), "", QByteArray(300, 'x'),
                                                     "sub/evil", "good", "new\nline"}) {
            listing += string(name) + string("") + attributes(0100644);
            ++count;
        }
        TransferPlan plan("/home/me");
        std::optional<std::optional<Error>> ended;
        const auto walk = std::make_shared<RemoteWalk>(clientOf(folderOf(listing, count)), plan, QList<QByteArray>{"/src/data"}, QList<QByteArray>(),
                                                       [&](const std::optional<Error> &error) { ended = error; });
        walk->start();
        QTRY_VERIFY(ended);

        QVERIFY(!*ended);
        QByteArrayList planned;
        plan.files.forEach([&](const PlanFile &file) { planned.append(plan.destinationPath(file)); });
        QCOMPARE(planned, (QByteArrayList{"/home/me/data/good", "/home/me/data/new\nline"}));
        QCOMPARE(plan.errors.size(), 6); // "." and ".." are in every listing and mean nothing
        for (const Error &error : plan.errors)
            QCOMPARE(error.kind, ErrorKind::InvalidInput);
    }

    void linksThatAreReallyFarTooLongPaths_bringNoOtherFileIntoThePlan()
    {
        // What a plan writes down for "../../.bashrc", beginning where 16 bits of the path's length end.
        QByteArray forged;
        for (const qint64 field : {10, 100, 0})
            forged += QByteArray(reinterpret_cast<const char *>(&field), sizeof field);
        const QByteArray name = "../../.bashrc";
        for (const quint32 field : {0u, 0644u, quint32(name.size()), 0u, 0u, 0u})
            forged += QByteArray(reinterpret_cast<const char *>(&field), sizeof field);
        const QByteArray real = "/src/data/" + forged + name + QByteArray(65'536 - forged.size() - name.size(), 'x');
        QByteArray listing;
        for (const char *link : {"one", "two", "three"})
            listing += string(link) + string("") + attributes(0120777);
        const auto inFolder = folderOf(listing, 3);
        const auto client = clientOf([=](sftp::Type type, quint32 id, const QByteArray &body) {
            const QByteArray path = body.sliced(4);
            if (type == sftp::Type::Realpath && path != "/src/data")
                return reply(sftp::Type::Name, id, number(1) + string(path == "/src/data/one" ? QByteArray("/src/data/a\0b", 13) : real) + string("") + number(0));
            if (type == sftp::Type::Lstat && path != "/src/data")
                return reply(sftp::Type::Attrs, id, attributes(0100644));
            return inFolder(type, id, body);
        });
        TransferPlan plan("/home/me");
        std::optional<std::optional<Error>> ended;
        const auto walk = std::make_shared<RemoteWalk>(client, plan, QList<QByteArray>{"/src/data"}, QList<QByteArray>(),
                                                       [&](const std::optional<Error> &error) { ended = error; });
        walk->start();
        QTRY_VERIFY(ended);

        QByteArrayList planned;
        plan.files.forEach([&](const PlanFile &file) { planned.append(plan.destinationPath(file)); });
        QCOMPARE(planned, QByteArrayList());
        QCOMPARE(plan.errors.size(), 3);
        for (const Error &error : plan.errors)
            QVERIFY(error.kind == ErrorKind::InvalidInput && error.message.size() < 1000);
    }

    void treeThatGoesDownForEver_endsWithTheLongestPath()
    {
        const auto opened = std::make_shared<int>(0);
        const auto ended = std::make_shared<bool>(false);
        const auto client = clientOf([=](sftp::Type type, quint32 id, const QByteArray &) {
            switch (type) {
            case sftp::Type::Realpath: return reply(sftp::Type::Name, id, number(1) + string("/src") + string("") + number(0));
            case sftp::Type::Lstat: return reply(sftp::Type::Attrs, id, attributes(0040755));
            case sftp::Type::Opendir:
                *ended = ++*opened > 3000; // a test that fails need not take all memory
                return reply(sftp::Type::Handle, id, string("h"));
            case sftp::Type::Readdir:
                return std::exchange(*ended, true) ? status(id, sftp::Code::Eof)
                                                   : reply(sftp::Type::Name, id, number(1) + string(QByteArray(200, 'd')) + string("") + attributes(0040755));
            default: return status(id, sftp::Code::Ok);
            }
        });
        TransferPlan plan("/home/me");
        std::optional<std::optional<Error>> walked;
        const auto walk = std::make_shared<RemoteWalk>(client, plan, QList<QByteArray>{"/src"}, QList<QByteArray>(),
                                                       [&](const std::optional<Error> &error) { walked = error; });
        walk->start();
        QTRY_VERIFY_WITH_TIMEOUT(walked, 60'000);

        QVERIFY(!*walked);
        QCOMPARE(int(plan.folders.size()), 1 + 1 + 4091 / 201); // the destination, "src", and what fits below it
        QCOMPARE(plan.errors.size(), 1);
        QVERIFY2(plan.errors.first().message.contains(QLatin1String("too long")), qPrintable(plan.errors.first().message));
    }

    void namesOfAQuarterMegabyte_areNotKept()
    {
        const auto client = clientOf(folderOf(string(QByteArray(200'000, 'x')) + string("") + attributes(0100644), 1));
        std::optional<Result<QList<sftp::NameEntry>>> listed;
        listRemoteFolder(client, "/src", [&](const Result<QList<sftp::NameEntry>> &entries) { listed = entries; });
        QTRY_VERIFY(listed);
        QVERIFY(*listed);
        QCOMPARE((*listed)->size(), 1);
        QVERIFY((*listed)->first().name.capacity() < 1000);
        QVERIFY(!isSafeName((*listed)->first().name));
    }

    void listingThatNeverEnds_isGivenUp()
    {
        const auto client = clientOf([](sftp::Type type, quint32 id, const QByteArray &) {
            return type == sftp::Type::Opendir ? reply(sftp::Type::Handle, id, string("h")) : reply(sftp::Type::Name, id, number(0));
        });
        std::optional<Result<QList<sftp::NameEntry>>> listed;
        listRemoteFolder(client, "/src", [&](const Result<QList<sftp::NameEntry>> &entries) { listed = entries; });
        QTRY_VERIFY(listed);
        QVERIFY(!*listed);
        QCOMPARE(listed->error().kind, ErrorKind::Protocol);
    }

    void answersThatMakeNoSense_endTheClientAndTellEveryone_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("an impossible length") << QByteArray(8, '\xff');
        QTest::newRow("an unknown type") << string(QByteArray("\x20", 1) + number(1));
        QTest::newRow("an answer to no question") << status(4711, sftp::Code::Ok);
        QTest::newRow("cut inside") << string(QByteArray("\x66", 1) + number(1) + number(1000) + "abc");
    }
    void answersThatMakeNoSense_endTheClientAndTellEveryone()
    {
        QFETCH(QByteArray, answer);
        const auto client = clientOf([answer](sftp::Type, quint32, const QByteArray &) { return answer; });
        int told = 0;
        for (int i = 0; i < 3; ++i) {
            client->send(sftp::onPath(sftp::Type::Stat, "/src"), [&](const SftpClient::Answer &result) {
                QVERIFY(!result);
                QCOMPARE(result.error().kind, ErrorKind::Protocol);
                ++told;
            });
        }
        QTRY_COMPARE(told, 3);
        QVERIFY(!client->isAlive());
        client->send(sftp::onPath(sftp::Type::Stat, "/src"), [&](const SftpClient::Answer &) { ++told; });
        QCOMPARE(told, 4);
    }

    void serverThatSaysNothing_isGivenUp_data()
    {
        QTest::addColumn<QByteArray>("greeting");
        QTest::newRow("after its greeting") << string(QByteArray("\2", 1) + number(3));
        QTest::newRow("at all") << QByteArray();
    }
    void serverThatSaysNothing_isGivenUp()
    {
        QFETCH(QByteArray, greeting);
        const auto patience = std::make_shared<Patience>(200ms);
        SftpClient client(std::make_unique<ScriptedServer>([](sftp::Type, quint32, const QByteArray &) { return QByteArray(); }, greeting), QStringLiteral("trainer-1"), patience);
        std::optional<Error> error;
        client.send(sftp::onPath(sftp::Type::Stat, "/src"), [&](const SftpClient::Answer &answer) { error = answer.error(); }, 2 * 1024 * 1024, 100ms);
        QCOMPARE(patience->allowed(), 400ms); // much is under way, and it may take longer than others
        QTRY_VERIFY_WITH_TIMEOUT(error, 20'000);
        QCOMPARE(error->kind, ErrorKind::Timeout);
        QVERIFY(error->message.contains(QLatin1String("trainer-1")));
        QVERIFY(!client.isAlive());
        QCOMPARE(patience->allowed(), 200ms);
    }

    void serverThatOwesNothing_orStillTalks_isNotGivenUp()
    {
        const auto patience = std::make_shared<Patience>(400ms);
        SftpClient idle(std::make_unique<ScriptedServer>([](sftp::Type, quint32 id, const QByteArray &) { return status(id, sftp::Code::Ok); }), QStringLiteral("idle-1"), patience);
        // It answers everything but the first question.
        SftpClient busy(std::make_unique<ScriptedServer>([](sftp::Type type, quint32 id, const QByteArray &) {
            return type == sftp::Type::Opendir ? QByteArray() : status(id, sftp::Code::Ok);
        }), QStringLiteral("busy-1"), patience);
        bool told = false;
        busy.send(sftp::onPath(sftp::Type::Opendir, "/src"), [&](const SftpClient::Answer &) { told = true; });
        int answers = 0;
        QTimer often;
        often.callOnTimeout([&] { busy.send(sftp::onPath(sftp::Type::Stat, "/src"), [&](const SftpClient::Answer &) { ++answers; }); });
        often.start(20ms);
        QTRY_VERIFY_WITH_TIMEOUT(answers > 75, 60'000); // 1.5 seconds
        QVERIFY(idle.isAlive() && busy.isAlive() && !told);
        often.stop();
        QTRY_VERIFY_WITH_TIMEOUT(told, 20'000); // now it is silent
        QVERIFY(idle.isAlive() && !busy.isAlive());
    }

    void textInsteadOfAGreeting_isExplained()
    {
        SftpClient client(std::make_unique<ScriptedServer>([](sftp::Type, quint32, const QByteArray &) { return QByteArray(); }, "Welcome to Debian\n"),
                          QStringLiteral("trainer-1"));
        std::optional<Error> error;
        client.onLost = [&](const Error &lost) { error = lost; };
        QTRY_VERIFY(error);
        QCOMPARE(error->kind, ErrorKind::Protocol);
        QVERIFY(error->message.contains(QLatin1String("trainer-1")));
    }

    void fileThatIsNotWhatItWasSaidToBe_neverArrives_data()
    {
        QTest::addColumn<QByteArray>("data"); // for a chunk of 10 bytes; empty: the end of the file
        QTest::addColumn<quint32>("sizeAfter");
        QTest::newRow("more than was asked for") << QByteArray(11, 'x') << 10u;
        QTest::newRow("nothing at all") << QByteArray("") << 10u;
        QTest::newRow("ends early") << QByteArray() << 10u;
        QTest::newRow("another size at the end") << QByteArray(10, 'x') << 12u;
    }
    void fileThatIsNotWhatItWasSaidToBe_neverArrives()
    {
        QFETCH(QByteArray, data);
        QFETCH(quint32, sizeAfter);
        const QTemporaryDir folder;
        WorkPool pool(this, 2);
        const auto looks = std::make_shared<int>(0);
        const auto lane = std::make_shared<SftpLane>(std::make_unique<ScriptedServer>([=](sftp::Type type, quint32 id, const QByteArray &) {
            switch (type) {
            case sftp::Type::Open: return reply(sftp::Type::Handle, id, string("h"));
            case sftp::Type::Fstat: return reply(sftp::Type::Attrs, id, attributes(0100644, ++*looks == 1 ? 10 : sizeAfter));
            case sftp::Type::Read: return data.isNull() ? status(id, sftp::Code::Eof) : reply(sftp::Type::Data, id, string(data));
            default: return status(id, sftp::Code::Ok);
            }
        }), QStringLiteral("evil-1"));
        std::optional<FileResult> ended;
        const auto file = std::make_shared<DownloadFile>(FileTools{{lane}, nullptr, &pool, &pool}, FileTask{"/src/a", QFile::encodeName(folder.filePath(QStringLiteral("a"))), 10, false});
        file->onEnded = [&](FileTransfer &, const FileResult &result) { ended = result; };
        file->start();
        QTRY_VERIFY(ended);

        QVERIFY(ended->error);
        QCOMPARE(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList());
    }

    void serverThatGivesLittleAtATime_isStillRead()
    {
        const QTemporaryDir folder;
        WorkPool pool(this, 2);
        const auto lane = std::make_shared<SftpLane>(std::make_unique<ScriptedServer>([](sftp::Type type, quint32 id, const QByteArray &body) {
            switch (type) {
            case sftp::Type::Open: return reply(sftp::Type::Handle, id, string("h"));
            case sftp::Type::Fstat: return reply(sftp::Type::Attrs, id, attributes(0100644));
            case sftp::Type::Read: // body: handle, offset, length
                return body[12] < 10 ? reply(sftp::Type::Data, id, string(QByteArray(1, char('0' + body[12])))) : status(id, sftp::Code::Eof);
            default: return status(id, sftp::Code::Ok);
            }
        }), QStringLiteral("slow-1"));
        std::optional<FileResult> ended;
        const auto file = std::make_shared<DownloadFile>(FileTools{{lane}, nullptr, &pool, &pool}, FileTask{"/src/a", QFile::encodeName(folder.filePath(QStringLiteral("a"))), 10, false});
        file->onEnded = [&](FileTransfer &, const FileResult &result) { ended = result; };
        file->start();
        QTRY_VERIFY(ended);

        QVERIFY2(!ended->error, ended->error ? qPrintable(ended->error->message) : "");
        QFile arrived(folder.filePath(QStringLiteral("a")));
        QVERIFY(arrived.open(QIODevice::ReadOnly));
        QCOMPARE(arrived.readAll(), QByteArray("0123456789"));
    }

    void serverThatLies_neverMakesAFileThatIsNotItsOwn_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 300; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void serverThatLies_neverMakesAFileThatIsNotItsOwn()
    {
        QFETCH(int, seed);
        QRandomGenerator random{quint32(seed)};
        QByteArray truth(random.bounded(1, 200'000), Qt::Uninitialized);
        for (char &c : truth)
            c = char(random.generate());
        const auto oneIn = [&random](int n) { return random.bounded(n) == 0; };
        // Each server has a habit of its own; some have none.
        const bool liesAboutSize = oneIn(3);
        const bool changesItsMind = oneIn(4);
        const bool givesLittle = oneIn(2);
        const bool givesMuch = oneIn(6);
        const bool endsEarly = oneIn(5);
        const bool refuses = oneIn(5);
        const bool answersOtherwise = oneIn(6);
        const quint32 told = liesAboutSize ? quint32(random.bounded(0, 400'000)) : quint32(truth.size());
        const auto lie = [&] { return random.bounded(4) == 0; };
        const auto looks = std::make_shared<int>(0);
        const QTemporaryDir folder;
        WorkPool pool(this, 2);
        const auto lane = std::make_shared<SftpLane>(std::make_unique<ScriptedServer>([&, looks](sftp::Type type, quint32 id, const QByteArray &body) {
            if (answersOtherwise && random.bounded(12) == 0)
                return reply(sftp::Type::Name, id, number(0));
            switch (type) {
            case sftp::Type::Open: return reply(sftp::Type::Handle, id, string("h"));
            case sftp::Type::Fstat: return reply(sftp::Type::Attrs, id, attributes(0100644, changesItsMind && ++*looks > 1 ? told + 1 : told));
            case sftp::Type::Read: {
                const quint64 offset = qFromBigEndian<quint64>(body.constData() + 5);
                qsizetype length = qFromBigEndian<quint32>(body.constData() + 13);
                if (refuses && random.bounded(10) == 0)
                    return status(id, sftp::Code::Failure);
                if (offset >= quint64(truth.size()) || (endsEarly && random.bounded(10) == 0))
                    return status(id, sftp::Code::Eof);
                if (givesLittle && lie())
                    length = random.bounded(0, int(length) + 1);
                if (givesMuch && lie())
                    length += 5;
                return reply(sftp::Type::Data, id, string(truth.mid(qsizetype(offset), length)));
            }
            default: return status(id, sftp::Code::Ok);
            }
        }), QStringLiteral("evil-1"));
        std::optional<FileResult> ended;
        const auto file = std::make_shared<DownloadFile>(FileTools{{lane}, nullptr, &pool, &pool},
                                                         FileTask{"/src/a", QFile::encodeName(folder.filePath(QStringLiteral("a"))), told, false});
        file->onEnded = [&](FileTransfer &, const FileResult &result) { ended = result; };
        file->start();
        QTRY_VERIFY(ended);

        QFile arrived(folder.filePath(QStringLiteral("a")));
        QCOMPARE(arrived.exists(), !ended->error);
        if (!ended->error) {
            QVERIFY(arrived.open(QIODevice::ReadOnly));
            QVERIFY(arrived.readAll() == truth);
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), ended->error ? 0 : 1);
    }
};

QTEST_GUILESS_MAIN(HostileServerTest)
#include "hostile_server_test.moc"
