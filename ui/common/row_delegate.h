// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

namespace nimbook::ui {

/// Tall rows on a flat ground with a hairline below: the ground of every table here.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    /// What stands in the cell; \a box is it without padding.
    virtual void paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QModelIndex &index) const;
};

} // namespace nimbook::ui
