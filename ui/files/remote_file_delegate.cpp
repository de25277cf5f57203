// SPDX-License-Identifier: Apache-2.0
#include "ui/files/remote_file_delegate.h"

#include "models/remote_directory_model.h"
#include "ui/common/look.h"

namespace nimbook::ui {

using models::RemoteDirectoryModel;

RemoteFileDelegate::RemoteFileDelegate(QObject *parent) : QStyledItemDelegate(parent)
{
    // The same provider that the local pane's model asks, so that both sides look alike.
    const QFileIconProvider icons;
    m_folder = icons.icon(QAbstractFileIconProvider::Folder);
    m_file = icons.icon(QAbstractFileIconProvider::File);
}

void RemoteFileDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() == RemoteDirectoryModel::Name) {
        const auto type = transfer::RemoteEntry::Type(index.data(RemoteDirectoryModel::TypeRole).toInt());
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = type == transfer::RemoteEntry::Type::Directory ? m_folder : m_file;
        option->decorationSize = QSize(grid * 2, grid * 2);
    }
    if (!index.data(RemoteDirectoryModel::UsableRole).toBool()) {
        option->palette.setColor(QPalette::Text, mutedText(option->palette));
        option->font.setItalic(true);
    }
}

} // namespace nimbook::ui
