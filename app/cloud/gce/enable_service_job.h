// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/api_client.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::cloud {

/// Sends services.enable and follows its long-running operation (google.longrunning, another kind than Compute Engine's).
///
/// Error kinds: those of the call, Timeout after five minutes (it may still succeed), ServerError with Google's own words when the
/// operation failed. Cancelling ends the waiting. Source: Service Usage v1, services.enable and operations.get.
class EnableServiceJob final : public ValueJob<Done> {
    Q_OBJECT
public:
    EnableServiceJob(net::ApiClient &api, QUrl serviceUsage, net::ApiRequest enable, QObject *parent);

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override { abort(); }

private:
    void send(const net::ApiRequest &request);
    void follow(const QJsonObject &operation);

    net::ApiClient &m_api;
    QUrl m_serviceUsage;
    net::ApiRequest m_enable;
    net::ApiRequest m_look;
    QPointer<Job> m_call;
    QTimer m_pause;
    QTimer m_deadline;
};

} // namespace nimbook::cloud
