// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/ignore_rules.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace nimbook::sync {

/// One file or folder below the root of a tree.
struct TreeEntry {
    QString path; ///< relative, '/' between the parts
    bool isFolder = false;
    qint64 size = 0;
    qint64 modified = 0; ///< whole seconds since 1970, as SFTP tells them
    quint32 permissions = 0;
    bool operator==(const TreeEntry &) const = default;
};

/// What was found on one side.
struct Tree {
    QList<TreeEntry> entries; ///< by path; ignored ones are left out, and all below them
    IgnoreRules rules;        ///< of the ignore files that lie in it, over the defaults
    QStringList leftOut;      ///< links, special files and names that cannot be handled: what people should know of
    bool isComplete = true;   ///< false: more than anybody asked for, cut off
};

/// Where a walk stops: a tree made to harm, or far beyond our measure.
inline constexpr qsizetype largestTree = 1'000'000;

} // namespace nimbook::sync
