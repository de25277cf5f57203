// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

class QWidget;

namespace nimbook::ui {

/// A question that costs data or money. The safe answer is always "no" and always the default.
struct Question {
    QString title;       ///< of the window
    QString text;        ///< the question itself, naming the thing
    QString consequence; ///< what is lost, in plain words
    QString confirmText; ///< the verb: "Delete machine"
    QString cancelText;  ///< empty: "Cancel"
};

struct TextQuestion {
    QString title;
    QString label;
    QString initial;
    QString confirmText;
    /// What is wrong with the text, translated; empty when it can be taken. Asked at every key.
    std::function<QString(const QString &)> problem;
};

/// The only way in which the window asks for something in a window of its own; never blocks. Answered by a script in tests.
class Prompts {
public:
    virtual ~Prompts() = default;

    virtual void confirm(QWidget *parent, const Question &question, std::function<void(bool confirmed)> answered) = 0;
    virtual void askText(QWidget *parent, const TextQuestion &question,
                         std::function<void(const std::optional<QString> &text)> answered) = 0;
    /// \param filter as QFileDialog wants it; the answer is empty when the person cancelled
    virtual void chooseFile(QWidget *parent, const QString &title, const QString &folder, const QString &filter,
                            std::function<void(const QString &path)> answered) = 0;
    virtual void chooseFiles(QWidget *parent, const QString &title, const QString &folder,
                             std::function<void(const QStringList &paths)> answered) = 0;
    virtual void chooseFolder(QWidget *parent, const QString &title, const QString &folder,
                              std::function<void(const QString &path)> answered) = 0;
};

} // namespace nimbook::ui
