// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

#include <QNetworkReply>
#include <QPointer>
#include <QTimer>

class QNetworkAccessManager;

namespace nimbook::net {

/// One exchange by QNetworkAccessManager; the answer is whole when it succeeds.
class NetworkHttpJob final : public HttpJob {
    Q_OBJECT
public:
    NetworkHttpJob(QNetworkAccessManager &manager, HttpRequest request, QObject *parent);
    ~NetworkHttpJob() override;

protected:
    void run() override;
    void abort() override;

private:
    void onReplyFinished();
    void onSilence();
    void dropReply();

    QPointer<QNetworkAccessManager> m_manager; // the transport may go before its jobs do
    HttpRequest m_request;
    QPointer<QNetworkReply> m_reply;
    QTimer m_silence;
};

} // namespace nimbook::net
