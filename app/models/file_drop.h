// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMimeData>
#include <QStringList>

#include <memory>
#include <optional>

namespace nimbook::models {

/// What a drag or the clipboard carries out of a remote pane, beside file:// URLs for other programs.
struct RemoteSelection {
    QString owner; ///< which machine, in which running Nimbook: two windows must not take each other's paths for their own
    QStringList paths;
    bool operator==(const RemoteSelection &) const = default;
};

/// What letting go here would do. Nothing is moved by this: the pane that asked acts on it.
struct DropPlan {
    enum class Kind { Refuse, Upload, Download, Move, Copy, CopyHere, MoveHere }; ///< Move, Copy: on the machine; …Here: on this computer

    Kind kind = Kind::Refuse;
    QStringList sources;
    QString destination; ///< folder
    QString reason;      ///< translated; why Refuse, may be empty when the data is simply not about files
    bool operator==(const DropPlan &) const = default;
};

/// Files of this computer as file managers put them on the clipboard.
struct LocalSelection {
    QStringList paths;
    bool cut = false; ///< to be moved where they are pasted
    bool operator==(const LocalSelection &) const = default;
};

QString remoteFilesMimeType();
QString remoteOwner(const QString &machineKey); ///< the owner text for a machine in this process

/// \param localCopies file paths of copies that are whole and on this computer; other programs get these
std::unique_ptr<QMimeData> remoteMimeData(const RemoteSelection &selection, const QStringList &localCopies);
std::optional<RemoteSelection> remoteSelection(const QMimeData &data);

std::unique_ptr<QMimeData> localMimeData(const LocalSelection &selection);
/// Nothing where one of them is no file of this computer. Source: the GNOME and KDE file managers' clipboard formats.
std::optional<LocalSelection> localSelection(const QMimeData &data);

/// Something is held over \a directory of the machine \a owner.
DropPlan planRemoteDrop(const QMimeData &data, const QString &owner, const QString &directory);
/// Something is held over \a folder of this computer. Files of this computer are copied, never moved: a drag that slips must not
/// take anything away from where it is.
DropPlan planLocalDrop(const QMimeData &data, const QString &owner, const QString &folder);

/// As the drops, for Paste: what is copied stays where it is, so its own folder will do too.
DropPlan planRemotePaste(const QMimeData &data, const QString &owner, const QString &directory);
DropPlan planLocalPaste(const QMimeData &data, const QString &owner, const QString &folder);

} // namespace nimbook::models
