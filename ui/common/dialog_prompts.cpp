// SPDX-License-Identifier: Apache-2.0
#include "ui/common/dialog_prompts.h"

#include "ui/common/look.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

QString promptText(const char *text)
{
    return QCoreApplication::translate("nimbook::ui::DialogPrompts", text);
}

QFileDialog *fileDialog(QWidget *parent, const QString &title, const QString &folder, QFileDialog::FileMode mode)
{
    auto *dialog = new QFileDialog(parent, title, folder);
    dialog->setObjectName(QStringLiteral("promptFileDialog"));
    dialog->setFileMode(mode);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

} // namespace

void DialogPrompts::confirm(QWidget *parent, const Question &question, std::function<void(bool)> answered)
{
    auto *box = new QMessageBox(QMessageBox::Warning, question.title, question.text, QMessageBox::NoButton, parent);
    box->setObjectName(QStringLiteral("confirmDialog"));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(question.consequence);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *confirm = box->addButton(question.confirmText, QMessageBox::DestructiveRole);
    confirm->setObjectName(QStringLiteral("confirmButton"));
    QPushButton *cancel = box->addButton(question.cancelText.isEmpty() ? promptText(QT_TRANSLATE_NOOP("nimbook::ui::DialogPrompts", "Cancel"))
                                                                       : question.cancelText,
                                         QMessageBox::RejectRole);
    cancel->setObjectName(QStringLiteral("cancelButton"));
    box->setDefaultButton(cancel);
    box->setEscapeButton(cancel);
    QObject::connect(box, &QMessageBox::finished, box, [box, confirm, answered = std::move(answered)] {
        answered(box->clickedButton() == confirm);
    });
    box->open();
    cancel->setFocus();
}

void DialogPrompts::askText(QWidget *parent, const TextQuestion &question,
                            std::function<void(const std::optional<QString> &)> answered)
{
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("textDialog"));
    dialog->setWindowTitle(question.title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto *label = new QLabel(question.label, dialog);
    auto *edit = new QLineEdit(question.initial, dialog);
    edit->setObjectName(QStringLiteral("textEdit"));
    edit->setAccessibleName(question.label);
    edit->selectAll();
    label->setBuddy(edit);
    auto *problem = makeMutedLabel({}, dialog);
    problem->setObjectName(QStringLiteral("problemLabel"));
    problem->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    QPushButton *confirm = buttons->addButton(question.confirmText, QDialogButtonBox::AcceptRole);
    confirm->setObjectName(QStringLiteral("confirmButton"));
    confirm->setDefault(true);

    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(grid * 2, grid * 2, grid * 2, grid * 2);
    layout->setSpacing(grid);
    layout->addWidget(label);
    layout->addWidget(edit);
    layout->addWidget(problem);
    layout->addWidget(buttons);
    dialog->setMinimumWidth(grid * 50);

    const auto check = [problem, confirm, ask = question.problem](const QString &text) {
        const QString what = ask ? ask(text) : QString();
        problem->setText(what);
        confirm->setEnabled(what.isEmpty() && !text.isEmpty());
    };
    check(question.initial);
    QObject::connect(edit, &QLineEdit::textChanged, dialog, check);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::finished, dialog, [edit, answered = std::move(answered)](int result) {
        answered(result == QDialog::Accepted ? std::optional(edit->text()) : std::nullopt);
    });
    dialog->open();
    edit->setFocus();
}

void DialogPrompts::chooseFile(QWidget *parent, const QString &title, const QString &folder, const QString &filter,
                               std::function<void(const QString &)> answered)
{
    QFileDialog *dialog = fileDialog(parent, title, folder, QFileDialog::ExistingFile);
    dialog->setNameFilter(filter);
    QObject::connect(dialog, &QFileDialog::finished, dialog, [dialog, answered = std::move(answered)](int result) {
        answered(result == QDialog::Accepted ? dialog->selectedFiles().value(0) : QString());
    });
    dialog->open();
}

void DialogPrompts::chooseFiles(QWidget *parent, const QString &title, const QString &folder,
                                std::function<void(const QStringList &)> answered)
{
    QFileDialog *dialog = fileDialog(parent, title, folder, QFileDialog::ExistingFiles);
    QObject::connect(dialog, &QFileDialog::finished, dialog, [dialog, answered = std::move(answered)](int result) {
        answered(result == QDialog::Accepted ? dialog->selectedFiles() : QStringList());
    });
    dialog->open();
}

void DialogPrompts::chooseFolder(QWidget *parent, const QString &title, const QString &folder,
                                 std::function<void(const QString &)> answered)
{
    QFileDialog *dialog = fileDialog(parent, title, folder, QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::finished, dialog, [dialog, answered = std::move(answered)](int result) {
        answered(result == QDialog::Accepted ? dialog->selectedFiles().value(0) : QString());
    });
    dialog->open();
}

} // namespace nimbook::ui
