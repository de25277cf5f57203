// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>

class QWidget;

namespace nimbook::ui {

/// Whether a person has just clicked or pressed a key in a page. The engine does not say it of a navigation (measured with Qt 6.4.2): a
/// script's `location.href = …` comes as a clicked link.
class UserGesture final : public QObject {
    Q_OBJECT
public:
    explicit UserGesture(QWidget *view); ///< its parent, and the page's widget with all below it

    bool isFresh() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *m_view;
    QElapsedTimer m_last;
};

} // namespace nimbook::ui
