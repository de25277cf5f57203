// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/endpoints.h"
#include "cloud/model/os_login.h"
#include "net/api_client.h"

namespace nimbook::cloud {

/// OS Login v1: SSH keys that belong to a person instead of a machine. Every job is returned unstarted and owned by \a parent.
class OsLoginClient {
public:
    OsLoginClient(net::ApiClient &api, Endpoints endpoints) : m_api(&api), m_endpoints(std::move(endpoints)) {}

    ValueJob<OsLoginProfile> *loginProfile(const QString &email, const QString &project, QObject *parent);
    /// Importing a key that is there already renews it; the Linux account comes with the first one.
    ValueJob<OsLoginProfile> *importKey(const QString &email, const QString &project, const QByteArray &publicKey, const QDateTime &expires, QObject *parent);
    ValueJob<Done> *setExpiry(const OsLoginProfile::Key &key, const QDateTime &expires, QObject *parent);

private:
    net::ApiClient *m_api;
    Endpoints m_endpoints;
};

} // namespace nimbook::cloud
