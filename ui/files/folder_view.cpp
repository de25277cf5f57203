// SPDX-License-Identifier: Apache-2.0
#include "ui/files/folder_view.h"

#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/soft_selection.h"

#include <QApplication>
#include <QDrag>
#include <QDragMoveEvent>
#include <QHeaderView>
#include <QMimeData>
#include <QPainter>
#include <QPointer>

namespace nimbook::ui {

namespace {

QPixmap dragPicture(const QString &text, const QWidget &view)
{
    const QFontMetrics metrics(view.font());
    const QSize size(metrics.horizontalAdvance(text) + grid * 2, metrics.height() + grid);
    QPixmap picture(size * view.devicePixelRatio());
    picture.setDevicePixelRatio(view.devicePixelRatio());
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(QApplication::palette().color(QPalette::Highlight)); // the view's own is a faint tint
    painter.setPen(Qt::NoPen);
    painter.drawRoundedRect(QRect(QPoint(), size), grid / 2, grid / 2);
    painter.setPen(QApplication::palette().color(QPalette::HighlightedText));
    painter.setFont(view.font());
    painter.drawText(QRect(QPoint(), size), Qt::AlignCenter | Qt::TextSingleLine, text);
    return picture;
}

} // namespace

FolderView::FolderView(QWidget *parent) : QTreeView(parent)
{
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setExpandsOnDoubleClick(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSortingEnabled(true);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(EditKeyPressed);
    setDragEnabled(true);
    setAcceptDrops(true);
    setDragDropMode(DragDrop);
    setDefaultDropAction(Qt::CopyAction);
    setDropIndicatorShown(false);
    setFrameShape(QFrame::NoFrame);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setTextElideMode(Qt::ElideMiddle);
    giveFlatHeader(this)->setStretchLastSection(false);
    new SoftSelection(this);
    m_dragPatience.setSingleShot(true);
    connect(&m_dragPatience, &QTimer::timeout, this, [this] {
        if (QGuiApplication::mouseButtons() & Qt::LeftButton)
            beginDrag();
        else
            endAwaiting();
    });
}

QModelIndexList FolderView::selectedRowIndexes() const
{
    return selectionModel() ? selectionModel()->selectedRows(0) : QModelIndexList();
}

void FolderView::startDrag(Qt::DropActions supportedActions)
{
    m_dragActions = supportedActions & (Qt::CopyAction | Qt::MoveAction);
    if (!m_dragIsAwaited || !m_dragIsAwaited()) {
        beginDrag();
        return;
    }
    m_dragPatience.start(dragPatience);
    viewport()->setCursor(Qt::BusyCursor);
}

void FolderView::goOnWithDrag()
{
    if (m_dragPatience.isActive() && !m_dragIsAwaited())
        m_dragPatience.start(0);
}

void FolderView::endAwaiting()
{
    m_dragPatience.stop();
    viewport()->unsetCursor();
}

bool FolderView::isPlaceOfOurs(const QPoint &position) const
{
    if (viewport()->rect().contains(position))
        return dropTarget(position) != rootIndex();
    const QWidget *under = window()->childAt(viewport()->mapTo(window(), position));
    while (under && !qobject_cast<const FolderView *>(under))
        under = under->parentWidget();
    return under && under != this;
}

void FolderView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragPatience.isActive()) {
        QTreeView::mouseMoveEvent(event);
        return;
    }
    // Not QTreeView's, which would begin to select.
    if (isPlaceOfOurs(event->position().toPoint()))
        beginDrag();
}

void FolderView::mouseReleaseEvent(QMouseEvent *event)
{
    endAwaiting();
    QTreeView::mouseReleaseEvent(event);
}

void FolderView::beginDrag()
{
    endAwaiting();
    std::unique_ptr<QMimeData> data = m_dragSource ? m_dragSource() : nullptr;
    if (!data)
        return;
    const QModelIndexList rows = selectedRowIndexes();
    const QString text = rows.size() == 1 ? fontMetrics().elidedText(rows.first().data().toString(), Qt::ElideMiddle, grid * 30)
                                          : tr("%n items", nullptr, int(rows.size()));
    auto *drag = new QDrag(this);
    drag->setMimeData(data.release());
    drag->setPixmap(dragPicture(text, *this));
    drag->setHotSpot(QPoint(-grid, -grid));
    // The one loop inside a loop: the platform's own drag. Nothing of ours is touched after it.
    drag->exec(m_dragActions, Qt::CopyAction);
}

QModelIndex FolderView::dropTarget(const QPoint &position) const
{
    const QModelIndex under = indexAt(position).siblingAtColumn(0);
    return under.isValid() && m_isFolder && m_isFolder(under) ? under : rootIndex();
}

bool FolderView::consider(QDropEvent *event)
{
    const QModelIndex target = dropTarget(event->position().toPoint());
    m_hovering = model() && model()->canDropMimeData(event->mimeData(), Qt::CopyAction, -1, -1, target);
    m_hoverTarget = target == rootIndex() ? QPersistentModelIndex() : QPersistentModelIndex(target);
    viewport()->update();
    if (!m_hovering) {
        event->ignore();
        return false;
    }
    // Never Move: the other program would delete its files before ours have arrived.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    return true;
}

void FolderView::dragEnterEvent(QDragEnterEvent *event)
{
    setState(DraggingState);
    // Entering is always accepted: what is allowed can differ from row to row.
    consider(event);
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

void FolderView::dragMoveEvent(QDragMoveEvent *event)
{
    consider(event);
    const int edge = autoScrollMargin() * 2;
    if (hasAutoScroll() && (event->position().y() < edge || event->position().y() > viewport()->height() - edge))
        startAutoScroll();
}

void FolderView::dragLeaveEvent(QDragLeaveEvent *)
{
    endHover();
}

void FolderView::dropEvent(QDropEvent *event)
{
    const QModelIndex target = dropTarget(event->position().toPoint());
    endHover();
    if (!model() || !model()->dropMimeData(event->mimeData(), Qt::CopyAction, -1, -1, target)) {
        event->ignore();
        return;
    }
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

void FolderView::endHover()
{
    m_hovering = false;
    m_hoverTarget = QPersistentModelIndex();
    stopAutoScroll();
    setState(NoState);
    viewport()->update();
}

void FolderView::keyPressEvent(QKeyEvent *event)
{
    const bool up = event->key() == Qt::Key_Backspace || (event->key() == Qt::Key_Up && event->modifiers() == Qt::AltModifier);
    if (up && state() != EditingState) {
        Q_EMIT upRequested();
        return;
    }
    QTreeView::keyPressEvent(event);
}

void FolderView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (!m_hovering)
        return;
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(toneColor(Tone::Accent, QApplication::palette()), 2));
    QRect where = viewport()->rect();
    if (m_hoverTarget.isValid()) {
        where = visualRect(m_hoverTarget);
        where.setLeft(0);
        where.setRight(viewport()->width());
    }
    painter.drawRoundedRect(QRectF(where).adjusted(1, 1, -1, -1), grid / 2, grid / 2);
}

} // namespace nimbook::ui
