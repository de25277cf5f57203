// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace nimbook::workspace {
class Workspace;
}

namespace nimbook::ui {

class Prompts;

/// What holds for all machines. Deletes itself when it is closed.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent);
};

} // namespace nimbook::ui
