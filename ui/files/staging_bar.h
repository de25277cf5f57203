// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/drag_staging.h"

#include <QWidget>

class QProgressBar;

namespace nimbook::ui {

class ElidedLabel;

/// How far the copies for a drag or the clipboard are, with a way to give up. Hidden while nobody waits for any.
class StagingBar : public QWidget {
    Q_OBJECT
public:
    StagingBar(models::DragStaging &staging, QWidget *parent);

private:
    void follow();

    models::DragStaging &m_staging;
    ElidedLabel *m_text;
    QProgressBar *m_progress;
};

} // namespace nimbook::ui
