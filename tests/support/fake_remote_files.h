// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_files.h"

#include <QMap>
#include <QPair>

namespace nimbook::testing {

/// A machine's files as a map in memory; answers come in the next turn of the event loop, as those of a machine do.
class FakeRemoteFiles final : public transfer::RemoteFiles {
public:
    using RemoteFiles::RemoteFiles;

    static transfer::RemoteEntry file(const QString &name, qint64 size = 1)
    {
        return {name, transfer::RemoteEntry::Type::File, size, QDateTime::fromSecsSinceEpoch(1'780'000'000, Qt::UTC), 0644, true};
    }
    static transfer::RemoteEntry folder(const QString &name)
    {
        return {name, transfer::RemoteEntry::Type::Directory, 4096, QDateTime::fromSecsSinceEpoch(1'780'000'000, Qt::UTC), 0755, true};
    }

    QMap<QString, QList<transfer::RemoteEntry>> folders;
    QStringList made;
    QStringList removed;
    QList<QPair<QString, quint32>> permissionsSet;
    QMap<QString, QByteArray> texts; ///< what read() finds
    QList<QPair<QString, QString>> renamed;
    std::optional<Error> refuseChanges;

    ValueJob<QList<transfer::RemoteEntry>> *list(const QString &directory, QObject *parent) override
    {
        using Listing = QList<transfer::RemoteEntry>;
        if (!folders.contains(directory))
            return new ReadyJob<Listing>(failure(ErrorKind::NotFound, QStringLiteral("no folder ") + directory), parent);
        return new ReadyJob<Listing>(folders.value(directory), parent);
    }
    ValueJob<Done> *makeDirectory(const QString &path, QObject *parent) override { return change([&] { made.append(path); }, parent); }
    ValueJob<Done> *rename(const QString &from, const QString &to, QObject *parent) override { return change([&] { renamed.append({from, to}); }, parent); }
    ValueJob<Done> *remove(const QString &path, QObject *parent) override { return change([&] { removed.append(path); }, parent); }
    ValueJob<transfer::RemoteEntry> *look(const QString &path, QObject *parent) override
    {
        const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
        for (const transfer::RemoteEntry &each : folders.value(slash > 0 ? path.first(slash) : QStringLiteral("/"))) {
            if (each.name == path.mid(slash + 1))
                return new ReadyJob<transfer::RemoteEntry>(each, parent);
        }
        return new ReadyJob<transfer::RemoteEntry>(failure(ErrorKind::NotFound, QStringLiteral("nothing at ") + path), parent);
    }
    ValueJob<Done> *setPermissions(const QString &path, quint32 permissions, QObject *parent) override
    {
        return change([&] { permissionsSet.append({path, permissions}); }, parent);
    }
    ValueJob<QByteArray> *read(const QString &path, qint64, QObject *parent) override
    {
        if (!texts.contains(path))
            return new ReadyJob<QByteArray>(failure(ErrorKind::NotFound, QStringLiteral("nothing at ") + path), parent);
        return new ReadyJob<QByteArray>(texts.value(path), parent);
    }
    ValueJob<QHash<QString, QByteArray>> *digests(const QStringList &, QObject *parent) override
    {
        return new ReadyJob<QHash<QString, QByteArray>>(failure(ErrorKind::Unsupported, QStringLiteral("no sha256sum")), parent);
    }

private:
    template<typename Work>
    ValueJob<Done> *change(Work work, QObject *parent)
    {
        if (refuseChanges)
            return new ReadyJob<Done>(failure(*refuseChanges), parent);
        work();
        return new ReadyJob<Done>(Done{}, parent);
    }
};

} // namespace nimbook::testing
