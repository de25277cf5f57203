// SPDX-License-Identifier: Apache-2.0
#include "ui/files/local_folder_model.h"

#include "models/quantities.h"

#include <QDateTime>
#include <QLocale>

namespace nimbook::ui {

LocalFolderModel::LocalFolderModel(QObject *parent) : QFileSystemModel(parent)
{
    setReadOnly(false);
    setOption(DontUseCustomDirectoryIcons);
    setNameFilterDisables(false);
}

void LocalFolderModel::setNamePart(const QString &part)
{
    QString pattern;
    for (const QChar each : part)
        pattern += QStringLiteral("*?[").contains(each) ? u'[' + QString(each) + u']' : QString(each);
    setNameFilters(part.isEmpty() ? QStringList() : QStringList(u'*' + pattern + u'*'));
}

QVariant LocalFolderModel::data(const QModelIndex &index, int role) const
{
    if (role == Qt::DisplayRole && index.isValid()) {
        switch (index.column()) {
        case 1: return isDir(index) ? QString() : models::byteText(size(index));
        case 3: return models::agoText(lastModified(index), QDateTime::currentDateTimeUtc());
        }
    }
    if (role == Qt::ToolTipRole && index.column() == 3)
        return QLocale().toString(lastModified(index).toLocalTime(), QLocale::LongFormat);
    return QFileSystemModel::data(index, role);
}

QVariant LocalFolderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole && section == 3)
        return tr("Changed");
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return int((section == 1 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::DecorationRole)
        return {};
    return QFileSystemModel::headerData(section, orientation, role);
}

QStringList LocalFolderModel::mimeTypes() const
{
    return QFileSystemModel::mimeTypes() << models::remoteFilesMimeType();
}

bool LocalFolderModel::canDropMimeData(const QMimeData *data, Qt::DropAction, int, int, const QModelIndex &parent) const
{
    return data && models::planLocalDrop(*data, m_owner, filePath(parent)).kind != models::DropPlan::Kind::Refuse;
}

bool LocalFolderModel::dropMimeData(const QMimeData *data, Qt::DropAction, int, int, const QModelIndex &parent)
{
    if (!data)
        return false;
    const models::DropPlan plan = models::planLocalDrop(*data, m_owner, filePath(parent));
    Q_EMIT dropped(plan);
    return plan.kind != models::DropPlan::Kind::Refuse;
}

} // namespace nimbook::ui
