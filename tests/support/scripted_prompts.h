// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/prompts.h"

#include <QList>

namespace nimbook::testing {

/// Answers questions as a test has prepared it, at once; keeps what was asked. Nothing prepared: the safe answer.
class ScriptedPrompts final : public ui::Prompts {
public:
    bool answerYes = false;
    std::optional<QString> text;
    QString file;
    QStringList files;
    QString folder;
    QList<ui::Question> questions;
    QList<ui::TextQuestion> textQuestions;

    void confirm(QWidget *, const ui::Question &question, std::function<void(bool)> answered) override
    {
        questions.append(question);
        answered(answerYes);
    }
    void askText(QWidget *, const ui::TextQuestion &question, std::function<void(const std::optional<QString> &)> answered) override
    {
        textQuestions.append(question);
        answered(text && question.problem && !question.problem(*text).isEmpty() ? std::nullopt : text);
    }
    void chooseFile(QWidget *, const QString &, const QString &, const QString &, std::function<void(const QString &)> answered) override { answered(file); }
    void chooseFiles(QWidget *, const QString &, const QString &, std::function<void(const QStringList &)> answered) override { answered(files); }
    void chooseFolder(QWidget *, const QString &, const QString &, std::function<void(const QString &)> answered) override { answered(folder); }
};

} // namespace nimbook::testing
