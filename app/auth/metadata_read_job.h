// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "base/backoff.h"
#include "net/http.h"

#include <QTimer>

namespace nimbook::auth {

/// One value of the metadata server. Private to nb_auth.
///
/// Error kinds: NotFound (404: no such value), Network (nobody answers), Protocol (whoever answers is not Google's server).
class MetadataReadJob final : public ValueJob<QByteArray> {
    Q_OBJECT
public:
    /// \param path below /computeMetadata/v1/
    MetadataReadJob(net::HttpTransport &transport, QString path, Backoff backoff, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void onAnswer(const net::HttpResponse &response);
    void retryOrFail(const Error &error);

    net::HttpTransport &m_transport;
    QString m_path;
    Backoff m_backoff;
    int m_failures = 0;
    QTimer m_pause;
    Awaited m_waiting{*this};
};

} // namespace nimbook::auth
