// SPDX-License-Identifier: Apache-2.0
#include "ui/common/separator.h"

#include "ui/common/look.h"

#include <QPainter>

namespace nimbook::ui {

Separator::Separator(Qt::Orientation orientation, QWidget *parent) : QWidget(parent)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Separator::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), separatorColor(palette()));
}

} // namespace nimbook::ui
