// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QWidget>

class QLabel;
class QProgressBar;

namespace nimbook::ui {

class BusySpinner;
class ElidedLabel;
class StepMark;

/// One line of a StepList: mark, title, what is happening, how long it takes or took.
class StepRow : public QWidget {
    Q_OBJECT
public:
    explicit StepRow(QWidget *parent = nullptr);

    void showStep(const Step &step);
    /// Of a running step, counted by the list; a step's own elapsed is known only at its end.
    void showElapsed(std::chrono::milliseconds elapsed);

private:
    StepMark *m_mark;
    BusySpinner *m_spinner;
    QLabel *m_title;
    ElidedLabel *m_detail;
    QLabel *m_time;
    QProgressBar *m_progress;
};

QString durationText(std::chrono::milliseconds duration); ///< "0.4 s", "21 s", "3 min 05 s", "2 h 10 min"

} // namespace nimbook::ui
