// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/sha256.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nimbook::testing {

inline QByteArray digestOf(QByteArrayView bytes)
{
    transfer::Sha256 hash;
    hash.add(bytes);
    return hash.digest();
}

inline QByteArray digestOfFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return "cannot be read";
    transfer::Sha256 hash;
    for (QByteArray piece = file.read(1024 * 1024); !piece.isEmpty(); piece = file.read(1024 * 1024))
        hash.add(piece);
    return hash.digest();
}

/// Every file below \a root, relative.
inline QStringList filesBelow(const QString &root)
{
    QStringList found;
    QDirIterator it(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext())
        found.append(QDir(root).relativeFilePath(it.next()));
    found.sort();
    return found;
}

/// The processes below \a ancestor that are called \a names; children of sshd, so nobody else's.
inline QList<qint64> processesBelow(qint64 ancestor, const QByteArrayList &names)
{
    QMultiHash<qint64, qint64> children;
    QHash<qint64, QByteArray> called;
    for (const QString &entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool isPid = false;
        const qint64 pid = entry.toLongLong(&isPid);
        QFile stat(QStringLiteral("/proc/%1/stat").arg(entry));
        const QByteArray line = isPid && stat.open(QIODevice::ReadOnly) ? stat.readAll() : QByteArray();
        const qsizetype close = line.lastIndexOf(')');
        if (close < 0)
            continue;
        const QByteArrayList fields = line.mid(close + 2).split(' ');
        if (fields.value(0) == "Z")
            continue;
        children.insert(fields.value(1).toLongLong(), pid);
        called.insert(pid, line.mid(line.indexOf('(') + 1, close - line.indexOf('(') - 1));
    }
    QList<qint64> below = children.values(ancestor);
    QList<qint64> found;
    for (qsizetype i = 0; i < below.size(); ++i) {
        below.append(children.values(below[i]));
        if (names.contains(called.value(below[i])))
            found.append(below[i]);
    }
    return found;
}

/// \return how many
inline int killBelow(qint64 ancestor, const QByteArrayList &names)
{
    const QList<qint64> found = processesBelow(ancestor, names);
    return int(std::count_if(found.cbegin(), found.cend(), [](qint64 pid) { return ::kill(pid_t(pid), SIGKILL) == 0; }));
}

inline bool canMakeFilesIn(const QString &folder)
{
    const QByteArray probe = QFile::encodeName(folder) + "/.probe";
    const int fd = ::open(probe.constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ::close(fd);
    ::unlink(probe.constData());
    return true;
}

/// Modes do not stop root; the immutable flag does, where the file system has it. \return whether it is so now
inline bool setReadOnly(const QString &folder, bool readOnly)
{
    const QByteArray path = QFile::encodeName(folder);
    if (::geteuid() != 0) {
        ::chmod(path.constData(), readOnly ? 0500 : 0700);
    } else {
        const int fd = ::open(path.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int flags = 0;
        if (fd >= 0 && ::ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
            flags = readOnly ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
            ::ioctl(fd, FS_IOC_SETFLAGS, &flags);
        }
        ::close(fd);
    }
    return canMakeFilesIn(folder) != readOnly;
}

} // namespace nimbook::testing
