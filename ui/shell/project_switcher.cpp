// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/project_switcher.h"

#include "models/project_model.h"
#include "ui/common/look.h"
#include "ui/common/soft_selection.h"
#include "ui/common/symbolic_icon.h"
#include "ui/shell/two_line_delegate.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

/// Google's rule for a project id, with the older "domain:" form.
bool looksLikeProjectId(const QString &text)
{
    static const QRegularExpression rule(QStringLiteral("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$"));
    return rule.match(text).hasMatch();
}

} // namespace

ProjectSwitcher::ProjectSwitcher(models::ProjectModel &projects, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_projects(projects), m_edit(new QLineEdit(this)), m_view(new QListView(this)), m_hint(makeMutedLabel({}, this))
{
    setObjectName(QStringLiteral("projectSwitcher"));
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Choose a project"));
    m_filter.setSourceModel(&projects);
    m_filter.setFilterRole(models::ProjectModel::SearchRole);
    m_filter.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_edit->setObjectName(QStringLiteral("projectEdit"));
    m_edit->setAccessibleName(tr("Find a project, or type a project id"));
    m_edit->setPlaceholderText(tr("Find a project, or type its id"));
    m_edit->addAction(symbolicIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_edit->setClearButtonEnabled(true);
    m_edit->installEventFilter(this);
    m_view->setObjectName(QStringLiteral("projectView"));
    m_view->setAccessibleName(tr("Projects"));
    m_view->setModel(&m_filter);
    m_view->setItemDelegate(new TwoLineDelegate(models::ProjectModel::IdRole, m_view));
    m_view->setUniformItemSizes(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setMouseTracking(true);
    new SoftSelection(m_view, true);
    m_hint->setWordWrap(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid, grid, grid, grid);
    layout->setSpacing(grid);
    layout->addWidget(m_edit);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_hint);

    connect(m_edit, &QLineEdit::textChanged, this, &ProjectSwitcher::refresh);
    connect(m_edit, &QLineEdit::returnPressed, this, &ProjectSwitcher::choose);
    connect(m_view, &QListView::clicked, this, &ProjectSwitcher::choose);
    connect(&m_filter, &QAbstractItemModel::rowsInserted, this, &ProjectSwitcher::refresh);
}

void ProjectSwitcher::popupBelow(QWidget *anchor, const QString &currentProject)
{
    m_edit->clear();
    refresh();
    const int row = m_projects.rowOf(currentProject);
    if (row >= 0)
        m_view->setCurrentIndex(m_filter.mapFromSource(m_projects.index(row)));
    resize(qMax(grid * 44, anchor->width()), grid * 46);
    move(anchor->mapToGlobal(QPoint(0, anchor->height() + grid / 2)));
    show();
    m_edit->setFocus();
}

void ProjectSwitcher::refresh()
{
    const QString text = m_edit->text().trimmed();
    m_filter.setFilterFixedString(text);
    if (m_filter.rowCount() > 0 && !m_view->currentIndex().isValid())
        m_view->setCurrentIndex(m_filter.index(0, 0));
    if (m_filter.rowCount() > 0)
        m_hint->setText(tr("↑ ↓ to move, Enter to choose"));
    else if (looksLikeProjectId(text))
        m_hint->setText(tr("Enter opens the project with the id “%1”.").arg(text));
    else if (text.isEmpty())
        m_hint->setText(tr("No project came back for this account. Type the id of one that you may use."));
    else
        m_hint->setText(tr("No project matches. An id has 6 to 30 lower-case letters, digits and dashes."));
}

void ProjectSwitcher::choose()
{
    QString id = m_filter.rowCount() > 0 ? m_view->currentIndex().data(models::ProjectModel::IdRole).toString() : QString();
    const QString typed = m_edit->text().trimmed();
    if (m_filter.rowCount() == 0 && looksLikeProjectId(typed))
        id = typed;
    if (id.isEmpty())
        return;
    hide();
    Q_EMIT projectChosen(id);
}

bool ProjectSwitcher::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int step = key->key() == Qt::Key_Down ? 1 : key->key() == Qt::Key_Up ? -1 : key->key() == Qt::Key_PageDown ? 8 : key->key() == Qt::Key_PageUp ? -8 : 0;
        if (step != 0 && m_filter.rowCount() > 0) {
            const int row = qBound(0, m_view->currentIndex().row() + step, m_filter.rowCount() - 1);
            m_view->setCurrentIndex(m_filter.index(row, 0));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace nimbook::ui
