// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QJsonValue>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <memory>

class QSocketNotifier;

namespace nimbook::cli {

/// What the person or the script sees: results on the standard output, everything else on the standard error.
///
/// Steps and progress are shown on a terminal only (or when asked for); piped, a command that works says nothing but its result.
class Console : public QObject {
    Q_OBJECT
public:
    enum class Steps { None, Plain, Live };
    struct Style {
        bool json = false;
        Steps steps = Steps::None;
    };

    explicit Console(QObject *parent = nullptr);
    ~Console() override;

    void setStyle(const Style &style) { m_style = style; }
    /// \param word auto, plain or none; auto is live on a terminal, else none
    static Steps stepsFor(const QString &word);
    static bool isTerminal(int descriptor);

    void follow(Job *job, const QString &title); ///< shows it until it ends: a flow step by step, else one line
    void note(const QString &text);               ///< where steps are shown
    void log(const QString &text);                ///< what a script on the machine prints; standard error
    void warn(const QString &text);               ///< always
    void result(const QString &text, const QJsonValue &json);
    void printJsonLine(const QJsonValue &json);
    void fail(const Error &error);

    bool canAsk() const;
    void ask(const QString &question, std::function<void(const QString &)> answered);

private:
    void showLine();
    void endLine(const QString &text);
    void clearLine();
    void onStep(Flow &flow, int index);

    Style m_style;
    QPointer<Job> m_job;
    QString m_title;
    QString m_line; // what stands on the terminal's last line and will be replaced
    QTimer m_redraw;
    std::unique_ptr<QSocketNotifier> m_input;
    QByteArray m_typed;
};

} // namespace nimbook::cli
