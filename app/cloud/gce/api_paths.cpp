// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/api_paths.h"

namespace nimbook::cloud {

QUrl apiUrl(const QUrl &base, const QStringList &segments)
{
    QByteArrayList encoded;
    for (const QString &segment : segments) {
        if (segment.isEmpty() || segment == QLatin1String(".") || segment == QLatin1String(".."))
            return {};
        encoded.append(QUrl::toPercentEncoding(segment, ":")); // "example.com:project" is a project id, "projects:search" a method
    }
    return QUrl::fromEncoded(base.toEncoded(QUrl::FullyEncoded) + encoded.join('/'), QUrl::StrictMode);
}

QUrl instanceUrl(const QUrl &compute, const InstanceRef &ref, const QString &verb)
{
    QStringList segments{QStringLiteral("projects"), ref.project, QStringLiteral("zones"), ref.zone, QStringLiteral("instances"), ref.name};
    if (!verb.isEmpty())
        segments.append(verb);
    return apiUrl(compute, segments);
}

QUrl operationUrl(const QUrl &compute, const QString &project, const Operation &operation, const QString &verb)
{
    QStringList segments{QStringLiteral("projects"), project};
    if (!operation.zone.isEmpty())
        segments << QStringLiteral("zones") << operation.zone;
    else if (!operation.region.isEmpty())
        segments << QStringLiteral("regions") << operation.region;
    else
        segments << QStringLiteral("global");
    segments << QStringLiteral("operations") << operation.name;
    if (!verb.isEmpty())
        segments.append(verb);
    return apiUrl(compute, segments);
}

} // namespace nimbook::cloud
