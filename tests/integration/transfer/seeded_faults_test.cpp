// SPDX-License-Identifier: Apache-2.0
// Two hundred things that go wrong at a random byte of a transfer. Whatever happens: what lies under a final name is whole and
// right, and the rest comes with the next attempt. Runs in two halves
// at once; NIMBOOK_FAULT_SEEDS=201-5000 chooses others, for as long as one likes.
#include "fault_means.h"
#include "faulty_road.h"
#include "small_disk.h"
#include "transfer/segments.h"
#include "transfer_fixture.h"

#include <QProcess>

using namespace nimbook;
using namespace nimbook::transfer;
using namespace nimbook::testing;
using Fixture = nimbook::testing::TransferFixture;
using State = Transfer::State;

namespace {

enum class Fault {
    Cut, Flip, ShortStall, Stall, KillSftp, KillHasher, KillSessions, KillProgram, DiskFull, ReadOnly, SourceChanges, SourceVanishes, PartSpoilt, NameTaken, Count
};
const char *const faultNames[] = {"cut", "flipped bit", "short stall", "stall", "sftp-server killed", "hasher killed", "sessions killed", "program killed",
                                  "disk full", "read-only folder", "source changes", "source vanishes", "part spoilt", "name taken"};
constexpr qint64 MiB = 1024 * 1024;
const QByteArray somebodyElses = QByteArrayLiteral("somebody else's");

/// What the program that is killed does: one transfer, to its end.
int playClient(const QStringList &arguments)
{
    ssh::ConnectionSettings settings;
    settings.host = QStringLiteral("127.0.0.1");
    settings.port = arguments[2].toUShort();
    settings.user = arguments[3];
    settings.privateKeyPath = arguments[4];
    settings.hostKeys = {QStringLiteral("compute.1"), {{arguments[5], arguments[6].toLatin1()}}, false};
    QueueOptions options;
    options.journalDirectory = arguments[7];
    TransferQueue queue(settings, options);
    QObject::connect(&queue, &TransferQueue::finished, &queue, [] { QCoreApplication::exit(0); });
    const QString &source = arguments[9];
    const QString &to = arguments[10];
    if (arguments[8] == QLatin1String("up"))
        queue.upload({source}, to, ConflictAnswer::Overwrite);
    else
        queue.download({source}, to, ConflictAnswer::Overwrite);
    return QCoreApplication::exec();
}

} // namespace

class SeededFaultsTest : public QObject {
    Q_OBJECT

    Fixture f;
    std::unique_ptr<FaultyRoad> m_road;
    QHash<QString, QSet<QByteArray>> m_right; ///< by path below the destination: digests that may lie under that name
    QString m_from, m_to, m_source;
    bool m_upload = false;
    bool m_hasLargeFile = false;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void cleanup()
    {
        unlock();
        QDir(m_from).removeRecursively();
        QDir(m_to).removeRecursively();
    }

    void whateverHappens_whatHasItsNameIsRight_data()
    {
        QTest::addColumn<int>("seed");
        const QStringList range = QString::fromLatin1(qgetenv("NIMBOOK_FAULT_SEEDS")).split(u'-');
        const int first = range.size() == 2 ? range[0].toInt() : 1;
        const int last = range.size() == 2 ? range[1].toInt() : 200;
        qInfo("seeds %d to %d of this run", first, last);
        for (int seed = first; seed <= last; ++seed)
            QTest::addRow("%d: %s %s", seed, faultNames[seed % int(Fault::Count)], seed / int(Fault::Count) % 2 ? "up" : "down") << seed;
    }

    void whateverHappens_whatHasItsNameIsRight()
    {
        QFETCH(int, seed);
        QRandomGenerator random{quint32(seed)};
        const auto fault = Fault(seed % int(Fault::Count));
        m_upload = seed / int(Fault::Count) % 2;
        QVERIFY(f.reset());
        m_road = std::make_unique<FaultyRoad>(f.sshd.port());
        m_from = m_upload ? f.near() : f.far();
        m_to = m_upload ? f.far() : f.near();
        m_source = m_from + QStringLiteral("/data");
        // Several segments, several lanes, and a part that the next attempt goes on with: each fault comes to it in turn.
        m_hasLargeFile = fault == Fault::PartSpoilt || seed % (int(Fault::Count) + 1) == 4;
        const SmallDisk *mount = nullptr;
        std::unique_ptr<SmallDisk> owned;
        if (fault == Fault::DiskFull) {
            m_to += QStringLiteral("/disk");
            owned = std::make_unique<SmallDisk>(m_to, m_hasLargeFile ? QStringLiteral("72m") : QStringLiteral("8m"));
            mount = owned.get();
            if (!mount->isMounted())
                QSKIP("mounting a small disk is not permitted here");
        }
        if (fault == Fault::ReadOnly && !(setReadOnly(m_to, true) & setReadOnly(m_to, false)))
            QSKIP("no folder can be made read-only for this user here");
        m_struck = false;
        const qint64 total = makeSource(random, fault);
        const qint64 greeting = 6000; // bytes until files move, roughly
        qint64 when = greeting + qint64(random.bounded(double(total)));
        if (fault == Fault::PartSpoilt) // its first segment is there, its last is not
            when = 21 * MiB + random.bounded(2 * MiB);
        if (fault == Fault::NameTaken) // while some have no name yet
            when = greeting + random.bounded(int(total / 2));

        if (fault == Fault::KillProgram) {
            killProgramAt(when);
        } else {
            ssh::ConnectionSettings settings = f.sshd.settings();
            settings.port = m_road->port();
            if (fault == Fault::Stall)
                settings.keepAliveInterval = std::chrono::milliseconds(200);
            QueueOptions options;
            options.automaticRetries = random.bounded(2) || fault == Fault::PartSpoilt ? 0 : 3;
            options.backoff = {std::chrono::milliseconds(20), 2.0, std::chrono::milliseconds(100)};
            f.queue = std::make_unique<TransferQueue>(settings, options);
            strikeAt(when, fault, random, mount);
            start();
        }
        QVERIFY(f.queue->transfers().size() == 1);
        const TransferId id = f.queue->transfers().first().id;
        QVERIFY2(f.settle(id, 60'000), qPrintable(QStringLiteral("state %1").arg(int(f.queue->find(id)->state))));
        checkDestination();
        QVERIFY2(m_struck, "the fault did not happen while files moved");

        if (mount)
            mount->empty();
        unlock();
        m_road->heal();
        if (fault == Fault::PartSpoilt)
            QVERIFY2(spoilParts(random), "no part was left that another attempt could use");
        if (fault == Fault::NameTaken)
            takeForeignFilesAway();
        for (int attempt = 0; attempt < 6 && f.queue->find(id)->state != State::Done; ++attempt) {
            f.queue->retry(id);
            QVERIFY(f.settle(id, 60'000));
            checkDestination();
        }

        if (f.queue->find(id)->state != State::Done) {
            for (const Error &error : f.queue->find(id)->errors)
                qWarning() << error;
        }
        QCOMPARE(int(f.queue->find(id)->state), int(State::Done));
        for (const QString &file : filesBelow(m_source))
            QVERIFY2(fault == Fault::SourceChanges || digestOfFile(m_source + u'/' + file) == digestOfFile(m_to + QStringLiteral("/data/") + file), qPrintable(file));
        QCOMPARE(Fixture::partFiles(m_to), QStringList());
    }

private:
    qint64 makeSource(QRandomGenerator &random, Fault fault)
    {
        m_right.clear();
        qint64 total = 0;
        if (m_hasLargeFile)
            total += putLarge(fault == Fault::PartSpoilt ? 25 * MiB + random.bounded(4 * MiB) : 33 * MiB + random.bounded(7 * MiB), random);
        const int files = random.bounded(3, 9);
        for (int i = 0; i < files; ++i) {
            static const int sizes[] = {0, 1, 5000, 32 * 1024, 40'000, 120'000, 300'000, 900'000};
            const int size = fault == Fault::PartSpoilt ? sizes[random.bounded(4)] : sizes[i == 0 ? 7 : random.bounded(8)];
            const QString path = (i % 3 ? QStringLiteral("sub/%1") : QStringLiteral("%1")).arg(i);
            QDir().mkpath(m_source + QStringLiteral("/sub"));
            put(m_source, path, Fixture::randomBytes(size, random.generate()));
            total += size;
            if (random.bounded(3) == 0 && fault != Fault::NameTaken) {
                QDir().mkpath(m_to + QStringLiteral("/data/sub"));
                put(m_to + QStringLiteral("/data"), path, Fixture::randomBytes(random.bounded(1, 3000), random.generate()));
            }
        }
        return total;
    }

    void put(const QString &root, const QString &path, const QByteArray &bytes)
    {
        m_right[path].insert(digestOf(bytes));
        if (!Fixture::write(root + u'/' + path, bytes))
            qFatal("cannot write a test file");
    }

    /// Holes, which cost little, with something of its own in every mebibyte.
    qint64 putLarge(qint64 size, QRandomGenerator &random)
    {
        const QString path = m_source + QStringLiteral("/large");
        QDir().mkpath(m_source);
        QFile file(path);
        bool isWritten = file.open(QIODevice::WriteOnly) && file.resize(size);
        for (qint64 at = random.bounded(MiB); at < size && isWritten; at += MiB) {
            const QByteArray bytes = Fixture::randomBytes(qMin<qint64>(3000, size - at), random.generate());
            isWritten = file.seek(at) && file.write(bytes) == bytes.size();
        }
        if (!isWritten || !file.flush())
            qFatal("cannot write a large test file");
        m_right[QStringLiteral("large")].insert(digestOfFile(path));
        return size;
    }

    void start()
    {
        if (m_upload)
            f.queue->upload({m_source}, m_to, ConflictAnswer::Overwrite);
        else
            f.queue->download({m_source}, m_to, ConflictAnswer::Overwrite);
    }

    /// What cannot happen yet, as no digest is computed and no folder is there, happens a little later.
    void strikeAt(qint64 when, Fault fault, QRandomGenerator &random, const SmallDisk *mount)
    {
        m_road->arm(when, [=, this, &random](char &byte) {
            m_struck = strike(fault, random, mount, byte);
            if (!m_struck)
                strikeAt(500, fault, random, mount);
        });
    }

    /// \return whether it happened
    bool strike(Fault fault, QRandomGenerator &random, const SmallDisk *mount, char &byte)
    {
        const QStringList sources = filesBelow(m_source);
        const QString victim = sources[random.bounded(int(sources.size()))];
        switch (fault) {
        case Fault::Cut:
        case Fault::PartSpoilt: // what is left is spoilt between the attempts
            m_road->cut();
            return true;
        case Fault::Flip:
            byte = char(byte ^ (1 << random.bounded(8)));
            return true;
        case Fault::ShortStall:
            m_road->stallFor(random.bounded(20, 200));
            return true;
        case Fault::Stall:
            m_road->stallFor(1200);
            return true;
        case Fault::KillSftp: return killBelow(::getpid(), {"sftp-server"}) > 0;
        case Fault::KillHasher: return killBelow(::getpid(), {"python3", "xargs", "sha256sum"}) > 0;
        case Fault::KillSessions: {
            const bool isAny = f.sshd.sessionProcessCount() > 0;
            f.sshd.cutSessions();
            return isAny;
        }
        case Fault::DiskFull:
            mount->fill();
            return mount->available() == 0;
        case Fault::ReadOnly: return lockFolder();
        case Fault::SourceChanges: return change(victim, random);
        case Fault::SourceVanishes: return QFile::remove(m_source + u'/' + victim);
        case Fault::NameTaken: return std::any_of(sources.cbegin(), sources.cend(), [this](const QString &path) { return takeName(path); });
        case Fault::KillProgram:
        case Fault::Count: break;
        }
        return false;
    }

    bool lockFolder()
    {
        const QString sub = m_to + QStringLiteral("/data/sub");
        m_locked = QDir(sub).exists() ? sub : m_to;
        return setReadOnly(m_locked, true);
    }

    void unlock()
    {
        if (!m_locked.isEmpty() && !setReadOnly(std::exchange(m_locked, {}), false))
            qFatal("a folder of the test stays read-only");
    }

    bool change(const QString &victim, QRandomGenerator &random)
    {
        const QString path = m_source + u'/' + victim;
        const QByteArray old = Fixture::read(path);
        if (old.isEmpty()) // there is little to change about it
            return false;
        switch (random.bounded(4)) {
        case 0: // grows
            put(m_source, victim, old + "more");
            break;
        case 1: // shrinks
            put(m_source, victim, old.first(old.size() / 2));
            break;
        case 2: // other bytes of the same size
            put(m_source, victim, Fixture::randomBytes(old.size(), random.generate()));
            break;
        case 3: // as editors save: a new file under the old name
            put(m_source, victim + QStringLiteral(".new"), old + "edited");
            m_right[victim] += m_right.take(victim + QStringLiteral(".new"));
            if (::rename(QFile::encodeName(path + QStringLiteral(".new")).constData(), QFile::encodeName(path).constData()) != 0)
                qFatal("cannot rename a test file");
            break;
        }
        return true;
    }

    /// \return whether one of them is of a file in several segments, and holds more than one of those
    bool spoilParts(QRandomGenerator &random)
    {
        bool isAnyOfUse = false;
        for (const QString &path : Fixture::partFiles(m_to)) {
            QFile part(path);
            if (!part.open(QIODevice::ReadWrite) || part.size() == 0)
                continue;
            isAnyOfUse = isAnyOfUse || part.size() > Segments::length;
            part.seek(random.bounded(int(random.bounded(2) ? part.size() : qMin(part.size(), Segments::length))));
            part.write("?");
        }
        return isAnyOfUse;
    }

    /// Somebody makes a file of that name while ours is on its way.
    bool takeName(const QString &victim)
    {
        QFile foreign(m_to + QStringLiteral("/data/") + victim);
        if (!foreign.open(QIODevice::NewOnly | QIODevice::WriteOnly) || foreign.write(somebodyElses) < 0)
            return false;
        m_right[victim].insert(digestOf(somebodyElses));
        m_foreign = foreign.fileName();
        return true;
    }

    void takeForeignFilesAway()
    {
        if (!m_foreign.isEmpty() && Fixture::read(m_foreign) == somebodyElses)
            QFile::remove(m_foreign);
        m_foreign.clear();
    }

    void killProgramAt(qint64 when)
    {
        const QString journal = f.sshd.directory() + QStringLiteral("/journal");
        QDir(journal).removeRecursively();
        const ssh::HostKey key = f.sshd.hostKeys().first();
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(QCoreApplication::applicationFilePath(),
                      {QStringLiteral("client"), QString::number(m_road->port()), f.sshd.user(), f.sshd.privateKeyPath(), key.type,
                       QString::fromLatin1(key.blob), journal, m_upload ? QStringLiteral("up") : QStringLiteral("down"), m_source, m_to});
        m_road->arm(when, [&](char &) { m_struck = ::kill(pid_t(program.processId()), SIGKILL) == 0; });
        QVERIFY(QTest::qWaitFor([&] { return program.state() == QProcess::NotRunning; }, 60'000));
        m_struck = m_struck && program.exitStatus() == QProcess::CrashExit;
        checkDestination();

        ssh::ConnectionSettings settings = f.sshd.settings();
        settings.port = m_road->port();
        QueueOptions options;
        options.journalDirectory = journal;
        f.queue = std::make_unique<TransferQueue>(settings, options);
        if (f.queue->transfers().isEmpty()) // killed before it had written down what was asked for, or after its end
            start();
        else
            f.queue->resume(f.queue->transfers().first().id);
    }

    void checkDestination() const
    {
        const QString root = m_to + QStringLiteral("/data");
        for (const QString &file : filesBelow(root)) {
            if (file.endsWith(QLatin1String(".nimbook-part")))
                continue;
            QVERIFY2(m_right.value(file).contains(digestOfFile(root + u'/' + file)), qPrintable(file + QLatin1String(" is wrong")));
        }
    }

    QString m_foreign; ///< somebody else's file
    QString m_locked;  ///< a read-only folder
    bool m_struck = false;
};

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().value(1) == QLatin1String("client"))
        return playClient(app.arguments());
    SeededFaultsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "seeded_faults_test.moc"
