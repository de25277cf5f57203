// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPushButton>

namespace nimbook::ui {

/// The one thing to press on a page, filled with the palette's accent; in red where it destroys something.
///
/// Drawn here because styles lighten a tinted button until its text can no longer be read (Fusion, Qt 6.4).
class AccentButton : public QPushButton {
    Q_OBJECT
public:
    enum class Kind { Primary, Destructive };
    explicit AccentButton(const QString &text, QWidget *parent = nullptr, Kind kind = Kind::Primary);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Kind m_kind;
};

} // namespace nimbook::ui
