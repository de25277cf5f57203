// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/place.h"

#include <QFileInfo>

namespace nimbook::bench {

/// One thing to bring over: a file or a whole folder, into a folder that exists and is empty.
struct Errand {
    enum class Direction { Up, Down };

    Direction direction = Direction::Up;
    bool isTree = false;
    QString source; ///< absolute, here (up) or on the machine (down)
    QString folder; ///< absolute, on the other side

    QString target() const { return folder + QLatin1Char('/') + QFileInfo(source).fileName(); }
    bool isUp() const { return direction == Direction::Up; }
};

/// What to start for it.
struct Command {
    QStringList words;
    QByteArray input = {};
};

/// A tool that can do errands.
struct Contender {
    QString name;
    QString program;                  ///< must be in PATH; empty: ours
    bool isSlowOnTrees = false;       ///< waits for round trips per file: gets the smaller tree where those are long
    bool isLikeOthers = false;        ///< with one file: as fast as another tool, or far slower; fewer rounds will do
    Command (*command)(const Place &, const Errand &) = nullptr;
};

} // namespace nimbook::bench
