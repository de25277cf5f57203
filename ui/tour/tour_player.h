// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QElapsedTimer>
#include <QTimer>

#include <chrono>
#include <functional>

class QWidget;

namespace nimbook::ui {

/// One thing a person does, and how one sees that it worked.
struct TourStep {
    QString name;  ///< becomes part of the screenshot's file name: "create-instance"
    QString title; ///< the line that is printed
    std::function<void()> act;      ///< presses, types, drops; called once
    std::function<bool()> observed; ///< asked about every 50 ms until true
    std::chrono::seconds limit{60};
    std::function<QString()> state; ///< for the error: what is seen instead; optional
};

/// Plays steps on a real window: does, waits until the effect is observed, takes a picture, prints the time.
///
/// Succeeds only when every effect was observed; the first that was not ends the tour with a picture of what was there instead.
class TourPlayer final : public Job {
    Q_OBJECT
public:
    /// \param folder for 01-….png; made when missing
    TourPlayer(QWidget &window, QList<TourStep> steps, QString folder, QObject *parent = nullptr);

protected:
    void run() override;
    void abort() override;

private:
    void beginStep();
    void look();
    void endStep();
    Result<QString> takePicture(const QString &name) const;

    QWidget &m_window;
    QList<TourStep> m_steps;
    QString m_folder;
    int m_current = 0;
    QElapsedTimer m_stepTime;
    QElapsedTimer m_wholeTime;
    QTimer m_poll;
};

} // namespace nimbook::ui
