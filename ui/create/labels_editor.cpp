// SPDX-License-Identifier: Apache-2.0
#include "ui/create/labels_editor.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace nimbook::ui {

LabelsEditor::LabelsEditor(QWidget *parent) : QWidget(parent), m_table(new QTableWidget(0, 2, this)), m_remove(new QToolButton(this))
{
    m_table->setObjectName(QStringLiteral("labelsTable"));
    m_table->setAccessibleName(tr("Labels"));
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->verticalHeader()->hide();
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto *add = new QToolButton(this);
    add->setObjectName(QStringLiteral("addLabelButton"));
    add->setText(tr("Add label"));
    add->setIcon(symbolicIcon(QStringLiteral("plus")));
    add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add->setFocusPolicy(Qt::StrongFocus);
    add->setAutoRaise(true);
    m_remove->setObjectName(QStringLiteral("removeLabelButton"));
    m_remove->setText(tr("Remove"));
    m_remove->setIcon(symbolicIcon(QStringLiteral("trash")));
    m_remove->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_remove->setFocusPolicy(Qt::StrongFocus);
    m_remove->setAutoRaise(true);

    auto *removeAction = new QAction(tr("Remove label"), m_table);
    removeAction->setShortcut(QKeySequence::Delete);
    removeAction->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(removeAction);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid / 2);
    layout->addWidget(m_table);
    layout->addLayout(buttons);

    connect(add, &QToolButton::clicked, this, &LabelsEditor::addRow);
    connect(m_remove, &QToolButton::clicked, this, &LabelsEditor::removeRow);
    connect(removeAction, &QAction::triggered, this, &LabelsEditor::removeRow);
    connect(m_table, &QTableWidget::cellChanged, this, &LabelsEditor::labelsChanged);
    fitHeight();
}

QList<std::pair<QString, QString>> LabelsEditor::labels() const
{
    QList<std::pair<QString, QString>> all;
    const auto text = [this](int row, int column) {
        const QTableWidgetItem *item = m_table->item(row, column);
        return item ? item->text().trimmed() : QString();
    };
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (!text(row, 0).isEmpty() || !text(row, 1).isEmpty())
            all.append({text(row, 0), text(row, 1)});
    }
    return all;
}

void LabelsEditor::clear()
{
    m_table->setRowCount(0);
    fitHeight();
    Q_EMIT labelsChanged();
}

void LabelsEditor::addRow()
{
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem);
    m_table->setItem(row, 1, new QTableWidgetItem);
    fitHeight();
    m_table->setCurrentCell(row, 0);
    m_table->editItem(m_table->item(row, 0));
}

void LabelsEditor::removeRow()
{
    if (m_table->currentRow() < 0)
        return;
    m_table->removeRow(m_table->currentRow());
    fitHeight();
    Q_EMIT labelsChanged();
}

void LabelsEditor::fitHeight()
{
    // Grows with its rows, so that the page scrolls and not a box inside it.
    const int rows = m_table->rowCount();
    m_table->setVisible(rows > 0);
    m_remove->setEnabled(rows > 0);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + rows * m_table->verticalHeader()->defaultSectionSize() + 2 * m_table->frameWidth() + 2);
}

} // namespace nimbook::ui
