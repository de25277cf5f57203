// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/api_error.h"

#include <QHash>

namespace nimbook::sandbox {

/// One API call after sign-in and routing.
struct Call {
    const HttpRequest &request;
    QHash<QString, QString> path; ///< the {placeholders} of the method's path
    QJsonObject body;
    QString account; ///< e-mail of the caller
    QString method;  ///< "compute.instances.insert"

    QString project() const { return path.value(QStringLiteral("project")); }
    QString zone() const { return path.value(QStringLiteral("zone")); }
    QString region() const { return path.value(QStringLiteral("region")); }

    /// "zones/us-central1-a", "regions/us-central1" or "global".
    QString scope() const
    {
        if (path.contains(QStringLiteral("zone")))
            return QStringLiteral("zones/") + zone();
        if (path.contains(QStringLiteral("region")))
            return QStringLiteral("regions/") + region();
        return QStringLiteral("global");
    }
};

} // namespace nimbook::sandbox
