// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace nimbook::ui {

/// A wide button with a picture, a name and one line on what happens behind it; lower without that line.
class DoorButton : public QAbstractButton {
    Q_OBJECT
public:
    DoorButton(const QString &iconName, const QString &title, const QString &sentence, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QFont nameFont() const;
    QRect textArea(int width) const;

    QString m_sentence;
};

} // namespace nimbook::ui
