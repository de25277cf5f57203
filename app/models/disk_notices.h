// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QObject>

#include <functional>

namespace nimbook::workspace {
class Workspace;
}

namespace nimbook::models {

/// Disks that are nearly full, each once for each time that it fills, unless somebody looks at their machine's page just then: that
/// says it too.
class DiskNotices : public QObject {
    Q_OBJECT
public:
    using IsWatched = std::function<bool(const cloud::InstanceRef &machine)>;

    /// Follows the disks of every session that \a workspace has and makes.
    DiskNotices(workspace::Workspace &workspace, IsWatched isWatched, QObject *parent = nullptr);

    static QString titleOf(const cloud::InstanceRef &machine);
    static QString textOf(const QList<monitor::DiskSample> &disks); ///< "5.0 GB left on /src"

Q_SIGNALS:
    void notice(const QString &title, const QString &text, const nimbook::cloud::InstanceRef &machine); ///< translated

private:
    IsWatched m_isWatched;
};

} // namespace nimbook::models
