// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>

class QTreeView;

namespace nimbook::ui {

/// The column titles of our tables: muted words on the table's own ground, in line with the cells, a hairline below.
class FlatHeader final : public QHeaderView {
    Q_OBJECT
public:
    explicit FlatHeader(QWidget *parent = nullptr);

    QSize sectionSizeFromContents(int section) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void paintSection(QPainter *painter, const QRect &box, int section) const override;
};

/// Gives \a view such a header, set up for a table: columns can be pulled and moved, titles stand left.
FlatHeader *giveFlatHeader(QTreeView *view);

} // namespace nimbook::ui
