// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QStackedWidget;

namespace nimbook::ui {

/// Where one is, part by part; each part leads there. A click beside them, or F4, turns it into a text to edit.
class PathBar : public QWidget {
    Q_OBJECT
public:
    explicit PathBar(QWidget *parent = nullptr);

    void setPath(const QString &path); ///< absolute, '/'
    QString path() const { return m_path; }
    void edit(); ///< as text, all selected

Q_SIGNALS:
    void pathEntered(const QString &path); ///< pressed or typed; as typed, not checked

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showParts();
    void addPart(const QString &text, const QString &target);

    QString m_path = QStringLiteral("/");
    QStackedWidget *m_stack;
    QWidget *m_parts;
    QHBoxLayout *m_partsLayout;
    QLineEdit *m_edit;
};

} // namespace nimbook::ui
