// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/endpoints.h"
#include "cloud/model/catalog.h"
#include "cloud/model/sku.h"
#include "net/api_client.h"

namespace nimbook::cloud {

/// What may be said about a project before anything is made in it: is the API on, what may the account do, what does it cost.
///
/// Every job is returned unstarted and owned by \a parent. Sources: Service Usage v1, Resource Manager v3, Cloud Billing v1,
/// Compute Engine v1.
class ProjectClient {
public:
    ProjectClient(net::ApiClient &api, Endpoints endpoints);

    ValueJob<bool> *isComputeEnabled(const QString &project, QObject *parent);
    /// Enables Compute Engine and waits until that is done, which takes Google about a minute. Error kinds: PermissionDenied,
    /// Timeout, and those of the call.
    ValueJob<Done> *enableCompute(const QString &project, QObject *parent);
    /// Those of \a permissions that the account has.
    ValueJob<QStringList> *grantedPermissions(const QString &project, const QStringList &permissions, QObject *parent);
    /// Of projects.get: GPUS_ALL_REGIONS and its like. A metric that is absent is unknown, not zero.
    ValueJob<QList<Quota>> *projectQuotas(const QString &project, QObject *parent);
    /// Every SKU of Compute Engine that is charged by use, in US dollars: about 30 000, some 20 pages.
    ValueJob<QList<Sku>> *computeSkus(QObject *parent);

private:
    net::ApiClient &m_api;
    Endpoints m_endpoints;
};

} // namespace nimbook::cloud
