// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sshd_fixture.h"
#include "transfer/transfer_queue.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <sys/stat.h>

namespace nimbook::testing {

/// A real sshd, a queue on it, and two folders: "near" is this computer, "far" the machine. For tests: it waits.
class TransferFixture {
public:
    explicit TransferFixture(const QStringList &sshdConfig = {}) : sshd(sshdConfig) {}

    bool start()
    {
        if (!sshd.start())
            return false;
        queue = std::make_unique<transfer::TransferQueue>(sshd.settings());
        return QDir().mkpath(near()) && QDir().mkpath(far());
    }

    QString near(const QString &name = {}) const { return path(QStringLiteral("near"), name); }
    QString far(const QString &name = {}) const { return path(QStringLiteral("far"), name); }

    /// Waits for the end, or for a question.
    const transfer::Transfer *settle(transfer::TransferId id, int milliseconds = 30'000)
    {
        const auto rests = [&] {
            const auto *t = queue->find(id);
            return !t || !t->isActive() || t->state == transfer::Transfer::State::NeedsAnswer;
        };
        return QTest::qWaitFor(rests, milliseconds) ? queue->find(id) : nullptr;
    }

    static bool write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush();
    }

    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("<cannot be read>");
    }

    static QByteArray randomBytes(qsizetype size, quint32 seed = 1)
    {
        QByteArray bytes(size + 4, Qt::Uninitialized);
        QRandomGenerator random(seed);
        random.fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4 + 1);
        bytes.truncate(size);
        return bytes;
    }

    /// One line for everything below \a root: kind, mode, size, time, name, contents. Two trees are equal when these are.
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
                line += QString::number(st.st_size) + QLatin1Char(' ') + QString::fromLatin1(QCryptographicHash::hash(read(path), QCryptographicHash::Md5).toHex());
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
    std::unique_ptr<transfer::TransferQueue> queue;

private:
    QString path(const QString &side, const QString &name) const
    {
        return sshd.directory() + QLatin1Char('/') + side + (name.isEmpty() ? QString() : QLatin1Char('/') + name);
    }
};

} // namespace nimbook::testing

/// Ends the test with the transfer's errors when it did not reach \a wanted.
#define COMPARE_STATE(transferPointer, wanted) \
    do { \
        const auto *checked = (transferPointer); \
        QVERIFY(checked); \
        for (const auto &error : checked->errors) \
            if (checked->state != (wanted)) \
                qWarning() << error; \
        QCOMPARE(int(checked->state), int(wanted)); \
    } while (false)
