// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "net/api_client.h"

#include <functional>

namespace nimbook::net {

/// Follows nextPageToken until there is none. Private to nb_net.
class ApiPagesJob final : public ValueJob<QList<QJsonObject>> {
    Q_OBJECT
public:
    using Call = std::function<ValueJob<QJsonObject> *(const ApiRequest &, QObject *)>;

    ApiPagesJob(Call call, ApiRequest request, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void fetchPage(const QString &token);

    Call m_call;
    ApiRequest m_request;
    QList<QJsonObject> m_pages;
    Awaited m_page{*this};
};

} // namespace nimbook::net
