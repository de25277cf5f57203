// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/row_delegate.h"

namespace nimbook::ui {

/// Cells of the machine table: tall rows, the state as a chip, what is secondary in the muted colour.
class MachineDelegate : public RowDelegate {
    Q_OBJECT
public:
    using RowDelegate::RowDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace nimbook::ui
