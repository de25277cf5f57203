// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

namespace nimbook::ui {

/// A row with its text, and a second one from another role in the muted colour at the right.
class TwoLineDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    TwoLineDelegate(int secondRole, QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    int m_secondRole;
};

} // namespace nimbook::ui
