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
    enum class Kind { Refuse, Upload, Download, Move };

    Kind kind = Kind::Refuse;
    QStringList sources;
    QString destination; ///< folder
    QString reason;      ///< translated; why Refuse, may be empty when the data is simply not about files
    bool operator==(const DropPlan &) const = default;
};

QString remoteFilesMimeType();
QString remoteOwner(const QString &machineKey); ///< the owner text for a machine in this process

/// \param localCopies file paths of copies that are whole and on this computer; other programs get these
std::unique_ptr<QMimeData> remoteMimeData(const RemoteSelection &selection, const QStringList &localCopies);
std::optional<RemoteSelection> remoteSelection(const QMimeData &data);

/// Something is held over \a directory of the machine \a owner.
DropPlan planRemoteDrop(const QMimeData &data, const QString &owner, const QString &directory);
/// Something is held over \a folder of this computer. Files of this computer are the file model's own business: Refuse.
DropPlan planLocalDrop(const QMimeData &data, const QString &owner, const QString &folder);

} // namespace nimbook::models
