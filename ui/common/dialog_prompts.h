// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/prompts.h"

namespace nimbook::ui {

/// Prompts as the platform's own dialogs, opened without a nested event loop.
class DialogPrompts : public Prompts {
public:
    void confirm(QWidget *parent, const Question &question, std::function<void(bool)> answered) override;
    void askText(QWidget *parent, const TextQuestion &question,
                 std::function<void(const std::optional<QString> &)> answered) override;
    void chooseFile(QWidget *parent, const QString &title, const QString &folder, const QString &filter,
                    std::function<void(const QString &)> answered) override;
    void chooseFiles(QWidget *parent, const QString &title, const QString &folder,
                     std::function<void(const QStringList &)> answered) override;
    void chooseFolder(QWidget *parent, const QString &title, const QString &folder,
                      std::function<void(const QString &)> answered) override;
};

} // namespace nimbook::ui
