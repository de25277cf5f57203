// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace nimbook::models {

// Paths on the machine: always absolute, always '/', whatever this computer uses. Pure text: nothing is asked of the machine.

QString normalizedRemotePath(const QString &typed, const QString &base); ///< "..", ".", "//" resolved; relative ones from \a base
QString joinedRemotePath(const QString &directory, const QString &name);
QString remoteParent(const QString &path); ///< of "/": "/"
QString remoteName(const QString &path);   ///< of "/": ""
bool isInsideRemotePath(const QString &path, const QString &directory); ///< \a directory itself counts as inside

/// Why a file or folder cannot be called so; empty when it can. Linux: 255 bytes, no '/', not "." or "..".
QString remoteNameProblem(const QString &name);

} // namespace nimbook::models
