// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/row_delegate.h"

namespace nimbook::ui {

/// A row of the timeline: its state as a shape, a word and a colour; a step that failed stands out.
class StepDelegate : public RowDelegate {
    Q_OBJECT
public:
    using RowDelegate::RowDelegate;

protected:
    void paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace nimbook::ui
