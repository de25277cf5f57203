// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace nimbook::ui {

/// A hairline between two panes, in a colour that is barely there.
class Separator : public QWidget {
    Q_OBJECT
public:
    explicit Separator(Qt::Orientation orientation, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace nimbook::ui
