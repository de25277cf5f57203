// SPDX-License-Identifier: Apache-2.0
#include "sync/baseline.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace nimbook::sync {

namespace {
constexpr quint32 baselineMagic = 0x4e42534c; // "NBSL"
constexpr quint32 baselineVersion = 1;
}

QString Baseline::fileName(const QString &stateFolder, const QString &machineKey, const QString &localFolder, const QString &remoteFolder)
{
    const QByteArray key = QStringList{machineKey, localFolder, remoteFolder}.join(QChar(u'\0')).toUtf8();
    return QStringLiteral("%1/sync/%2").arg(stateFolder, QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().first(32)));
}

Baseline::Baseline(QString file) : m_file(std::move(file))
{
    QFile in(m_file);
    if (m_file.isEmpty() || !in.open(QIODevice::ReadOnly))
        return;
    QDataStream stream(&in);
    stream.setVersion(QDataStream::Qt_6_2);
    quint32 magic = 0, version = 0;
    qint64 count = 0;
    stream >> magic >> version >> count;
    if (magic != baselineMagic || version != baselineVersion)
        return;
    QHash<QString, Pair> pairs;
    for (; count > 0 && stream.status() == QDataStream::Ok; --count) {
        QString path;
        Pair pair;
        stream >> path >> pair.here.size >> pair.here.modified >> pair.there.size >> pair.there.modified;
        pairs.insert(path, pair);
    }
    if (stream.status() == QDataStream::Ok) // half a memory would take the missing half for deleted
        m_pairs = std::move(pairs);
}

const Baseline::Pair *Baseline::find(const QString &path) const
{
    const auto found = m_pairs.constFind(path);
    return found == m_pairs.cend() ? nullptr : &*found;
}

void Baseline::set(const QString &path, const Pair &pair)
{
    Pair &kept = m_pairs[path];
    m_changed = m_changed || kept != pair;
    kept = pair;
}

void Baseline::forget(const QString &path)
{
    m_changed = m_pairs.remove(path) > 0 || m_changed;
}

Result<Done> Baseline::save()
{
    if (!m_changed || m_file.isEmpty())
        return Done{};
    QSaveFile out(m_file);
    if (QDir().mkpath(QFileInfo(m_file).path()) && out.open(QIODevice::WriteOnly)) {
        QDataStream stream(&out);
        stream.setVersion(QDataStream::Qt_6_2);
        stream << baselineMagic << baselineVersion << qint64(m_pairs.size());
        for (auto pair = m_pairs.cbegin(); pair != m_pairs.cend(); ++pair)
            stream << pair.key() << pair->here.size << pair->here.modified << pair->there.size << pair->there.modified;
        if (stream.status() == QDataStream::Ok && out.commit()) {
            m_changed = false;
            return Done{};
        }
    }
    return failure(ErrorKind::FileSystem, QCoreApplication::translate("nimbook::sync", "What was synchronised could not be noted in %1: %2.").arg(m_file, out.errorString()),
                   QCoreApplication::translate("nimbook::sync", "The files are all right; the next comparison asks about more of them than it would have to."));
}

} // namespace nimbook::sync
