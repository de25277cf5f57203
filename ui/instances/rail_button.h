// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace nimbook::ui {

/// A button that looks like a row of the rail, and can be the one that is shown.
class RailButton : public QAbstractButton {
    Q_OBJECT
public:
    RailButton(const QString &iconName, const QString &text, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace nimbook::ui
