// SPDX-License-Identifier: Apache-2.0
#include "ui/common/desktop_notice.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>
#include <QWidget>

namespace nimbook::ui {

namespace {
const QString noticeService = QStringLiteral("org.freedesktop.Notifications");
const QString noticePath = QStringLiteral("/org/freedesktop/Notifications");
} // namespace

void DesktopNotice::show(const QString &title, const QString &text, const QString &category)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    if (!m_listening)
        m_listening = bus.connect(noticeService, noticePath, noticeService, QStringLiteral("ActionInvoked"), this, SLOT(onActionInvoked(uint, QString)));
    QDBusMessage call = QDBusMessage::createMethodCall(noticeService, noticePath, noticeService, QStringLiteral("Notify"));
    // The body may be read as markup; names of files are not.
    QVariantMap hints;
    if (!category.isEmpty())
        hints.insert(QStringLiteral("category"), category);
    call.setArguments({QCoreApplication::applicationName(), m_last, QStringLiteral("nimbook"), title, text.toHtmlEscaped(),
                       QStringList{QStringLiteral("default"), tr("Show")}, hints, -1});
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        if (const QDBusPendingReply<uint> reply = *watcher; reply.isValid())
            m_last = reply.value();
        watcher->deleteLater();
    });
}

void DesktopNotice::bringToFront(QWidget *window)
{
    window->show();
    window->raise();
    window->activateWindow();
}

void DesktopNotice::onActionInvoked(uint id, const QString &)
{
    if (id == m_last && m_last != 0)
        Q_EMIT activated();
}

} // namespace nimbook::ui
