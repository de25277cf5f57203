// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror_decision.h"

namespace nimbook::sync {

namespace {

constexpr qint64 largestRestless = 16 * 1024 * 1024; // bytes; a larger file would hardly keep still for as long as its copy takes

/// Whether a folder above \a path is one of \a closed.
bool liesBelow(const QString &path, const QSet<QString> &closed)
{
    for (qsizetype slash = path.indexOf(u'/'); slash > 0 && !closed.isEmpty(); slash = path.indexOf(u'/', slash + 1)) {
        if (closed.contains(path.first(slash)))
            return true;
    }
    return false;
}

} // namespace

MirrorDecision decideMirror(const MirrorLook &look)
{
    const Tree &source = look.down ? look.there : look.here;
    const Tree &target = look.down ? look.here : look.there;
    QHash<QString, Version> targets;
    targets.reserve(target.entries.size());
    for (const TreeEntry &entry : target.entries)
        targets.insert(entry.path, entry.isFolder ? Version() : Version::of(entry));
    const QSet<QString> closed(target.leftOut.cbegin(), target.leftOut.cend()); // links, sockets, folders that cannot be read
    MirrorDecision decision;
    for (const TreeEntry &entry : source.entries) {
        if (entry.isFolder || target.rules.ignores(entry.path, false))
            continue;
        const Version version = Version::of(entry);
        decision.source.insert(entry.path, version);
        const auto there = targets.constFind(entry.path);
        const Baseline::Pair *known = look.baseline.find(entry.path);
        const Version knownSource = known ? (look.down ? known->there : known->here) : Version();
        const Version knownTarget = known ? (look.down ? known->here : known->there) : Version();
        if (there != targets.cend() && *there == version) {
            if (!known || knownSource != version || knownTarget != version)
                decision.same.insert(entry.path, version);
            continue;
        }
        if (known && knownSource == version)
            continue; // copied already; what became of the copy is its owner's business
        const bool isRestless = look.before.value(entry.path) != version;
        if (isRestless) {
            const qint64 since = look.restless.value(entry.path, look.now);
            const bool isWaiting = look.now - since < look.patience || entry.size > largestRestless;
            decision.restless.insert(entry.path, isWaiting ? since : look.now);
            if (isWaiting) {
                decision.isUnsettled = true;
                continue;
            }
        }
        if (look.resting.value(entry.path) == version)
            continue;
        if (liesBelow(entry.path, closed)) {
            decision.unreachable.append(entry.path);
            continue;
        }
        const bool isTaken = there != targets.cend() || closed.contains(entry.path);
        const bool isOurs = there != targets.cend() && known && *there == knownTarget;
        if (isTaken && !isOurs)
            decision.inTheWay.append(entry.path);
        decision.due.append({entry, isOurs ? *there : Version(), isRestless});
    }
    if (!decision.inTheWay.isEmpty()) {
        for (const Tree *tree : {&look.here, &look.there}) {
            for (const TreeEntry &entry : tree->entries)
                decision.taken.insert(entry.path);
            for (const QString &path : tree->leftOut)
                decision.taken.insert(path);
        }
    }
    return decision;
}

} // namespace nimbook::sync
