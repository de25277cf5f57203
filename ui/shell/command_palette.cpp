// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/command_palette.h"

#include "ui/common/look.h"
#include "ui/common/soft_selection.h"
#include "ui/common/symbolic_icon.h"
#include "ui/shell/two_line_delegate.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

enum PaletteRole { ShortcutRole = Qt::UserRole, ActionIndexRole };

QString plainText(const QAction *action)
{
    QString text = action->text();
    text.replace(QLatin1String("&&"), QLatin1String("\1"));
    text.remove(QLatin1Char('&'));
    return text.replace(QLatin1Char('\1'), QLatin1Char('&'));
}

/// Every typed word begins or lies in the name.
bool matches(const QString &name, const QString &typed)
{
    for (const QString &word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (!name.contains(word, Qt::CaseInsensitive))
            return false;
    }
    return true;
}

} // namespace

CommandPalette::CommandPalette(QWidget *window) : QFrame(window, Qt::Popup), m_edit(new QLineEdit(this)), m_view(new QListView(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Commands"));
    m_edit->setObjectName(QStringLiteral("commandEdit"));
    m_edit->setAccessibleName(tr("Find a command"));
    m_edit->setPlaceholderText(tr("What do you want to do?"));
    m_edit->addAction(symbolicIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_edit->installEventFilter(this);
    m_view->setObjectName(QStringLiteral("commandView"));
    m_view->setAccessibleName(tr("Commands that match"));
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new TwoLineDelegate(ShortcutRole, m_view));
    m_view->setUniformItemSizes(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setMouseTracking(true);
    m_view->setIconSize(QSize(grid * 2, grid * 2));
    new SoftSelection(m_view, true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid, grid, grid, grid);
    layout->setSpacing(grid);
    layout->addWidget(m_edit);
    layout->addWidget(m_view, 1);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_edit, &QLineEdit::returnPressed, this, &CommandPalette::trigger);
    connect(m_view, &QListView::clicked, this, &CommandPalette::trigger);
}

void CommandPalette::popup(const QList<QAction *> &actions)
{
    m_actions.clear();
    for (QAction *action : actions)
        m_actions.append(action);
    m_edit->clear();
    fill();
    const QWidget *window = parentWidget();
    const int width = qMin(grid * 72, window->width() - grid * 8);
    resize(width, qMin(grid * 52, window->height() - grid * 16));
    move(window->mapToGlobal(QPoint((window->width() - width) / 2, grid * 8)));
    show();
    m_edit->setFocus();
}

void CommandPalette::fill()
{
    m_model.clear();
    for (int index = 0; index < m_actions.size(); ++index) {
        const QAction *action = m_actions.at(index);
        if (!action || !action->isEnabled() || !action->isVisible() || !matches(plainText(action), m_edit->text()))
            continue;
        auto *item = new QStandardItem(action->icon(), plainText(action));
        item->setData(action->shortcut().toString(QKeySequence::NativeText), ShortcutRole);
        item->setData(index, ActionIndexRole);
        item->setAccessibleText(plainText(action) + QLatin1Char(' ') + action->shortcut().toString(QKeySequence::NativeText));
        m_model.appendRow(item);
    }
    m_view->setCurrentIndex(m_model.index(0, 0));
}

void CommandPalette::trigger()
{
    const QModelIndex index = m_view->currentIndex();
    if (!index.isValid())
        return;
    const QPointer<QAction> action = m_actions.value(index.data(ActionIndexRole).toInt());
    hide();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int step = key->key() == Qt::Key_Down ? 1 : key->key() == Qt::Key_Up ? -1 : 0;
        if (step != 0 && m_model.rowCount() > 0) {
            const int count = m_model.rowCount();
            m_view->setCurrentIndex(m_model.index((m_view->currentIndex().row() + step + count) % count, 0));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace nimbook::ui
