// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPersistentModelIndex>
#include <QTimer>
#include <QTreeView>

#include <chrono>
#include <functional>
#include <memory>

class QMimeData;

namespace nimbook::ui {

/// A list of files that can be dragged from and dropped on: on a folder's row into that folder, anywhere else into the folder shown.
/// What a drop does is the model's business (canDropMimeData, dropMimeData).
class FolderView : public QTreeView {
    Q_OBJECT
public:
    explicit FolderView(QWidget *parent = nullptr);

    /// Makes what is dragged out; null: nothing can be. Called when the drag starts, so it must be quick.
    void setDragSource(std::function<std::unique_ptr<QMimeData>()> source) { m_dragSource = std::move(source); }
    /// Whether what is dragged is about to be complete, for other programs too. The drag then starts at goOnWithDrag() or after
    /// dragPatience, and at once over a place of this window that takes what is incomplete: it carries what it had when it started.
    void setDragIsAwaited(std::function<bool()> isAwaited) { m_dragIsAwaited = std::move(isAwaited); }
    void goOnWithDrag(); ///< starts a drag that waits and need not any more; does so from the event loop
    static constexpr std::chrono::milliseconds dragPatience{800};

    /// Whether a row is a folder that can be dropped into.
    void setIsFolder(std::function<bool(const QModelIndex &)> isFolder) { m_isFolder = std::move(isFolder); }

    QModelIndexList selectedRowIndexes() const; ///< column 0 of each

Q_SIGNALS:
    void upRequested(); ///< Backspace or Alt+Up

protected:
    void startDrag(Qt::DropActions supportedActions) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QModelIndex dropTarget(const QPoint &position) const;
    bool consider(QDropEvent *event);
    void endHover();
    bool isPlaceOfOurs(const QPoint &position) const;
    void endAwaiting();
    void beginDrag();

    std::function<std::unique_ptr<QMimeData>()> m_dragSource;
    std::function<bool()> m_dragIsAwaited;
    Qt::DropActions m_dragActions;
    QTimer m_dragPatience; ///< runs while a drag waits
    std::function<bool(const QModelIndex &)> m_isFolder;
    bool m_hovering = false;
    QPersistentModelIndex m_hoverTarget;
};

} // namespace nimbook::ui
