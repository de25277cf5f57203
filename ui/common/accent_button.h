// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPushButton>

namespace nimbook::ui {

/// The one thing to press on a page: the platform's own button in the palette's accent.
class AccentButton : public QPushButton {
    Q_OBJECT
public:
    explicit AccentButton(const QString &text, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void tint();
    bool m_tinting = false;
};

} // namespace nimbook::ui
