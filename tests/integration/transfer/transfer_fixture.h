// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sshd_fixture.h"
#include "transfer/transfer_queue.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>
#include <QTimer>

#include <sys/stat.h>

namespace nimbook::testing {

/// A real sshd, a queue on it, and two folders: "near" is this computer, "far" the machine. For tests: it waits.
class TransferFixture {
public:
    explicit TransferFixture(const QStringList &sshdConfig = {}) : sshd(sshdConfig) {}

    bool start() { return sshd.start() && reset(); }

    /// For init(): a server, started by the first, empty folders, a new queue. \return what went wrong; empty: nothing
    QString begin()
    {
        if (!std::exchange(m_begun, true) && !sshd.start())
            return sshd.errorString();
        return reset() ? QString() : QStringLiteral("the folders could not be made");
    }

    /// The same with usual options, and a lost connection ends a transfer.
    QString beginWithoutRetries()
    {
        options = {};
        options.automaticRetries = 0;
        return begin();
    }

    /// Empty folders and a new queue; the server stays.
    bool reset()
    {
        queue.reset();
        ++m_round;
        queue = std::make_unique<transfer::TransferQueue>(sshd.settings(), options);
        return QDir().mkpath(near()) && QDir().mkpath(far());
    }

    QString near(const QString &name = {}) const { return path(QStringLiteral("near"), name); }
    QString far(const QString &name = {}) const { return path(QStringLiteral("far"), name); }

    /// With what QTemporaryDir leaves behind: names that are not UTF-8, folders without the right to write.
    void removeTrees()
    {
        for (const QString &folder : {near(), far()}) {
            QProcess::execute(QStringLiteral("chmod"), {QStringLiteral("-R"), QStringLiteral("u+rwX"), folder});
            QProcess::execute(QStringLiteral("rm"), {QStringLiteral("-rf"), folder});
        }
    }

    /// Waits for the end, or for a question.
    const transfer::Transfer *settle(transfer::TransferId id, int milliseconds = 40'000)
    {
        const auto rests = [&] {
            const auto *t = queue->find(id);
            return !t || !t->isActive() || t->state == transfer::Transfer::State::NeedsAnswer;
        };
        // A loop of its own: QTest::qWaitFor() sleeps 10 ms at a time, which is the round trip of a road that lives on this thread.
        QEventLoop loop;
        for (const auto signal : {&transfer::TransferQueue::changed, &transfer::TransferQueue::finished, &transfer::TransferQueue::removed})
            QObject::connect(queue.get(), signal, &loop, [&] { rests() ? loop.quit() : void(); });
        QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
        if (!rests())
            loop.exec();
        return rests() ? queue->find(id) : nullptr;
    }

    /// Waits until some bytes of a file have arrived in \a folder, but not all.
    static bool waitForPart(const QString &folder)
    {
        return QTest::qWaitFor([&] {
            const QStringList parts = partFiles(folder);
            return !parts.isEmpty() && QFileInfo(parts.first()).size() > 0;
        }, 20'000);
    }

    /// The rows of a test that goes up once and down once.
    static void bothWays()
    {
        QTest::addColumn<bool>("upload");
        QTest::newRow("up") << true;
        QTest::newRow("down") << false;
    }

    static bool write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush();
    }

    /// A large file that costs no disk; its end differs from its beginning.
    static bool writeSparse(const QString &path, qint64 size)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.resize(size) && file.seek(size - 3) && file.write("end") == 3;
    }

    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("<cannot be read>");
    }

    static bool sameBytes(const QString &one, const QString &two)
    {
        QFile a(one);
        QFile b(two);
        if (!a.open(QIODevice::ReadOnly) || !b.open(QIODevice::ReadOnly) || a.size() != b.size())
            return false;
        while (!a.atEnd()) {
            if (a.read(1024 * 1024) != b.read(1024 * 1024))
                return false;
        }
        return true;
    }

    static QByteArray randomBytes(qsizetype size, quint32 seed = 1)
    {
        QByteArray bytes(size + 4, Qt::Uninitialized);
        QRandomGenerator random(seed);
        random.fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4 + 1);
        bytes.truncate(size);
        return bytes;
    }

    /// One line for everything below \a root: name, kind and mode, time, size, contents. Equal trees have equal lines.
    static QStringList describe(const QString &root)
    {
        QStringList lines;
        QDirIterator it(root, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            struct stat st {};
            ::lstat(QFile::encodeName(path).constData(), &st);
            QString line = QStringLiteral("%1 %2 %3 ").arg(QDir(root).relativeFilePath(path)).arg(st.st_mode, 0, 8).arg(st.st_mtim.tv_sec);
            if (S_ISREG(st.st_mode))
                line += QString::number(st.st_size) + QLatin1Char(' ')
                    + QString::fromLatin1(QCryptographicHash::hash(read(path), QCryptographicHash::Md5).toHex());
            lines.append(line);
        }
        lines.sort();
        return lines;
    }

    static QStringList partFiles(const QString &root)
    {
        QStringList found;
        QDirIterator it(root, {QStringLiteral("*.nimbook-part")}, QDir::AllEntries | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext())
            found.append(it.next());
        return found;
    }

    SshdFixture sshd;
    transfer::QueueOptions options; ///< of the next reset()
    std::unique_ptr<transfer::TransferQueue> queue;

private:
    QString path(const QString &side, const QString &name) const
    {
        const QString folder = QStringLiteral("%1/%2-%3").arg(sshd.directory(), side).arg(m_round);
        return name.isEmpty() ? folder : folder + QLatin1Char('/') + name;
    }

    int m_round = 0;
    bool m_begun = false;
};

} // namespace nimbook::testing

/// Ends the test, with the transfer's errors, when it did not reach \a wanted.
#define COMPARE_STATE(transferPointer, wanted) \
    do { \
        const auto *checked = (transferPointer); \
        QVERIFY(checked); \
        for (const auto &wrong : checked->errors) \
            if (checked->state != (wanted)) \
                qWarning() << wrong; \
        QCOMPARE(int(checked->state), int(wanted)); \
    } while (false)
