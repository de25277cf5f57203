// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace nimbook::ui {

class AccentButton;
class BusySpinner;

/// A page with nothing to list: a picture, a title, one sentence, one button. Or a turning arc while something comes.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setPicture(const QString &iconName); ///< of resources/icons, drawn large: "picture-machines"
    void setText(const QString &title, const QString &sentence = {});
    void setAction(const QString &text, const QString &objectName = {}); ///< empty text: no button
    void setSecondaryAction(const QString &text, const QString &objectName = {});
    void setBusy(bool busy); ///< the arc in place of the picture
    QString title() const;

Q_SIGNALS:
    void actionTriggered();
    void secondaryActionTriggered();

protected:
    void changeEvent(QEvent *event) override;

private:
    void drawPicture();

    QString m_pictureName;
    QLabel *m_picture;
    BusySpinner *m_spinner;
    QLabel *m_title;
    QLabel *m_sentence;
    AccentButton *m_action;
    QPushButton *m_secondary;
};

} // namespace nimbook::ui
