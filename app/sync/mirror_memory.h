// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/mirror.h"

#include <QList>
#include <QStringList>

namespace nimbook::sync {

/// Two folders, one of which is followed into the other until somebody stops it.
struct FollowedPair {
    Mirror::Direction direction = Mirror::Direction::Down;
    QString here;
    QString there;
    bool operator==(const FollowedPair &) const = default;
};

/// Which folders are followed for which machine, so that the program takes them up again after a restart. One small file for all
/// machines, read anew before each change: two windows may share it.
class MirrorMemory {
public:
    static QString fileIn(const QString &stateFolder) { return stateFolder + QStringLiteral("/sync/mirrors.json"); }
    explicit MirrorMemory(QString file) : m_file(std::move(file)) {}

    QStringList machines() const; ///< keys of those with at least one pair
    QList<FollowedPair> of(const QString &machineKey) const;
    Result<Done> remember(const QString &machineKey, const FollowedPair &pair);
    Result<Done> forget(const QString &machineKey, const FollowedPair &pair);

private:
    QString m_file;
};

} // namespace nimbook::sync
