// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/ignore_pattern.h"

#include <QHash>
#include <QString>
#include <QStringList>

namespace nimbook::sync {

/// What is left out when folders are compared or mirrored: the ignore files of a tree, and below them what nobody wants to copy.
///
/// As git has it: the last pattern that fits decides, files deeper in the tree outrank those above, and nothing inside an
/// ignored folder can be taken back. A folder's .nimbookignore outranks its .gitignore. Paths are relative to the root, without a slash at either end.
class IgnoreRules {
public:
    /// ".ipynb_checkpoints", "__pycache__", ".git" and our own part files; an ignore file can take them back ("!__pycache__").
    static IgnoreRules defaults();

    static QStringList fileNames(); ///< of ignore files, the stronger one last

    /// \param folder where the file lies; "" is the root. To be called in the order of fileNames().
    void add(const QString &folder, const QByteArray &text);
    bool ignores(const QString &path, bool isFolder) const; ///< asks for the folders above it too
    bool ignoresHere(const QString &path, bool isFolder) const; ///< the folders above are known not to be ignored
    bool isEmpty() const { return m_files.isEmpty(); }

private:
    QHash<QByteArray, QList<IgnorePattern>> m_files; ///< by folder
    QList<IgnorePattern> m_defaults;
};

} // namespace nimbook::sync
