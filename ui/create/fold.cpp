// SPDX-License-Identifier: Apache-2.0
#include "ui/create/fold.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace nimbook::ui {

Fold::Fold(const QString &title, QWidget *content, const QString &objectName, QWidget *parent)
    : QWidget(parent), m_button(new QToolButton(this)), m_content(content)
{
    m_button->setObjectName(objectName);
    m_button->setText(title);
    m_button->setAccessibleName(title);
    m_button->setAutoRaise(true);
    m_button->setFocusPolicy(Qt::StrongFocus);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setIcon(symbolicIcon(QStringLiteral("chevron-right")));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addWidget(m_content);
    m_content->setVisible(false);
    connect(m_button, &QToolButton::clicked, this, [this] { setOpen(!m_open); });
}

void Fold::setOpen(bool open)
{
    if (m_open == open)
        return;
    m_open = open;
    m_content->setVisible(open);
    m_button->setIcon(symbolicIcon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    m_button->setAccessibleDescription(open ? tr("unfolded") : tr("folded"));
    Q_EMIT toggled(open);
}

} // namespace nimbook::ui
