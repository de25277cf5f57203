// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QFrame>

class QLabel;
class QHBoxLayout;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace nimbook::ui {

/// Says what happened, where it happened: message, next step, details on request, and what can be done about it.
/// Hidden until something is shown.
class ErrorBanner : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Error, Warning, Information, Question };

    explicit ErrorBanner(QWidget *parent = nullptr);

    /// \param retryText the button that emits retryRequested(), "Try again"; empty: no such button
    void showError(const Error &error, const QString &retryText = {});
    void showMessage(Kind kind, const QString &message, const QString &nextStep = {});
    void clear();

    /// One more button, before Retry; goes with clear() or the next message. \a objectName ends in its kind: "trustHostKeyButton".
    QPushButton *addButton(const QString &text, const QString &objectName);
    void setDismissable(bool dismissable);

    QString message() const;

Q_SIGNALS:
    void retryRequested();
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void present(Kind kind, const QString &message, const QString &nextStep, const QString &detail);
    void setDetailsShown(bool shown);
    void tintIcon();

    Kind m_kind = Kind::Error;
    QLabel *m_icon;
    QLabel *m_message;
    QLabel *m_nextStep;
    QHBoxLayout *m_buttons;
    QPushButton *m_detailsButton;
    QPushButton *m_copyButton;
    QPushButton *m_retryButton;
    QToolButton *m_closeButton;
    QPlainTextEdit *m_details;
    QList<QPushButton *> m_added;
};

} // namespace nimbook::ui
