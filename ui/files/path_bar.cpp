// SPDX-License-Identifier: Apache-2.0
#include "ui/files/path_bar.h"

#include "transfer/remote_files.h"
#include "ui/common/look.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QStackedWidget>
#include <QToolButton>

namespace nimbook::ui {

PathBar::PathBar(QWidget *parent)
    : QWidget(parent), m_stack(new QStackedWidget(this)), m_parts(new QWidget(this)), m_partsLayout(new QHBoxLayout(m_parts)), m_edit(new QLineEdit(this))
{
    m_partsLayout->setContentsMargins(0, 0, 0, 0);
    m_partsLayout->setSpacing(0);
    m_parts->setObjectName(QStringLiteral("pathPartsWidget"));
    m_parts->installEventFilter(this);
    m_parts->setToolTip(tr("Click beside the parts to type a path (F4)"));
    m_edit->setObjectName(QStringLiteral("pathEdit"));
    m_edit->setAccessibleName(tr("Path"));
    m_edit->installEventFilter(this);
    m_stack->addWidget(m_parts);
    m_stack->addWidget(m_edit);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setMinimumWidth(grid * 8);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        const QString typed = m_edit->text();
        m_stack->setCurrentWidget(m_parts);
        Q_EMIT pathEntered(typed);
    });
    showParts();
}

void PathBar::setPath(const QString &path)
{
    if (m_path == path)
        return;
    m_path = path;
    m_stack->setCurrentWidget(m_parts);
    showParts();
}

void PathBar::edit()
{
    m_edit->setText(m_path);
    m_stack->setCurrentWidget(m_edit);
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void PathBar::addPart(const QString &text, const QString &target)
{
    auto *button = new QToolButton(m_parts);
    button->setText(QString(text).replace(u'&', QStringLiteral("&&")));
    button->setAccessibleName(tr("Go to %1").arg(transfer::displayName(target)));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, [this, target] { Q_EMIT pathEntered(target); });
    m_partsLayout->addWidget(button);
}

void PathBar::showParts()
{
    while (QLayoutItem *item = m_partsLayout->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater(); // the press of one of these buttons may have brought us here
        delete item;
    }
    // From the end: where one is matters most. What does not fit is behind the first button.
    const QStringList parts = m_path.split(u'/', Qt::SkipEmptyParts);
    const auto widthOf = [this](const QString &text) { return fontMetrics().horizontalAdvance(text) + grid * 4; };
    int room = width() - widthOf(QStringLiteral("…"));
    qsizetype first = parts.size();
    while (first > 0 && (room -= widthOf(transfer::displayName(parts[first - 1]))) > 0)
        --first;
    first = std::min(first, std::max<qsizetype>(0, parts.size() - 1));
    const auto target = [&parts](qsizetype count) { return u'/' + parts.first(count).join(u'/'); };
    addPart(first > 0 ? QStringLiteral("…") : QStringLiteral("/"), first > 0 ? target(first) : QStringLiteral("/"));
    for (qsizetype part = first; part < parts.size(); ++part) {
        if (part > 0)
            m_partsLayout->addWidget(makeMutedLabel(QStringLiteral("›"), m_parts));
        addPart(fontMetrics().elidedText(transfer::displayName(parts[part]), Qt::ElideMiddle, std::max(grid * 6, width() - grid * 12)), target(part + 1));
    }
    m_partsLayout->addStretch(1);
}

bool PathBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_parts && event->type() == QEvent::MouseButtonPress && static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton) {
        edit();
        return true;
    }
    if (watched == m_edit) {
        if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
            m_stack->setCurrentWidget(m_parts);
            return true;
        }
        if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason)
            m_stack->setCurrentWidget(m_parts);
    }
    return QWidget::eventFilter(watched, event);
}

void PathBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showParts();
}

} // namespace nimbook::ui
