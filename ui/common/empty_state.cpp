// SPDX-License-Identifier: Apache-2.0
#include "ui/common/empty_state.h"

#include "ui/common/accent_button.h"
#include "ui/common/busy_spinner.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace nimbook::ui {

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_picture(new QLabel(this))
    , m_spinner(new BusySpinner(grid * 5, this))
    , m_title(new QLabel(this))
    , m_sentence(makeMutedLabel({}, this))
    , m_action(new AccentButton({}, this))
    , m_secondary(new QPushButton(this))
{
    m_title->setFont(titleFont(font()));
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("emptyTitleLabel"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setMaximumWidth(grid * 56);
    m_picture->setAlignment(Qt::AlignCenter);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(grid);
    buttons->addStretch();
    buttons->addWidget(m_secondary);
    buttons->addWidget(m_action);
    buttons->addStretch();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 2, grid * 2, grid * 2, grid * 2);
    layout->setSpacing(grid);
    layout->addStretch(2);
    layout->addWidget(m_picture, 0, Qt::AlignHCenter);
    layout->addWidget(m_spinner, 0, Qt::AlignHCenter);
    layout->addSpacing(grid);
    layout->addWidget(m_title);
    // Stretches, not an alignment: a wrapped label is asked for its height at the width that it really gets.
    auto *sentence = new QHBoxLayout;
    sentence->addStretch(1);
    sentence->addWidget(m_sentence, 100);
    sentence->addStretch(1);
    layout->addLayout(sentence);
    layout->addSpacing(grid);
    layout->addLayout(buttons);
    layout->addStretch(3);

    m_action->hide();
    m_secondary->hide();
    m_spinner->hide();
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    connect(m_secondary, &QPushButton::clicked, this, &EmptyState::secondaryActionTriggered);
}

void EmptyState::setPicture(const QString &iconName)
{
    m_pictureName = iconName;
    drawPicture();
}

void EmptyState::setText(const QString &title, const QString &sentence)
{
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
}

void EmptyState::setAction(const QString &text, const QString &objectName)
{
    m_action->setText(text);
    m_action->setObjectName(objectName);
    m_action->setVisible(!text.isEmpty());
}

void EmptyState::setSecondaryAction(const QString &text, const QString &objectName)
{
    m_secondary->setText(text);
    m_secondary->setObjectName(objectName);
    m_secondary->setVisible(!text.isEmpty());
}

void EmptyState::setBusy(bool busy)
{
    m_spinner->setVisible(busy);
    m_picture->setVisible(!busy);
}

QString EmptyState::title() const
{
    return m_title->text();
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawPicture();
}

void EmptyState::drawPicture()
{
    if (m_pictureName.isEmpty())
        return;
    // The accent, so that an empty page is still ours; drawn again when the palette changes.
    const QSize size(grid * 12, grid * 12);
    m_picture->setPixmap(symbolicIcon(m_pictureName, QPalette::Highlight).pixmap(size, devicePixelRatioF()));
}

} // namespace nimbook::ui
