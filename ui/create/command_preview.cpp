// SPDX-License-Identifier: Apache-2.0
#include "ui/create/command_preview.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

CommandPreview::CommandPreview(QWidget *parent) : QWidget(parent), m_kind(new QComboBox(this)), m_text(new QPlainTextEdit(this))
{
    m_kind->setObjectName(QStringLiteral("commandKindCombo"));
    m_kind->setAccessibleName(tr("How it is said"));
    m_text->setObjectName(QStringLiteral("commandTextEdit"));
    m_text->setAccessibleName(tr("The same machine as a command"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setFixedHeight(m_text->fontMetrics().lineSpacing() * 12);
    auto *copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("copyCommandButton"));
    copy->setText(tr("Copy"));
    copy->setIcon(symbolicIcon(QStringLiteral("copy")));
    copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    copy->setAutoRaise(true);
    copy->setFocusPolicy(Qt::StrongFocus);

    auto *top = new QHBoxLayout;
    top->addWidget(m_kind);
    top->addStretch();
    top->addWidget(copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addLayout(top);
    layout->addWidget(m_text);

    connect(m_kind, &QComboBox::currentIndexChanged, this, &CommandPreview::showText);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
}

void CommandPreview::setForms(const QList<models::CommandForm> &forms)
{
    m_forms = forms;
    QStringList titles, shown;
    for (const auto &form : forms)
        titles += form.title;
    for (int row = 0; row < m_kind->count(); ++row)
        shown += m_kind->itemText(row);
    if (titles != shown) {
        const QString kept = m_kind->currentText();
        m_kind->clear();
        m_kind->addItems(titles);
        m_kind->setCurrentIndex(std::max<int>(0, int(titles.indexOf(kept))));
    }
    showText();
}

void CommandPreview::showText()
{
    const QString text = m_forms.value(m_kind->currentIndex()).text;
    if (m_text->toPlainText() != text) // a selection stays while nothing changes
        m_text->setPlainText(text);
}

} // namespace nimbook::ui
