// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QWebEngineFindTextResult;
class QWebEngineView;

namespace nimbook::ui {

/// Searches one page: typing finds, Enter goes on, Shift+Enter back, Escape closes and gives the keyboard back to the page.
class FindBar final : public QWidget {
    Q_OBJECT
public:
    FindBar(QWebEngineView *view, QWidget *parent);

    void open();
    void close();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void find(bool backwards);
    void showCount(const QWebEngineFindTextResult &result);

    QWebEngineView *m_view;
    QLineEdit *m_text;
    QLabel *m_count;
};

} // namespace nimbook::ui
