// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFileSystemModel>

namespace nimbook::ui {

/// The files of this computer. Takes only what comes from the machine beside it; copying within this computer is the desktop's work.
class LocalFolderModel : public QFileSystemModel {
    Q_OBJECT
public:
    explicit LocalFolderModel(QObject *parent = nullptr);

    void setOwner(const QString &owner) { m_owner = owner; } ///< the machine, see models::remoteOwner()

    void setNamePart(const QString &part); ///< only names that contain it, whatever the case; empty: all

    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QStringList mimeTypes() const override;
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) override;

Q_SIGNALS:
    void downloadRequested(const QStringList &remotePaths, const QString &folder);
    void dropRefused(const QString &reason);

private:
    QString m_owner;
};

} // namespace nimbook::ui
