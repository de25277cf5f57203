// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabBar>
#include <QTabWidget>

namespace nimbook::ui {

/// Tabs as words on the page, the current one underlined in the accent colour. Keyboard and accessibility are QTabBar's own.
class FlatTabBar final : public QTabBar {
    Q_OBJECT
public:
    explicit FlatTabBar(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override;
    void tabInserted(int index) override;

private:
    void paintTab(QPainter *painter, int index) const;
};

class FlatTabs final : public QTabWidget {
    Q_OBJECT
public:
    explicit FlatTabs(QWidget *parent = nullptr);
};

} // namespace nimbook::ui
