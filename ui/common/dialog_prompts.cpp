// SPDX-License-Identifier: Apache-2.0
#include "ui/common/dialog_prompts.h"

#include "ui/common/accent_button.h"
#include "ui/common/look.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

QString promptText(const char *text)
{
    return QCoreApplication::translate("nimbook::ui::DialogPrompts", text);
}

/// The triangle beside a question that costs something.
class WarningMark final : public QWidget {
public:
    explicit WarningMark(QWidget *parent) : QWidget(parent) { setFixedSize(grid * 4, grid * 4); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paintMark(&painter, rect(), Mark::Triangle, toneColor(Tone::Warning, palette()));
        painter.fillRect(QRectF(width() / 2.0 - 1, height() * 0.42, 2, height() * 0.26), toneColor(Tone::Warning, palette()));
        painter.fillRect(QRectF(width() / 2.0 - 1, height() * 0.74, 2, 2), toneColor(Tone::Warning, palette()));
    }
};

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
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("confirmDialog"));
    dialog->setWindowTitle(question.title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);

    auto *picture = new WarningMark(dialog);
    auto *text = new QLabel(question.text, dialog);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    QFont bold = text->font();
    bold.setWeight(QFont::DemiBold);
    text->setFont(bold);
    auto *consequence = new QLabel(question.consequence, dialog);
    consequence->setTextFormat(Qt::PlainText);
    consequence->setWordWrap(true);
    consequence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    dialog->setAccessibleDescription(question.text + QLatin1Char('\n') + question.consequence);

    auto *confirm = new AccentButton(question.confirmText, dialog, AccentButton::Kind::Destructive);
    confirm->setObjectName(QStringLiteral("confirmButton"));
    confirm->setAutoDefault(false);
    auto *cancel = new QPushButton(question.cancelText.isEmpty() ? promptText(QT_TRANSLATE_NOOP("nimbook::ui::DialogPrompts", "Cancel")) : question.cancelText, dialog);
    cancel->setObjectName(QStringLiteral("cancelButton"));
    cancel->setDefault(true);
    cancel->setMinimumHeight(confirm->sizeHint().height());

    auto *layout = new QGridLayout(dialog);
    layout->setContentsMargins(grid * 3, grid * 3, grid * 3, grid * 2);
    layout->setHorizontalSpacing(grid * 2);
    layout->setVerticalSpacing(grid + grid / 2);
    layout->addWidget(picture, 0, 0, 2, 1, Qt::AlignTop);
    layout->addWidget(text, 0, 1);
    layout->addWidget(consequence, 1, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, grid, 0, 0);
    buttons->setSpacing(grid);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(confirm);
    layout->addLayout(buttons, 2, 0, 1, 2);
    layout->setColumnStretch(1, 1);
    dialog->setMinimumWidth(grid * 60);

    QObject::connect(confirm, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::finished, dialog, [answered = std::move(answered)](int result) { answered(result == QDialog::Accepted); });
    dialog->open();
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
