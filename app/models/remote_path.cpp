// SPDX-License-Identifier: Apache-2.0
#include "models/remote_path.h"

#include <QCoreApplication>

namespace nimbook::models {

QString normalizedRemotePath(const QString &typed, const QString &base)
{
    const QString whole = typed.startsWith(u'/') ? typed : base + u'/' + typed;
    QStringList parts;
    for (const QString &part : whole.split(u'/', Qt::SkipEmptyParts)) {
        if (part == u"..") {
            if (!parts.isEmpty())
                parts.removeLast();
        } else if (part != u".") {
            parts.append(part);
        }
    }
    return u'/' + parts.join(u'/');
}

QString joinedRemotePath(const QString &directory, const QString &name)
{
    return directory.endsWith(u'/') ? directory + name : directory + u'/' + name;
}

QString remoteParent(const QString &path)
{
    const qsizetype slash = path.lastIndexOf(u'/');
    return slash <= 0 ? QStringLiteral("/") : path.left(slash);
}

QString remoteName(const QString &path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

bool isInsideRemotePath(const QString &path, const QString &directory)
{
    return path == directory || directory == u"/" || path.startsWith(directory + u'/');
}

QString remoteNameProblem(const QString &name)
{
    if (name.isEmpty())
        return QCoreApplication::translate("remote_path", "A name needs at least one character.");
    if (name == u"." || name == u"..")
        return QCoreApplication::translate("remote_path", "“%1” already means a folder here. Choose another name.").arg(name);
    if (name.contains(u'/'))
        return QCoreApplication::translate("remote_path", "A name cannot contain “/”.");
    if (name.contains(QChar::Null))
        return QCoreApplication::translate("remote_path", "A name cannot contain the null character.");
    if (name.toUtf8().size() > 255)
        return QCoreApplication::translate("remote_path", "The name is too long: Linux allows 255 bytes, this has %1.").arg(name.toUtf8().size());
    return {};
}

} // namespace nimbook::models
