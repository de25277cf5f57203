// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace nimbook::ui {

/// Shows notices the way the desktop shows them (org.freedesktop.Notifications). A desktop without such a service shows none:
/// what happened stands in the window anyway. Never waits for the bus.
class DesktopNotice : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// \param category one of the desktop notifications specification's, "transfer.complete"; empty: none fits
    void show(const QString &title, const QString &text, const QString &category = {});
    static void bringToFront(QWidget *window); ///< what whoever pressed a notice wants to see

Q_SIGNALS:
    void activated(); ///< the person pressed the notice

private Q_SLOTS:
    void onActionInvoked(uint id, const QString &action);

private:
    bool m_listening = false;
    uint m_last = 0; ///< replaced by the next one: at most one of ours stands on the screen
};

} // namespace nimbook::ui
