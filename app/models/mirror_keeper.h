// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/machine_mirrors.h"
#include "workspace/workspace.h"

#include <QHash>
#include <QSet>

namespace nimbook::models {

/// Takes up what was followed when the program ended, for machines that run: connects to them by itself, but never starts one.
class MirrorKeeper : public QObject {
    Q_OBJECT
public:
    explicit MirrorKeeper(workspace::Workspace &workspace, QObject *parent = nullptr);

    MachineMirrors &of(const workspace::MachineSession &session); ///< lives as long as the keeper

private:
    MachineMirrors &mirrorsOf(const cloud::Instance &machine);
    void followList();
    void consider(const cloud::Instance &machine);
    void onSession(workspace::MachineSession *session);
    void onMachineGone(const cloud::InstanceRef &ref);

    workspace::Workspace &m_workspace;
    QPointer<workspace::MachineList> m_list;
    QSet<QString> m_remembered; ///< ids of machines that had something followed at the start: most of a long list have not
    QHash<QString, MachineMirrors *> m_mirrors; ///< by the machine's id; children
    QHash<QString, cloud::InstanceRef> m_names; ///< under which they were seen
    QSet<QString> m_tried; ///< ids of machines that were connected to since they run
};

} // namespace nimbook::models
