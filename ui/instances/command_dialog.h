// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/machine_commands.h"

#include <QDialog>

class QComboBox;
class QListWidget;
class QPlainTextEdit;

namespace nimbook::ui {

/// Everything that the window does with a machine, as a command or as the request that is sent: to read, to copy, to learn from.
class CommandDialog : public QDialog {
    Q_OBJECT
public:
    CommandDialog(const QString &machine, QList<models::MachineCommand> commands, QWidget *parent);

    void choose(const QString &id); ///< of a models::MachineCommand

private:
    void showForms();
    void showText();
    const models::MachineCommand &chosen() const;

    QList<models::MachineCommand> m_commands;
    QListWidget *m_actions;
    QComboBox *m_form;
    QPlainTextEdit *m_text;
};

} // namespace nimbook::ui
