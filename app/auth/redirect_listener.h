// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QHash>
#include <QPointer>
#include <QTcpServer>
#include <QUrl>
#include <QUrlQuery>

class QTcpSocket;

namespace nimbook::auth {

/// The small web server on this computer's loopback to which the browser comes back. Private to nb_auth.
///
/// Browsers open more connections than they use, ask for icons, and any page may send them here: what is not a GET of "/" with our state
/// is answered and forgotten; the first that is, is redirected().
class RedirectListener : public QObject {
    Q_OBJECT
public:
    /// \param state what the authorization server must send back
    explicit RedirectListener(QByteArray state, QObject *parent = nullptr);
    ~RedirectListener() override;

    Result<QUrl> listen(); ///< the redirect_uri, "http://127.0.0.1:PORT/", byte for byte as it must be repeated later

    /// The page for the browser that waits. \a title and \a text are plain; they are escaped here.
    void answer(bool good, const QString &title, const QString &text);

    void close(); ///< nobody is answered any more; deletes itself when control is back in the event loop

Q_SIGNALS:
    void redirected(const QUrlQuery &query);

private:
    void onConnection();
    void onReadyRead(QTcpSocket &socket);
    void onRequest(QTcpSocket &socket, const QByteArray &head);

    QByteArray m_state;
    QHash<QTcpSocket *, QByteArray> m_heads;
    QPointer<QTcpSocket> m_waiting; ///< brought the code and has no answer yet
    bool m_redirected = false;
    QTcpServer m_server; // goes first: its connections take their leave from m_heads
};

} // namespace nimbook::auth
