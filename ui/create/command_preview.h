// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/command_form.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;

namespace nimbook::ui {

/// The same machine as a command or as the request that is sent: to read, to copy, to learn from.
class CommandPreview : public QWidget {
    Q_OBJECT
public:
    explicit CommandPreview(QWidget *parent = nullptr);

    void setForms(const QList<models::CommandForm> &forms); ///< the way of saying it stays

private:
    void showText();

    QList<models::CommandForm> m_forms;
    QComboBox *m_kind;
    QPlainTextEdit *m_text;
};

} // namespace nimbook::ui
