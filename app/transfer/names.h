// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

/// Rules for names and paths. Inside this folder both are raw bytes, as Linux keeps them, so that a name that is not UTF-8
/// travels unharmed; QString begins where people read.
namespace nimbook::transfer {

/// One name that stays in its folder: not empty, "." or "..", no '/', no NUL, at most 255 bytes.
bool isSafeName(const QByteArray &name);

/// One that Linux can open: at most 4095 bytes (PATH_MAX with its NUL), none of them NUL. What a server says is longer now and then.
bool isUsablePath(const QByteArray &path);

/// ".NAME.nimbook-part", where a file lies until it is whole. A long name is cut and told apart by a hash, so that it fits 255 bytes.
QByteArray partName(const QByteArray &name);
bool isPartName(const QByteArray &name);

/// "name (2).ext", "name (3).ext", …: the first for which \a taken says no.
QByteArray freeName(const QByteArray &name, const std::function<bool(const QByteArray &)> &taken);

QByteArray joinPath(const QByteArray &folder, const QByteArray &name);
QByteArray folderOf(const QByteArray &path); ///< "/a/b" gives "/a", "/a" gives "/"
QByteArray nameOf(const QByteArray &path);   ///< without trailing slashes; empty for "/"
bool isInside(const QByteArray &folder, const QByteArray &path); ///< by name; also true for the folder itself

QByteArray toPathBytes(const QString &path);
QString shownPath(const QByteArray &path); ///< displayName() of it, '/' kept

} // namespace nimbook::transfer
