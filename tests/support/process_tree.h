// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QFile>
#include <QList>
#include <QMultiHash>

#include <csignal>

namespace nimbook::testing {

/// What \a root has started, and what that has, without those that have ended and only wait to be noticed.
inline QList<qint64> descendantsOf(qint64 root)
{
    QMultiHash<qint64, qint64> children;
    const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString &entry : entries) {
        bool isPid = false;
        const qint64 pid = entry.toLongLong(&isPid);
        QFile stat(QStringLiteral("/proc/%1/stat").arg(entry));
        if (!isPid || !stat.open(QIODevice::ReadOnly))
            continue;
        const QByteArray line = stat.readAll(); // "pid (name) state ppid …"; the name may hold anything
        const QList<QByteArray> words = line.mid(line.lastIndexOf(')') + 2).split(' ');
        if (words.value(0) != "Z")
            children.insert(words.value(1).toLongLong(), pid);
    }
    QList<qint64> found = children.values(root);
    for (qsizetype i = 0; i < found.size(); ++i)
        found.append(children.values(found.at(i)));
    return found;
}

inline QByteArray programOf(qint64 pid) ///< "sshd"
{
    QFile name(QStringLiteral("/proc/%1/comm").arg(pid));
    return name.open(QIODevice::ReadOnly) ? name.readAll().trimmed() : QByteArray();
}

/// Every SSH connection to a server below \a root ends; the servers go on listening.
inline void cutSshSessions(qint64 root)
{
    const QList<qint64> all = descendantsOf(root);
    for (qint64 pid : all) {
        if (!programOf(pid).startsWith("sshd"))
            continue;
        const QList<qint64> below = descendantsOf(pid);
        for (qint64 child : below) {
            if (programOf(child).startsWith("sshd"))
                ::kill(pid_t(child), SIGKILL);
        }
    }
}

} // namespace nimbook::testing
