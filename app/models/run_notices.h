// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QObject>

#include <functional>

namespace nimbook::workspace {
class DetachedRun;
class Workspace;
}

namespace nimbook::models {

/// Ends of notebooks that ran in the background, unless somebody looks at their machine's page just then.
class RunNotices : public QObject {
    Q_OBJECT
public:
    using IsWatched = std::function<bool(const cloud::InstanceRef &machine)>;

    /// Follows the runs of every session that \a workspace has and makes.
    RunNotices(workspace::Workspace &workspace, IsWatched isWatched, QObject *parent = nullptr);

Q_SIGNALS:
    void notice(const QString &title, const QString &text, const nimbook::cloud::InstanceRef &machine); ///< translated

private:
    void watchSession(workspace::MachineSession &session);
    void watchRun(workspace::MachineSession &session, workspace::DetachedRun &run);

    IsWatched m_isWatched;
};

} // namespace nimbook::models
