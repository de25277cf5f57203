// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/look.h"

#include <QWidget>

namespace nimbook::ui {

/// A state as shape, word and colour, in that order.
class StateBadge : public QWidget {
    Q_OBJECT
public:
    explicit StateBadge(QWidget *parent = nullptr);

    void setState(Mark mark, Tone tone, const QString &word);
    QString word() const { return m_word; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Mark m_mark = Mark::Ring;
    Tone m_tone = Tone::Idle;
    QString m_word;
};

} // namespace nimbook::ui
