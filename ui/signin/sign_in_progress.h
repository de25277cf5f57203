// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QUrl>
#include <QWidget>

class QLabel;
class QPushButton;

namespace nimbook::ui {

/// What a sign-in is doing, and how to leave it; while the browser is wanted also how to get there.
class SignInProgress : public QWidget {
    Q_OBJECT
public:
    explicit SignInProgress(QWidget *parent = nullptr);

    void setText(const QString &text);
    /// \param opened false: no browser was found, so the address must be carried over by hand
    void showBrowserPage(const QUrl &page, bool opened);
    void begin(); ///< no browser yet

Q_SIGNALS:
    void cancelRequested();
    void otherClientRequested(); ///< sign in with another OAuth client instead

private:
    QUrl m_page;
    QLabel *m_text;
    QLabel *m_hint;
    QWidget *m_browser;
    QPushButton *m_copy;
};

} // namespace nimbook::ui
