// SPDX-License-Identifier: Apache-2.0
#include "ssh/host_key.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace nimbook::ssh {

static QList<QByteArray> linesOfOthers(const QString &path, const QString &alias)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<QByteArray> lines = file.readAll().split('\n');
    lines.removeIf([&](const QByteArray &line) {
        return line.isEmpty() || line.startsWith(alias.toUtf8() + ' ');
    });
    return lines;
}

static Result<void> writeWhole(const QString &path, const QList<QByteArray> &lines)
{
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        for (const QByteArray &line : lines)
            file.write(line + '\n');
        if (file.commit())
            return {};
    }
    return failure(ErrorKind::FileSystem,
                   QCoreApplication::translate("nimbook::ssh::HostKeyStore", "Could not save the machine's identity in %1: %2.")
                       .arg(path, file.errorString()),
                   {}, path);
}

QString HostKey::fingerprint() const
{
    const QByteArray digest = QCryptographicHash::hash(QByteArray::fromBase64(blob), QCryptographicHash::Sha256);
    return QStringLiteral("SHA256:") + QString::fromLatin1(digest.toBase64(QByteArray::OmitTrailingEquals));
}

HostKeyStore::HostKeyStore(QString path) : m_path(std::move(path)) {}

QList<HostKey> HostKeyStore::keys(const QString &alias) const
{
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return {}; // no file: nothing was pinned yet
    QList<HostKey> keys;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() >= 3 && words.at(0) == alias.toUtf8())
            keys.append({QString::fromLatin1(words.at(1)), words.at(2)});
    }
    return keys;
}

Result<void> HostKeyStore::pin(const QString &alias, const QList<HostKey> &keys)
{
    const auto isWord = [](const QByteArray &word) { return !word.isEmpty() && !word.contains(' ') && !word.contains('\n'); };
    QList<QByteArray> lines = linesOfOthers(m_path, alias);
    for (const HostKey &key : keys) {
        if (!isWord(alias.toUtf8()) || !isWord(key.type.toLatin1()) || !isWord(key.blob))
            return failure(ErrorKind::InvalidInput,
                           QCoreApplication::translate("nimbook::ssh::HostKeyStore", "“%1” cannot be saved as a machine's identity.")
                               .arg(alias));
        lines << alias.toUtf8() + ' ' + key.type.toLatin1() + ' ' + key.blob;
    }
    return writeWhole(m_path, lines);
}

Result<void> HostKeyStore::forget(const QString &alias)
{
    return keys(alias).isEmpty() ? Result<void>() : writeWhole(m_path, linesOfOthers(m_path, alias));
}

} // namespace nimbook::ssh
