// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/drag_staging.h"
#include "models/remote_directory_filter.h"
#include "models/remote_directory_model.h"
#include "ui/common/prompts.h"
#include "ui/files/folder_pane.h"

#include <QStringList>
#include <QTimer>

namespace nimbook::ui {

class EmptyState;

/// The files of a machine.
class RemotePane : public FolderPane {
    Q_OBJECT
public:
    /// \param staging makes copies for dragging out; outlives the pane
    RemotePane(const QString &machineName, Prompts &prompts, models::DragStaging &staging, QWidget *parent);
    ~RemotePane() override;

    models::RemoteDirectoryModel &model() { return m_model; }
    void setInsteadOfFiles(QWidget *widget); ///< shown in place of the list (not connected, connecting); null: the list. Not owned.
    QStringList selectedPaths() const;
    QList<models::DragStaging::Item> selectedItems() const;
    /// The selection for a drag or the clipboard: with copies for other programs where they are ready, else their making begins.
    std::unique_ptr<QMimeData> selectionData();

    static QString homeFolder() { return QStringLiteral("/src"); }
    static QString outputsFolder() { return QStringLiteral("/src/outputs"); }

Q_SIGNALS:
    void uploadRequested(const QStringList &localPaths, const QString &directory);
    void downloadToRequested(); ///< the selection, to a folder that has yet to be chosen
    void pasteRequested();
    void copyRequested();
    void cutRequested();
    void duplicateRequested(); ///< the selection, in its own folder
    void openRequested(const QString &path, const nimbook::transfer::RemoteEntry &entry);
    void problem(const nimbook::Error &error);

private:
    void makeActions();
    void onActivated(const QModelIndex &proxyIndex);
    void onStateChanged();
    void makeFolder();
    void removeSelected();
    void askToRemove(const QList<models::DragStaging::Item> &items, const QString &contents);
    void openCurrent();
    void showProperties();
    void renameCurrent();
    void selectNamed(const QString &name);
    void showStatus();
    Prompts &m_prompts;
    models::DragStaging &m_staging;
    QString m_machineName;
    models::RemoteDirectoryModel m_model;
    models::RemoteDirectoryFilter m_filter;
    EmptyState *m_message;
    QWidget *m_instead = nullptr;
    QTimer m_selectionPause; ///< staging begins when the selection has come to rest
    QString m_toSelect;      ///< a name that comes with the next refresh
};

} // namespace nimbook::ui
