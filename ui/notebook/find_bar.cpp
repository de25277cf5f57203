// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/find_bar.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QWebEngineFindTextResult>
#include <QWebEngineView>

namespace nimbook::ui {

static QToolButton *findBarButton(const QString &icon, const QString &words, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(symbolicIcon(icon));
    button->setToolTip(words);
    button->setAccessibleName(words);
    button->setObjectName(name);
    button->setAutoRaise(true);
    return button;
}

FindBar::FindBar(QWebEngineView *view, QWidget *parent)
    : QWidget(parent), m_view(view), m_text(new QLineEdit(this)), m_count(makeMutedLabel({}, this))
{
    setObjectName(QStringLiteral("findBar"));
    m_text->setObjectName(QStringLiteral("findEdit"));
    m_text->setPlaceholderText(tr("Find in this page"));
    m_text->setAccessibleName(tr("Find in this page"));
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(grid * 40);
    m_text->installEventFilter(this);
    m_count->setObjectName(QStringLiteral("findCountLabel"));
    auto *back = findBarButton(QStringLiteral("chevron-up"), tr("Find the one before"), QStringLiteral("findPreviousButton"), this);
    auto *next = findBarButton(QStringLiteral("chevron-down"), tr("Find the next one"), QStringLiteral("findNextButton"), this);
    auto *shut = findBarButton(QStringLiteral("close"), tr("Close"), QStringLiteral("findCloseButton"), this);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(grid, grid / 2, grid, grid / 2);
    row->addWidget(m_text, 1);
    row->addWidget(back);
    row->addWidget(next);
    row->addWidget(m_count);
    row->addStretch();
    row->addWidget(shut);
    connect(m_text, &QLineEdit::textChanged, this, [this] { find(false); });
    connect(back, &QToolButton::clicked, this, [this] { find(true); });
    connect(next, &QToolButton::clicked, this, [this] { find(false); });
    connect(shut, &QToolButton::clicked, this, &FindBar::close);
    hide();
}

void FindBar::open()
{
    show();
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
    if (!m_text->text().isEmpty())
        find(false);
}

void FindBar::close()
{
    hide();
    m_count->clear();
    m_view->findText(QString());
    m_view->setFocus();
}

void FindBar::find(bool backwards)
{
    if (m_text->text().isEmpty())
        m_count->clear();
    m_view->findText(m_text->text(), backwards ? QWebEnginePage::FindBackward : QWebEnginePage::FindFlags(),
                     [bar = QPointer(this)](const QWebEngineFindTextResult &result) {
                         if (bar)
                             bar->showCount(result);
                     });
}

void FindBar::showCount(const QWebEngineFindTextResult &result)
{
    if (m_text->text().isEmpty())
        return;
    m_count->setText(result.numberOfMatches() == 0 ? tr("Not on this page")
                                                   : tr("%1 of %2").arg(result.activeMatch()).arg(result.numberOfMatches()));
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Escape) {
            close();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            find(key->modifiers() & Qt::ShiftModifier);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace nimbook::ui
