// SPDX-License-Identifier: Apache-2.0
#include "sync/comparison.h"

#include <QSet>

namespace nimbook::sync {

namespace {

/// Folders that have something below them, in a list that is sorted by path or not.
QSet<QString> foldersWithContents(const QList<TreeEntry> &entries)
{
    QSet<QString> folders;
    for (const TreeEntry &entry : entries) {
        for (qsizetype slash = entry.path.lastIndexOf(u'/'); slash > 0; slash = entry.path.lastIndexOf(u'/', slash - 1)) {
            const QString folder = entry.path.first(slash);
            if (folders.contains(folder))
                break; // and so are those above it
            folders.insert(folder);
        }
    }
    return folders;
}

/// Whether a walk could not see what is at \a path: it, or a folder above it, was left out.
class Unseen {
public:
    explicit Unseen(const Tree &tree) : m_paths(tree.leftOut.cbegin(), tree.leftOut.cend()), m_isComplete(tree.isComplete) {}

    bool contains(const QString &path) const
    {
        if (!m_isComplete)
            return true;
        if (m_paths.isEmpty())
            return false;
        for (qsizetype slash = path.indexOf(u'/'); slash > 0; slash = path.indexOf(u'/', slash + 1)) {
            if (m_paths.contains(path.first(slash)))
                return true;
        }
        return m_paths.contains(path);
    }

private:
    QSet<QString> m_paths;
    bool m_isComplete;
};

Difference oneSided(const TreeEntry &entry, bool isHere, const Baseline::Pair *known)
{
    if (!known)
        return isHere ? Difference::OnlyHere : Difference::OnlyThere;
    // It was on both sides once. Changed since then: the change outweighs the other side's deletion.
    const bool unchanged = Version::of(entry) == (isHere ? known->here : known->there);
    if (isHere)
        return unchanged ? Difference::DeletedThere : Difference::OnlyHere;
    return unchanged ? Difference::DeletedHere : Difference::OnlyThere;
}

Difference twoSided(const TreeEntry &here, const TreeEntry &there, const Baseline::Pair *known)
{
    if (!known)
        return Difference::ChangedBoth;
    const bool changedHere = Version::of(here) != known->here;
    const bool changedThere = Version::of(there) != known->there;
    if (changedHere && !changedThere)
        return Difference::ChangedHere;
    if (changedThere && !changedHere)
        return Difference::ChangedThere;
    return Difference::ChangedBoth;
}

} // namespace

QList<Action> possibleActions(const Item &item)
{
    switch (item.difference) {
    case Difference::OnlyHere: return item.isFolder ? QList<Action>{Action::Upload, Action::Nothing} : QList<Action>{Action::Upload, Action::DeleteHere, Action::Nothing};
    case Difference::OnlyThere: return item.isFolder ? QList<Action>{Action::Download, Action::Nothing} : QList<Action>{Action::Download, Action::DeleteThere, Action::Nothing};
    case Difference::ChangedHere: return {Action::Upload, Action::Download, Action::KeepBoth, Action::Nothing};
    case Difference::ChangedThere: return {Action::Download, Action::Upload, Action::KeepBoth, Action::Nothing};
    case Difference::ChangedBoth: {
        const bool newerHere = item.here && item.there && item.here->modified > item.there->modified;
        return newerHere ? QList<Action>{Action::Upload, Action::Download, Action::KeepBoth, Action::Nothing} : QList<Action>{Action::Download, Action::Upload, Action::KeepBoth, Action::Nothing};
    }
    case Difference::DeletedThere: return {Action::DeleteHere, Action::Upload, Action::Nothing};
    case Difference::DeletedHere: return {Action::DeleteThere, Action::Download, Action::Nothing};
    case Difference::KindsDiffer: break;
    }
    return {Action::Nothing};
}

Action suggestedAction(const Item &item)
{
    switch (item.difference) {
    case Difference::OnlyHere:
    case Difference::ChangedHere: return Action::Upload;
    case Difference::OnlyThere:
    case Difference::ChangedThere: return Action::Download;
    case Difference::ChangedBoth:
    case Difference::DeletedHere:
    case Difference::DeletedThere:
    case Difference::KindsDiffer: break;
    }
    return Action::Nothing;
}

Comparison compare(const Tree &here, const Tree &there, Baseline &baseline, const QSet<QString> &sameContents, const QSet<QString> &otherContents)
{
    Comparison result;
    result.isComplete = here.isComplete && there.isComplete;
    result.leftOut = here.leftOut + there.leftOut;
    const QSet<QString> fullHere = foldersWithContents(here.entries);
    const QSet<QString> fullThere = foldersWithContents(there.entries);
    const Unseen unseenHere(here);
    const Unseen unseenThere(there);
    QSet<QString> seen;

    // What either side's ignore files name is left alone on both.
    const auto isIgnored = [&](const TreeEntry &entry, const IgnoreRules &others) { return others.ignores(entry.path, entry.isFolder); };
    const auto addOneSided = [&](const TreeEntry &entry, bool isHere) {
        if (isIgnored(entry, isHere ? there.rules : here.rules))
            return;
        if (entry.isFolder && (isHere ? fullHere : fullThere).contains(entry.path))
            return; // comes with what is in it
        if ((isHere ? unseenThere : unseenHere).contains(entry.path))
            return; // not missing over there, only out of sight
        const Difference difference = entry.isFolder ? (isHere ? Difference::OnlyHere : Difference::OnlyThere) : oneSided(entry, isHere, baseline.find(entry.path));
        Item item{entry.path, entry.isFolder, difference, {}, {}};
        (isHere ? item.here : item.there) = entry;
        result.items.append(std::move(item));
    };
    const auto addTwoSided = [&](const TreeEntry &a, const TreeEntry &b) {
        if (isIgnored(a, there.rules) || isIgnored(b, here.rules))
            return;
        if (a.isFolder && b.isFolder)
            return;
        if (a.isFolder != b.isFolder) {
            result.items.append({a.path, false, Difference::KindsDiffer, a, b});
            return;
        }
        const bool isSame = sameContents.contains(a.path) || (a.size == b.size && a.modified == b.modified && !otherContents.contains(a.path));
        if (isSame) {
            ++result.same;
            baseline.set(a.path, {Version::of(a), Version::of(b)});
            return;
        }
        result.items.append({a.path, false, twoSided(a, b, baseline.find(a.path)), a, b});
    };

    auto left = here.entries.cbegin();
    auto right = there.entries.cbegin();
    while (left != here.entries.cend() || right != there.entries.cend()) {
        if (right == there.entries.cend() || (left != here.entries.cend() && left->path < right->path)) {
            seen.insert(left->path);
            addOneSided(*left++, true);
        } else if (left == here.entries.cend() || right->path < left->path) {
            seen.insert(right->path);
            addOneSided(*right++, false);
        } else {
            seen.insert(left->path);
            addTwoSided(*left++, *right++);
        }
    }
    if (result.isComplete) {
        for (const QString &path : baseline.paths()) {
            if (!seen.contains(path) && !unseenHere.contains(path) && !unseenThere.contains(path))
                baseline.forget(path); // gone from both
        }
    }
    return result;
}

} // namespace nimbook::sync
