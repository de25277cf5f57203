// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/requirements_check.h"

#include <QPlainTextEdit>

namespace nimbook::ui {

/// A text of requirements: monospace, with the lines that pip would refuse marked and explained.
class RequirementsEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit RequirementsEdit(QWidget *parent = nullptr);

    const QList<models::RequirementsProblem> &problems() const { return m_problems; }

Q_SIGNALS:
    void checked(); ///< problems() belong to the text as it is now

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void check();
    void mark();

    QList<models::RequirementsProblem> m_problems;
};

} // namespace nimbook::ui
