// SPDX-License-Identifier: Apache-2.0
#include "transfer/names.h"

#include "transfer/remote_files.h"

#include <QCryptographicHash>
#include <QFile>

namespace nimbook::transfer {
namespace {

constexpr qsizetype longestPath = 4095; // bytes; PATH_MAX without the NUL
constexpr qsizetype longestName = 255; // bytes; NAME_MAX of ext4, xfs, btrfs
const QByteArray partSuffix = QByteArrayLiteral(".nimbook-part");

/// At most \a size bytes of \a name, not cutting a UTF-8 character in two.
QByteArray cutTo(const QByteArray &name, qsizetype size)
{
    if (name.size() <= size)
        return name;
    while (size > 0 && (quint8(name[size]) & 0xC0) == 0x80)
        --size;
    return name.first(size);
}

/// Where ".ext" begins; the size of the name when it has none. ".bashrc" has none, "a.tar.gz" has ".tar.gz".
qsizetype suffixStart(const QByteArray &name)
{
    const qsizetype dot = name.lastIndexOf('.');
    if (dot <= 0 || name.size() - dot > 16)
        return name.size();
    const qsizetype before = name.lastIndexOf(".tar", dot - 1);
    return before > 0 && before + 4 == dot ? before : dot;
}

bool isInvisible(char32_t c)
{
    if (c == 0x200C || c == 0x200D) // joiners belong to words and emoji
        return false;
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format: // direction marks among them
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
    case QChar::Other_Surrogate:
        return true;
    default:
        return false;
    }
}

} // namespace

QString displayName(const QString &name)
{
    QString shown;
    shown.reserve(name.size());
    for (const char32_t c : name.toUcs4()) {
        if (c == U'\n')
            shown += QLatin1String("\\n");
        else if (c == U'\t')
            shown += QLatin1String("\\t");
        else if (c == U'\r')
            shown += QLatin1String("\\r");
        else if (isInvisible(c))
            shown += QStringLiteral("\\u{%1}").arg(quint32(c), 0, 16);
        else
            shown += QString::fromUcs4(&c, 1);
    }
    return shown;
}

bool isSafeName(const QByteArray &name)
{
    return !name.isEmpty() && name != "." && name != ".." && name.size() <= longestName && !name.contains('/') && !name.contains('\0');
}

bool isUsablePath(const QByteArray &path)
{
    return !path.isEmpty() && path.size() <= longestPath && !path.contains('\0');
}

QByteArray partName(const QByteArray &name)
{
    if (1 + name.size() + partSuffix.size() <= longestName)
        return '.' + name + partSuffix;
    const QByteArray hash = QCryptographicHash::hash(name, QCryptographicHash::Sha256).toHex().first(16);
    return '.' + cutTo(name, longestName - 2 - hash.size() - partSuffix.size()) + '~' + hash + partSuffix;
}

bool isPartName(const QByteArray &name)
{
    return name.startsWith('.') && name.size() > partSuffix.size() + 1 && name.endsWith(partSuffix);
}

QByteArray freeName(const QByteArray &name, const std::function<bool(const QByteArray &)> &taken)
{
    const qsizetype dot = suffixStart(name);
    const QByteArray stem = name.first(dot);
    const QByteArray suffix = name.sliced(dot);
    for (int number = 2;; ++number) {
        const QByteArray tail = " (" + QByteArray::number(number) + ')' + suffix;
        const QByteArray candidate = cutTo(stem, longestName - tail.size()) + tail;
        if (!taken(candidate))
            return candidate;
    }
}

QByteArray joinPath(const QByteArray &folder, const QByteArray &name)
{
    return folder.endsWith('/') ? folder + name : folder + '/' + name;
}

static QByteArray withoutTrailingSlashes(QByteArray path)
{
    while (path.size() > 1 && path.endsWith('/'))
        path.chop(1);
    return path;
}

QByteArray folderOf(const QByteArray &path)
{
    const QByteArray clean = withoutTrailingSlashes(path);
    const qsizetype slash = clean.lastIndexOf('/');
    if (slash < 0)
        return QByteArrayLiteral(".");
    return slash == 0 ? QByteArrayLiteral("/") : clean.first(slash);
}

QByteArray nameOf(const QByteArray &path)
{
    const QByteArray clean = withoutTrailingSlashes(path);
    return clean.sliced(clean.lastIndexOf('/') + 1);
}

bool isInside(const QByteArray &folder, const QByteArray &path)
{
    return path == folder || folder == "/" || path.startsWith(folder + '/');
}

QByteArray toPathBytes(const QString &path)
{
    return withoutTrailingSlashes(QFile::encodeName(path));
}

QString shownPath(const QByteArray &path)
{
    return displayName(QString::fromUtf8(path));
}

} // namespace nimbook::transfer
