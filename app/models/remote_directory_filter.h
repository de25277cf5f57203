// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCollator>
#include <QSortFilterProxyModel>

namespace nimbook::models {

/// Folders first, then as people count: run2 before run10. Hidden names only when asked for.
class RemoteDirectoryFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RemoteDirectoryFilter(QObject *parent = nullptr);

    bool showsHidden() const { return m_showHidden; }
    void setShowHidden(bool show);
    void setNamePart(const QString &part); ///< only names that contain it, whatever the case; empty: all

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QCollator m_collator;
    bool m_showHidden = false;
    QString m_namePart;
};

} // namespace nimbook::models
