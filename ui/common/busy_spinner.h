// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBasicTimer>
#include <QWidget>

namespace nimbook::ui {

/// A small turning arc: something is going on. Turns only while it can be seen.
class BusySpinner : public QWidget {
    Q_OBJECT
public:
    explicit BusySpinner(int side, QWidget *parent = nullptr);
    QSize sizeHint() const override { return {m_side, m_side}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    int m_side;
    int m_angle = 0; // degrees
    QBasicTimer m_timer;
};

} // namespace nimbook::ui
