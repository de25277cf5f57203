// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/file_drop.h"

#include <QFileSystemModel>

namespace nimbook::ui {

/// The files of this computer. What is dropped is only told: from the machine beside it it is downloaded, from this computer copied.
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
    void dropped(const nimbook::models::DropPlan &plan); ///< Download, CopyHere, or Refuse with a reason

private:
    QString m_owner;
};

} // namespace nimbook::ui
