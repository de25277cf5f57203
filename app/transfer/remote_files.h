// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QByteArray>
#include <QDateTime>
#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

namespace nimbook::transfer {

/// One name in a remote folder. Names are data from the far side: never a path, never trusted.
struct RemoteEntry {
    enum class Type { File, Directory, Link, Special };

    QString name; ///< no '/', not "." or ".."; bytes that are not UTF-8 make the entry unusable (see usable)
    Type type = Type::File;
    qint64 size = 0;
    QDateTime modified; ///< UTC, whole seconds (SFTP v3)
    quint32 permissions = 0; ///< the lower 12 bits
    bool usable = true; ///< false: shown, but the name cannot be handled here
    bool operator==(const RemoteEntry &) const = default;
};

/// A name as the window may show it: control characters, newlines and direction marks made visible.
QString displayName(const QString &name);

/// The files of one machine: short requests. Bytes are moved by TransferQueue. All jobs unstarted, owned by \a parent.
/// Error kinds: NotFound, PermissionDenied, AlreadyExists, NoSpace, FileSystem, Network.
class RemoteFiles : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual ValueJob<QList<RemoteEntry>> *list(const QString &directory, QObject *parent) = 0;
    virtual ValueJob<Done> *makeDirectory(const QString &path, QObject *parent) = 0;
    virtual ValueJob<Done> *rename(const QString &from, const QString &to, QObject *parent) = 0; ///< refuses to overwrite
    virtual ValueJob<Done> *remove(const QString &path, QObject *parent) = 0; ///< folders with all they hold; links, not their targets
    virtual ValueJob<RemoteEntry> *look(const QString &path, QObject *parent) = 0; ///< what lies there now; a link itself, not its target
    virtual ValueJob<Done> *setPermissions(const QString &path, quint32 permissions, QObject *parent) = 0; ///< the lower 12 bits; a link's target
    /// A small text such as an ignore file. Error kind InvalidInput: longer than \a limit bytes.
    virtual ValueJob<QByteArray> *read(const QString &path, qint64 limit, QObject *parent) = 0;
    /// Raw SHA-256 by path, computed on the machine; what cannot be read there is not in it. Kind Unsupported: it has no sha256sum.
    virtual ValueJob<QHash<QString, QByteArray>> *digests(const QStringList &paths, QObject *parent) = 0;
};

} // namespace nimbook::transfer
