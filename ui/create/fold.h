// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QToolButton;

namespace nimbook::ui {

/// A heading that unfolds what is under it.
class Fold : public QWidget {
    Q_OBJECT
public:
    /// \param objectName of the button, "advancedButton"
    Fold(const QString &title, QWidget *content, const QString &objectName, QWidget *parent = nullptr);

    bool isOpen() const { return m_open; }
    void setOpen(bool open);

Q_SIGNALS:
    void toggled(bool open);

private:
    QToolButton *m_button;
    QWidget *m_content;
    bool m_open = false;
};

} // namespace nimbook::ui
