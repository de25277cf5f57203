// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/packages_state.h"
#include "models/wanted_packages_model.h"
#include "workspace/machine_container.h"
#include "workspace/machine_session.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTreeView;

namespace nimbook::ui {

/// Wanted versus installed, and nimbook.lock: what was recorded, recording it again, making this machine so. Goes before the session.
class InstalledPanel : public QWidget {
    Q_OBJECT
public:
    explicit InstalledPanel(workspace::MachineSession &session, QWidget *parent = nullptr);

    void refresh(jupyter::Record record = jupyter::Record::No); ///< asks the machine; without an open notebook what is in nimbook.lock, and nothing is recorded

Q_SIGNALS:
    void failed(const nimbook::Error &error);

private:
    void readLock(); ///< the file alone, while no container need run
    void show(const jupyter::PackagesState &state);
    void follow();

    QPointer<workspace::MachineSession> m_session;
    QPointer<Job> m_asking;
    bool m_known = false;
    jupyter::PackagesState m_state;
    std::optional<jupyter::LockState> m_file; ///< as last read without a notebook
    models::WantedPackagesModel m_model;
    QTreeView *m_view;
    QLabel *m_summary;
    QLabel *m_lock;
    QPushButton *m_refreshButton;
    QPushButton *m_recordButton;
    QPushButton *m_recreateButton;
};

} // namespace nimbook::ui
