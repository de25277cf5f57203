// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/catalog.h"

#include <QAbstractListModel>

namespace nimbook::models {

/// The projects an account may see, by name. Replaced whole but told row by row: a list that is open does not jump.
class ProjectModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole,
        NameRole,
        SearchRole, ///< "name id", for a filter
    };
    using QAbstractListModel::QAbstractListModel;

    void setProjects(QList<cloud::Project> projects);
    int rowOf(const QString &projectId) const;
    QString nameOf(const QString &projectId) const; ///< the id itself when it is not in the list

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    QList<cloud::Project> m_projects;
};

} // namespace nimbook::models
