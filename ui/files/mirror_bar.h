// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/machine_mirrors.h"

#include <QWidget>

class QVBoxLayout;

namespace nimbook::ui {

/// The folders that are being followed live, a line each, with a way to stop. Hidden while there is none.
class MirrorBar : public QWidget {
    Q_OBJECT
public:
    /// \param mirrors outlives the bar
    MirrorBar(models::MachineMirrors &mirrors, QWidget *parent);

private:
    void showLines();
    QWidget *makeLine(const models::MachineMirrors::Line &line);

    models::MachineMirrors &m_mirrors;
    QVBoxLayout *m_lines;
};

} // namespace nimbook::ui
