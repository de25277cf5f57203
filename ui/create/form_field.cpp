// SPDX-License-Identifier: Apache-2.0
#include "ui/create/form_field.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace nimbook::ui {

FormField::FormField(const QString &label, QWidget *control, QWidget *parent) : FormField(label, QList<QWidget *>{control}, parent) {}

FormField::FormField(const QString &label, const QList<QWidget *> &controls, QWidget *parent)
    : QWidget(parent), m_label(new QLabel(label, this)), m_icon(new QLabel(this)), m_message(new QLabel(this))
{
    m_label->setBuddy(controls.first());
    m_label->setWordWrap(true);
    QString spoken = label;
    spoken.remove(u'&');
    for (QWidget *control : controls) {
        if (control->accessibleName().isEmpty())
            control->setAccessibleName(spoken);
    }
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setFocusPolicy(Qt::NoFocus);

    auto *row = new QHBoxLayout;
    row->setSpacing(grid);
    for (QWidget *control : controls)
        row->addWidget(control, control == controls.first() ? 1 : 0);
    auto *below = new QHBoxLayout;
    below->setSpacing(grid / 2);
    below->addWidget(m_icon, 0, Qt::AlignTop);
    below->addWidget(m_message, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid / 2);
    layout->addWidget(m_label);
    layout->addLayout(row);
    layout->addLayout(below);
    tell(Tell::Hint, {});
}

void FormField::tell(Tell kind, const QString &text)
{
    m_kind = kind;
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
    m_icon->setVisible(!text.isEmpty() && kind == Tell::Problem);
    tint();
}

QString FormField::message() const
{
    return m_message->text();
}

void FormField::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        tint();
}

void FormField::tint()
{
    if (m_tinting)
        return; // a palette set here announces itself again
    m_tinting = true;
    const QPalette base = QApplication::palette();
    QPalette mine;
    mine.setColor(QPalette::WindowText, m_kind == Tell::Problem ? toneColor(Tone::Bad, base) : mutedText(base));
    m_message->setPalette(mine);
    m_icon->setPixmap(m_kind == Tell::Problem ? symbolicIcon(QStringLiteral("warning")).pixmap(QSize(grid * 2, grid * 2), devicePixelRatio()) : QPixmap());
    m_tinting = false;
}

} // namespace nimbook::ui
