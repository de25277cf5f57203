// SPDX-License-Identifier: Apache-2.0
#include "models/project_model.h"

#include <algorithm>

namespace nimbook::models {

namespace {

QString projectTitle(const cloud::Project &project)
{
    return project.name.isEmpty() ? project.id : project.name;
}

bool projectBefore(const cloud::Project &a, const cloud::Project &b)
{
    const int byName = QString::localeAwareCompare(projectTitle(a), projectTitle(b));
    return byName != 0 ? byName < 0 : a.id < b.id;
}

} // namespace

void ProjectModel::setProjects(QList<cloud::Project> projects)
{
    std::sort(projects.begin(), projects.end(), projectBefore);
    for (int row = int(m_projects.size()) - 1; row >= 0; --row) {
        // A renamed project leaves and comes back at its new place.
        if (std::find(projects.cbegin(), projects.cend(), m_projects.at(row)) != projects.cend())
            continue;
        beginRemoveRows({}, row, row);
        m_projects.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < projects.size(); ++row) {
        if (row < m_projects.size() && m_projects.at(row) == projects.at(row))
            continue;
        beginInsertRows({}, row, row);
        m_projects.insert(row, projects.at(row));
        endInsertRows();
    }
}

int ProjectModel::rowOf(const QString &projectId) const
{
    for (int row = 0; row < m_projects.size(); ++row) {
        if (m_projects.at(row).id == projectId)
            return row;
    }
    return -1;
}

QString ProjectModel::nameOf(const QString &projectId) const
{
    const int row = rowOf(projectId);
    return row < 0 ? projectId : projectTitle(m_projects.at(row));
}

int ProjectModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_projects.size());
}

QVariant ProjectModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const cloud::Project &project = m_projects.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return projectTitle(project);
    case IdRole:
    case Qt::ToolTipRole: return project.id;
    case SearchRole: return QString(projectTitle(project) + QLatin1Char(' ') + project.id);
    case Qt::AccessibleTextRole: return tr("%1, project id %2").arg(projectTitle(project), project.id);
    default: return {};
    }
}

} // namespace nimbook::models
