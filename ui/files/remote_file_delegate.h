// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFileIconProvider>
#include <QStyledItemDelegate>

namespace nimbook::ui {

/// Rows of the remote pane: the desktop's own icons for folders and files; names that cannot be handled are grey.
class RemoteFileDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit RemoteFileDelegate(QObject *parent = nullptr);

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    QIcon m_folder;
    QIcon m_file;
};

} // namespace nimbook::ui
