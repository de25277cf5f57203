// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPlainTextEdit>
#include <QTimer>

namespace nimbook::ui {

/// Output as it comes: at most 10 000 lines, following its end until somebody scrolls up to read.
class LogView : public QPlainTextEdit {
    Q_OBJECT
public:
    static constexpr int maximumLines = 10'000;

    explicit LogView(QWidget *parent = nullptr);

    void append(const QString &text); ///< whole lines; shown within 50 ms, in one go however many come
    void clearLog();

private:
    void flush();

    QStringList m_waiting;
    QTimer m_timer;
};

} // namespace nimbook::ui
