// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;

namespace nimbook::ui {

/// One question of a form: a label above, the control, and a line below that says what is wrong or good to know.
class FormField : public QWidget {
    Q_OBJECT
public:
    enum class Tell { Hint, Problem };

    FormField(const QString &label, QWidget *control, QWidget *parent = nullptr);
    /// Several controls side by side under one label; the first is the label's buddy.
    FormField(const QString &label, const QList<QWidget *> &controls, QWidget *parent = nullptr);

    void tell(Tell kind, const QString &text); ///< empty: nothing to say; the line keeps its height
    QString message() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void tint();

    QLabel *m_label;
    QLabel *m_icon;
    QLabel *m_message;
    Tell m_kind = Tell::Hint;
    bool m_tinting = false;
};

} // namespace nimbook::ui
