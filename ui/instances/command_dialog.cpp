// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/command_dialog.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

CommandDialog::CommandDialog(const QString &machine, QList<models::MachineCommand> commands, QWidget *parent)
    : QDialog(parent), m_commands(std::move(commands)), m_actions(new QListWidget(this)), m_form(new QComboBox(this)), m_text(new QPlainTextEdit(this))
{
    setObjectName(QStringLiteral("commandDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Commands for %1").arg(machine));
    m_actions->setObjectName(QStringLiteral("commandActionList"));
    m_actions->setAccessibleName(tr("What the window does"));
    for (const auto &command : std::as_const(m_commands))
        m_actions->addItem(command.title);
    m_actions->setFixedWidth(m_actions->sizeHintForColumn(0) + grid * 6);
    m_form->setObjectName(QStringLiteral("commandFormCombo"));
    m_form->setAccessibleName(tr("How it is said"));
    m_text->setObjectName(QStringLiteral("machineCommandEdit"));
    m_text->setAccessibleName(tr("The command"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("copyMachineCommandButton"));
    copy->setIcon(symbolicIcon(QStringLiteral("copy")));
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);

    auto *right = new QVBoxLayout;
    right->addWidget(m_form, 0, Qt::AlignLeft);
    right->addWidget(m_text);
    auto *top = new QHBoxLayout;
    top->setSpacing(grid * 2);
    top->addWidget(m_actions);
    top->addLayout(right, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addWidget(buttons);
    resize(m_text->fontMetrics().averageCharWidth() * 110, m_text->fontMetrics().lineSpacing() * 30);

    connect(m_actions, &QListWidget::currentRowChanged, this, &CommandDialog::showForms);
    connect(m_form, &QComboBox::currentIndexChanged, this, &CommandDialog::showText);
    m_actions->setCurrentRow(0);
}

void CommandDialog::choose(const QString &id)
{
    const auto found = std::find_if(m_commands.cbegin(), m_commands.cend(), [&id](const auto &command) { return command.id == id; });
    if (found != m_commands.cend())
        m_actions->setCurrentRow(int(found - m_commands.cbegin()));
}

const models::MachineCommand &CommandDialog::chosen() const
{
    return m_commands.at(std::max(0, m_actions->currentRow()));
}

void CommandDialog::showForms()
{
    // The way of saying it that somebody has chosen stays, where this action has it too.
    const QString form = m_form->currentText();
    const QSignalBlocker quiet(m_form);
    m_form->clear();
    for (const auto &one : chosen().forms)
        m_form->addItem(one.title);
    m_form->setCurrentIndex(std::max(0, m_form->findText(form)));
    showText();
}

void CommandDialog::showText()
{
    m_text->setPlainText(chosen().forms.value(m_form->currentIndex()).text);
}

} // namespace nimbook::ui
