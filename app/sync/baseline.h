// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/job.h"
#include "sync/tree.h"

#include <QHash>

namespace nimbook::sync {

/// A file's size and time: what tells one version from another without reading it.
struct Version {
    qint64 size = -1; ///< -1: there is none
    qint64 modified = 0;
    bool operator==(const Version &) const = default;

    static Version of(const TreeEntry &entry) { return {entry.size, entry.modified}; }
};

/// How both sides of a pair of folders were when a file was last known to be the same on both. Only with this can a file that is
/// missing be told from one that was never there. Kept in a file of its own for each pair; losing it costs convenience, no data.
class Baseline {
public:
    struct Pair {
        Version here;
        Version there;
        bool operator==(const Pair &) const = default;
    };

    static QString fileName(const QString &stateFolder, const QString &machineKey, const QString &localFolder, const QString &remoteFolder);

    /// \param file empty: remembered only as long as this object lives
    explicit Baseline(QString file = {});

    const Pair *find(const QString &path) const; ///< null: not known
    void set(const QString &path, const Pair &pair);
    void forget(const QString &path);
    QStringList paths() const { return m_pairs.keys(); }
    bool isEmpty() const { return m_pairs.isEmpty(); }

    Result<Done> save(); ///< only when something has changed

private:
    QString m_file;
    QHash<QString, Pair> m_pairs;
    bool m_changed = false;
};

} // namespace nimbook::sync
