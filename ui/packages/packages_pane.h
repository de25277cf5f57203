// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QWidget>

#include <memory>

namespace nimbook::ui {

/// The machine's requirements.txt, edited in place, and pip's output while it installs them. Goes before \a session does.
class PackagesPane : public QWidget {
    Q_OBJECT
public:
    explicit PackagesPane(workspace::MachineSession &session, QWidget *parent = nullptr);
    ~PackagesPane() override;

    bool hasUnsavedChanges() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ui
