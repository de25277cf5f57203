// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QStyledItemDelegate>

#include <functional>

namespace nimbook::ui {

/// Rows of both panes: the desktop's own icon (ours where it has none) for folders and for files, names that show what is in them, room to press.
class FileDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using Predicate = std::function<bool(const QModelIndex &)>;

    /// \param isUsable false: grey, the name cannot be handled here; empty: all are
    FileDelegate(Predicate isFolder, Predicate isUsable, QObject *parent = nullptr);

    QString displayText(const QVariant &value, const QLocale &locale) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    Predicate m_isFolder;
    Predicate m_isUsable;
    QIcon m_folder;
    QIcon m_file;
};

} // namespace nimbook::ui
