// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/endpoints.h"

#include <QtGlobal>

namespace nimbook::cloud {

namespace {

QUrl asFolder(QUrl url)
{
    if (!url.path().endsWith(QLatin1Char('/')))
        url.setPath(url.path() + QLatin1Char('/'));
    return url;
}

void replaceFrom(const char *variable, QUrl &url)
{
    const QString value = qEnvironmentVariable(variable).trimmed();
    if (!value.isEmpty())
        url = asFolder(QUrl(value));
}

} // namespace

Endpoints Endpoints::fromEnvironment()
{
    Endpoints endpoints;
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", endpoints.compute);
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER", endpoints.resourceManager);
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_OSLOGIN", endpoints.osLogin);
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE", endpoints.serviceUsage);
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDBILLING", endpoints.billing);
    replaceFrom("CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM", endpoints.iam);
    replaceFrom("NIMBOOK_IAP_RELAY", endpoints.relay); // gcloud has no name for this one
    return endpoints;
}

Endpoints Endpoints::under(const QUrl &root)
{
    Endpoints endpoints;
    endpoints.resourceManager = asFolder(root);
    // Their paths differ from the first part on (v1/users, v1/services, v1/projects…), so one root serves them all.
    endpoints.osLogin = endpoints.serviceUsage = endpoints.billing = endpoints.iam = endpoints.resourceManager;
    endpoints.compute = endpoints.resourceManager.resolved(QUrl(QStringLiteral("compute/v1/")));
    endpoints.relay = endpoints.resourceManager.resolved(QUrl(QStringLiteral("v4/")));
    endpoints.relay.setScheme(endpoints.relay.scheme() == QLatin1String("https") ? QStringLiteral("wss") : QStringLiteral("ws"));
    return endpoints;
}

} // namespace nimbook::cloud
