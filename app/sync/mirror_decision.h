// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/baseline.h"
#include "sync/tree.h"

#include <QSet>

namespace nimbook::sync {

/// A look at both sides of a mirror, and what it knows from before. All of it is shared, not copied: cheap to hand to another thread.
struct MirrorLook {
    bool down = true; ///< from the machine to this computer
    Tree here;
    Tree there;
    Baseline baseline;
    QHash<QString, Version> before;    ///< the source at the look before
    QHash<QString, Version> resting;   ///< versions that could not be copied, whose next attempt is not due yet
    QHash<QString, qint64> restless;   ///< files that no two looks found the same: since when, in milliseconds of one clock
    qint64 now = 0;                    ///< of that clock
    qint64 patience = 30'000;          ///< after so long a file of up to 16 MiB is copied though something still writes to it
};

/// What is to be done after a look.
struct MirrorDecision {
    struct Due {
        TreeEntry entry;
        Version target; ///< what its place holds and may lose; size -1: nothing may be there
        bool isRestless = false; ///< may be another version by now than \a entry says
    };
    QList<Due> due;
    QStringList inTheWay;              ///< of the target side, to be put aside before: somebody else's, or no file at all
    QHash<QString, Version> same;      ///< alike on both sides, which the baseline does not know yet
    QHash<QString, Version> source;    ///< as it is now
    QHash<QString, qint64> restless;   ///< for the next look
    QStringList unreachable;           ///< left alone: nobody can see what the target has there
    QSet<QString> taken;               ///< names of both sides, for a free one; only with something in the way
    bool isUnsettled = false;          ///< something is still being written
};

/// Thread: any; it may take a second for a million files.
MirrorDecision decideMirror(const MirrorLook &look);

} // namespace nimbook::sync
