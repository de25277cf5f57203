// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>

/// How Google writes links, ids, times and fingerprints in Compute Engine answers.
namespace nimbook::sandbox {

/// "projects/p/zones/z" → "https://www.googleapis.com/compute/v1/projects/p/zones/z": the host the real answers name,
/// whichever host was asked.
QString link(const QString &relativePath);

/// The part from "projects/" on of a full, partial or relative URL; "zones/z/…" gets \a project in front.
QString relativePath(const QString &url, const QString &project);

QString lastSegment(const QString &url);

/// RFC 3339 with milliseconds and the offset of the Pacific coast, as the real answers have it.
QString pacificTime(const QDateTime &moment = QDateTime::currentDateTimeUtc());

QString newId();            ///< numeric, 19 or 20 digits: beyond int64 at times, always beyond 2^53
QString newOperationName();

/// Eight bytes over the content, url-safe base64: equal content gives an equal fingerprint.
QString fingerprint(const QJsonObject &content);
QString fingerprint(const QByteArray &content);

QString regionOfZone(const QString &zone); ///< "us-central1-a" → "us-central1"

bool isResourceName(const QString &name);

} // namespace nimbook::sandbox
