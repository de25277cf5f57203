// SPDX-License-Identifier: Apache-2.0
#include "ui/files/file_delegate.h"

#include "transfer/remote_files.h"
#include "ui/common/inset_cell.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <algorithm>

namespace nimbook::ui {

FileDelegate::FileDelegate(Predicate isFolder, Predicate isUsable, QObject *parent)
    : QStyledItemDelegate(parent), m_isFolder(std::move(isFolder)), m_isUsable(std::move(isUsable))
{
    // Two icons for everything: one by content would open each file, and the machine's files cannot be opened.
    m_folder = QIcon::fromTheme(QStringLiteral("folder"), symbolicIcon(QStringLiteral("folder")));
    m_file = QIcon::fromTheme(QStringLiteral("text-x-generic"), symbolicIcon(QStringLiteral("file")));
}

QString FileDelegate::displayText(const QVariant &value, const QLocale &locale) const
{
    // Before the base class turns a newline into a line separator, which looks like a name of two lines.
    return value.typeId() == QMetaType::QString ? transfer::displayName(value.toString()) : QStyledItemDelegate::displayText(value, locale);
}

void FileDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    paintInsetCell(painter, item);
}

QSize FileDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() + grid));
    return size;
}

void FileDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() == 0) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = m_isFolder(index) ? m_folder : m_file;
        option->decorationSize = QSize(grid * 2, grid * 2);
    }
    if (m_isUsable && !m_isUsable(index)) {
        option->palette.setColor(QPalette::Text, mutedText(option->palette));
        option->font.setItalic(true);
    }
}

} // namespace nimbook::ui
