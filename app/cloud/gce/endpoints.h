// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QUrl>

namespace nimbook::cloud {

/// Where the APIs live. The sandbox and gcloud's own environment variables replace them; nothing else differs.
struct Endpoints {
    QUrl compute{QStringLiteral("https://compute.googleapis.com/compute/v1/")};
    QUrl resourceManager{QStringLiteral("https://cloudresourcemanager.googleapis.com/")};
    QUrl osLogin{QStringLiteral("https://oslogin.googleapis.com/")};
    QUrl serviceUsage{QStringLiteral("https://serviceusage.googleapis.com/")};
    QUrl billing{QStringLiteral("https://cloudbilling.googleapis.com/")};
    QUrl iam{QStringLiteral("https://iam.googleapis.com/")};
    QUrl relay{QStringLiteral("wss://tunnel.cloudproxy.app/v4/")}; ///< Identity-Aware Proxy's TCP forwarding; NIMBOOK_IAP_RELAY

    /// CLOUDSDK_API_ENDPOINT_OVERRIDES_… with COMPUTE, CLOUDRESOURCEMANAGER, OSLOGIN, SERVICEUSAGE, CLOUDBILLING, IAM, as gcloud
    /// reads them.
    static Endpoints fromEnvironment();
    /// All APIs under one root, as nimbook-sandbox serves them: http://127.0.0.1:PORT
    static Endpoints under(const QUrl &root);
};

} // namespace nimbook::cloud
