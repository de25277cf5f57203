// SPDX-License-Identifier: Apache-2.0
#include "ui/common/flat_tabs.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QApplication>
#include <QPainter>
#include <QToolButton>

namespace nimbook::ui {

namespace {

constexpr int iconSide = grid * 2;
constexpr int iconGap = grid - 2;
constexpr int closeSide = grid * 2 + grid / 2;

} // namespace

FlatTabBar::FlatTabBar(QWidget *parent) : QTabBar(parent)
{
    setDrawBase(false);
    setExpanding(false);
    setMouseTracking(true);
    setAttribute(Qt::WA_Hover);
}

QSize FlatTabBar::tabSizeHint(int index) const
{
    int width = fontMetrics().size(Qt::TextShowMnemonic, tabText(index)).width() + grid * 3 + 1;
    if (!tabIcon(index).isNull())
        width += iconSide + iconGap;
    if (tabsClosable())
        width = qMin(width + closeSide + grid, grid * 36);
    return {width, fontMetrics().height() + grid * 2 + grid / 2};
}

QSize FlatTabBar::minimumTabSizeHint(int index) const
{
    const QSize whole = tabSizeHint(index);
    return tabsClosable() ? QSize(qMin(whole.width(), grid * 14), whole.height()) : whole;
}

void FlatTabBar::tabInserted(int index)
{
    QTabBar::tabInserted(index);
    if (!tabsClosable())
        return;
    auto *close = new QToolButton(this);
    close->setIcon(symbolicIcon(QStringLiteral("close")));
    close->setIconSize({grid + grid / 2, grid + grid / 2});
    close->setFixedSize(closeSide, closeSide);
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::NoFocus);
    close->setToolTip(tr("Close tab"));
    close->setAccessibleName(tr("Close tab"));
    connect(close, &QToolButton::clicked, this, [this, close] {
        for (int i = 0; i < count(); ++i) {
            if (tabButton(i, RightSide) == close) {
                Q_EMIT tabCloseRequested(i);
                return;
            }
        }
    });
    setTabButton(index, RightSide, close);
}

void FlatTabBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(separatorColor(QApplication::palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
    for (int i = 0; i < count(); ++i) {
        if (isTabVisible(i))
            paintTab(&painter, i);
    }
}

void FlatTabBar::paintTab(QPainter *painter, int index) const
{
    const QPalette palette = QApplication::palette();
    const QRect box = tabRect(index);
    const bool current = index == currentIndex();
    const bool under = isTabEnabled(index) && box.contains(mapFromGlobal(QCursor::pos())) && underMouse();
    if (under && !current)
        painter->fillRect(box.adjusted(0, 0, 0, -1), hoverColor(palette));
    if (current && hasFocus()) {
        QColor ground = toneColor(Tone::Accent, palette);
        ground.setAlphaF(0.14f);
        painter->fillRect(box.adjusted(0, 0, 0, -1), ground);
    }
    const int inset = grid + grid / 2;
    if (current)
        painter->fillRect(QRect(box.left() + grid, box.bottom() - 2, box.width() - 2 * grid, 3), toneColor(Tone::Accent, palette));

    QRect inside = box.adjusted(inset, 0, -inset, 0);
    if (const QWidget *close = tabButton(index, RightSide))
        inside.setRight(close->geometry().left() - grid / 2);
    if (const QIcon icon = tabIcon(index); !icon.isNull()) {
        icon.paint(painter, QRect(inside.left(), box.center().y() - iconSide / 2 + 1, iconSide, iconSide), Qt::AlignCenter,
                   isTabEnabled(index) ? QIcon::Normal : QIcon::Disabled);
        inside.setLeft(inside.left() + iconSide + iconGap);
    }
    painter->setFont(font());
    painter->setPen(!isTabEnabled(index) || !current ? mutedText(palette) : palette.color(QPalette::WindowText));
    painter->drawText(inside, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine,
                      fontMetrics().elidedText(tabText(index), Qt::ElideRight, inside.width(), Qt::TextShowMnemonic));
}

FlatTabs::FlatTabs(QWidget *parent) : QTabWidget(parent)
{
    setTabBar(new FlatTabBar(this));
    setDocumentMode(true);
}

} // namespace nimbook::ui
