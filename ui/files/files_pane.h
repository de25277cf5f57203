// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/mirror_keeper.h"
#include "ui/common/prompts.h"
#include "workspace/machine_session.h"
#include "workspace/workspace.h"

#include <QStringList>
#include <QWidget>

#include <memory>

namespace nimbook::ui {

/// The files of this computer beside those of one machine. Asks the session to connect when there is no connection yet.
///
/// Lifetime: goes before \a session and \a mirrors do. The two views are "localView" and "remoteView".
class FilesPane : public QWidget {
    Q_OBJECT
public:
    FilesPane(workspace::Workspace &workspace, workspace::MachineSession &session, models::MirrorKeeper &mirrors, Prompts &prompts, QWidget *parent = nullptr);
    ~FilesPane() override;

    void setLocalFolder(const QString &folder);
    void setRemoteFolder(const QString &folder);
    QString localFolder() const;
    QString remoteFolder() const;

    void upload(const QStringList &localPaths);    ///< to the remote folder shown
    void download(const QStringList &remotePaths); ///< to the local folder shown

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ui
