// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/baseline.h"
#include "sync/tree.h"

#include <optional>

namespace nimbook::sync {

/// How the two sides of one path differ. "Here" is this computer, "there" the machine.
enum class Difference { OnlyHere, OnlyThere, ChangedHere, ChangedThere, ChangedBoth, DeletedHere, DeletedThere, KindsDiffer };

/// What can be done about it. DeleteHere moves to the trash of this computer; the machine has none.
enum class Action { Nothing, Upload, Download, KeepBoth, DeleteHere, DeleteThere };

struct Item {
    QString path;
    bool isFolder = false; ///< an empty one: the others come with their files
    Difference difference = Difference::OnlyHere;
    std::optional<TreeEntry> here;
    std::optional<TreeEntry> there;
    bool operator==(const Item &) const = default;
};

QList<Action> possibleActions(const Item &item); ///< the likely one first; Nothing is always possible
/// What is ticked to begin with: what loses nothing. Deletions and files that both sides have changed wait for a tick.
Action suggestedAction(const Item &item);

struct Comparison {
    QList<Item> items;  ///< by path
    qint64 same = 0;    ///< files that need nothing
    QStringList leftOut; ///< see Tree::leftOut, of both sides
    bool isComplete = true;
};

/// \param sameContents paths whose bytes have been compared and are equal, whatever their times
/// Without a baseline a file that differs is ChangedBoth: nobody can tell which side is meant.
/// Afterwards \a baseline knows the pairs that are the same now.
Comparison compare(const Tree &here, const Tree &there, Baseline &baseline, const QSet<QString> &sameContents = {}, const QSet<QString> &otherContents = {});

} // namespace nimbook::sync
