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
    return endpoints;
}

Endpoints Endpoints::under(const QUrl &root)
{
    Endpoints endpoints;
    endpoints.resourceManager = asFolder(root);
    endpoints.compute = endpoints.resourceManager.resolved(QUrl(QStringLiteral("compute/v1/")));
    return endpoints;
}

} // namespace nimbook::cloud
