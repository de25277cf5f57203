// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include <sys/mount.h>
#include <sys/statvfs.h>

namespace nimbook::testing {

/// A small file system of its own, in memory, where mounting is permitted: to root.
class SmallDisk {
public:
    /// \param size as tmpfs takes it: "8m"
    SmallDisk(const QString &path, const QString &size) : m_path(QFile::encodeName(path))
    {
        QDir().mkpath(path);
        const QByteArray options = "size=" + size.toLatin1();
        m_mounted = ::mount("nimbook-test", m_path.constData(), "tmpfs", 0, options.constData()) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(m_path.constData(), MNT_DETACH);
    }
    Q_DISABLE_COPY_MOVE(SmallDisk)

    bool isMounted() const { return m_mounted; }
    qint64 available() const
    {
        struct statvfs space {};
        return ::statvfs(m_path.constData(), &space) == 0 ? qint64(space.f_bavail) * qint64(space.f_frsize) : -1;
    }
    /// As somebody else would, until only so many bytes are left.
    void fill(qint64 leave = 0) const
    {
        QFile filler(fillerPath());
        if (!filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            return;
        for (qint64 piece = 64 * 1024; piece >= 4096; piece /= 16) {
            while (available() >= leave + piece && filler.write(QByteArray(piece, 'x')) > 0) {
            }
        }
    }
    void empty() const { QFile::remove(fillerPath()); }

private:
    QString fillerPath() const { return QFile::decodeName(m_path) + QStringLiteral("/filler"); }

    QByteArray m_path;
    bool m_mounted = false;
};

} // namespace nimbook::testing
