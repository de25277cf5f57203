// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/file_drop.h"
#include "ui/common/prompts.h"
#include "ui/files/folder_pane.h"

#include <QStringList>

namespace nimbook::ui {

class LocalFolderModel;

/// The files of this computer.
class LocalPane : public FolderPane {
    Q_OBJECT
public:
    LocalPane(Prompts &prompts, QWidget *parent);

    void setOwner(const QString &owner);
    void setFolder(const QString &folder); ///< one that is not there is said so, and the old one stays
    QString folder() const { return m_folder; }
    QStringList selectedPaths() const;

Q_SIGNALS:
    void folderChanged(const QString &folder);
    void dropped(const nimbook::models::DropPlan &plan);
    void pasteRequested(); ///< into this folder
    void problem(const QString &message, const QString &nextStep);

private:
    void makeActions();
    void putOnClipboard(bool cut);
    void onActivated(const QModelIndex &index);
    void makeFolder();
    void moveToTrash();
    void openCurrent();
    void open(const QString &path);
    void showProperties();
    void showStatus();

    Prompts &m_prompts;
    LocalFolderModel *m_model;
    QString m_folder;
};

} // namespace nimbook::ui
