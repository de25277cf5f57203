// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPersistentModelIndex>
#include <QTreeView>

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
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QModelIndex dropTarget(const QPoint &position) const;
    bool consider(QDropEvent *event);
    void endHover();

    std::function<std::unique_ptr<QMimeData>()> m_dragSource;
    std::function<bool(const QModelIndex &)> m_isFolder;
    bool m_hovering = false;
    QPersistentModelIndex m_hoverTarget;
};

} // namespace nimbook::ui
