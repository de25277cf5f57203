// SPDX-License-Identifier: Apache-2.0
#include "ui/files/folder_pane.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"
#include "ui/files/folder_view.h"
#include "ui/files/path_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace nimbook::ui {

FolderPane::FolderPane(const QString &title, const QString &viewName, QWidget *parent)
    : QWidget(parent)
    , m_toolBar(new QWidget(this))
    , m_tools(new QHBoxLayout)
    , m_path(new PathBar(this))
    , m_view(new FolderView(this))
    , m_stack(new QStackedWidget(this))
    , m_filterEdit(new QLineEdit(this))
    , m_status(makeMutedLabel({}, this))
    , m_menu(new QMenu(this))
{
    m_view->setObjectName(viewName);
    m_view->setAccessibleName(title);
    m_status->setObjectName(viewName + QStringLiteral("StatusLabel"));
    m_status->setTextInteractionFlags(Qt::NoTextInteraction);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_status->setTextFormat(Qt::PlainText);
    m_stack->addWidget(m_view);
    m_filterEdit->setObjectName(viewName + QStringLiteral("FilterEdit"));
    m_filterEdit->setAccessibleName(tr("Filter by name"));
    m_filterEdit->setPlaceholderText(tr("Only names with…"));
    m_filterEdit->setClearButtonEnabled(true);
    m_filterEdit->addAction(symbolicIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_filterEdit->installEventFilter(this);
    m_filterEdit->hide();
    connect(m_filterEdit, &QLineEdit::textChanged, this, &FolderPane::filterChanged);

    auto *heading = new QLabel(title, this);
    heading->setTextFormat(Qt::PlainText);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_tools->setContentsMargins(grid, grid / 2, grid / 2, 0);
    m_tools->setSpacing(0);
    m_tools->addWidget(heading, 1);
    auto *buttons = new QHBoxLayout(m_toolBar);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(0);
    m_tools->addWidget(m_toolBar);
    auto *where = new QHBoxLayout;
    where->setContentsMargins(grid / 2, 0, grid / 2, 0);
    where->addWidget(m_path);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(grid, grid / 2, grid, grid / 2);
    bottom->addWidget(m_status);
    auto *layout = m_column = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid / 2);
    layout->addLayout(m_tools);
    layout->addLayout(where);
    auto *filterRow = new QHBoxLayout;
    filterRow->setContentsMargins(grid, 0, grid, 0);
    filterRow->addWidget(m_filterEdit);
    layout->addLayout(filterRow);
    layout->addWidget(m_stack, 1);
    layout->addLayout(bottom);

    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &point) { m_menu->popup(m_view->viewport()->mapToGlobal(point)); });
    auto *editPath = addAction(tr("Type a path"), QString(), QKeySequence(Qt::Key_F4));
    m_menu->removeAction(editPath);
    connect(editPath, &QAction::triggered, m_path, &PathBar::edit);
}

void FolderPane::startFilter()
{
    m_filterEdit->show();
    m_filterEdit->setFocus(Qt::ShortcutFocusReason);
    m_filterEdit->selectAll();
}

void FolderPane::endFilter()
{
    m_filterEdit->clear();
    if (m_filterEdit->hasFocus())
        m_view->setFocus(Qt::OtherFocusReason);
    m_filterEdit->hide();
}

QString FolderPane::filterText() const
{
    return m_filterEdit->text();
}

bool FolderPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filterEdit && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            endFilter();
            return true;
        case Qt::Key_Down:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            m_view->setFocus(Qt::OtherFocusReason);
            if (!m_view->currentIndex().isValid() || !m_view->selectionModel()->hasSelection())
                m_view->setCurrentIndex(m_view->model()->index(0, 0, m_view->rootIndex()));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

QAction *FolderPane::addAction(const QString &text, const QString &objectName, const QKeySequence &key, const QString &icon)
{
    auto *action = new QAction(text, this);
    action->setObjectName(objectName);
    action->setShortcut(key);
    // Both panes and the rest of the window have F5 or Delete of their own: only the one with the focus is meant.
    action->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(action);
    m_menu->addAction(action);
    if (!icon.isEmpty()) {
        action->setIcon(symbolicIcon(icon));
        auto *button = new QToolButton(m_toolBar);
        button->setDefaultAction(action);
        button->setObjectName(QString(objectName).replace(QStringLiteral("Action"), QStringLiteral("Button")));
        button->setAccessibleName(QString(text).remove(u'&'));
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        m_toolBar->layout()->addWidget(button);
    }
    return action;
}

void FolderPane::addTextButton(QAction *action, const QString &text)
{
    auto *button = new QToolButton(m_toolBar);
    button->setObjectName(action->objectName().replace(QStringLiteral("Action"), QStringLiteral("Button")));
    button->setText(text);
    button->setToolTip(action->toolTip());
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    m_toolBar->layout()->addWidget(button);
}

void FolderPane::setToolsEnabled(bool enabled)
{
    m_toolBar->setEnabled(enabled);
    m_path->setEnabled(enabled);
}

void FolderPane::addBar(QWidget *bar)
{
    m_column->insertWidget(m_column->count() - 1, bar);
}

void FolderPane::addMenuSeparator()
{
    m_menu->addSeparator();
}

void FolderPane::setStatus(const QString &text)
{
    m_status->setText(text);
    m_status->setToolTip(text);
}

} // namespace nimbook::ui
