// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

struct DiskPlan {
    QList<QJsonObject> made; ///< new disk resources
    QJsonArray attached;     ///< the instance's disks[]
};

/// `disks` of instances.insert: a boot disk from an image or an existing disk, size at least the image's, a disk type the
/// zone and the machine series have, names not taken by a disk left behind.
tl::expected<DiskPlan, ApiError> checkAttachedDisks(const Call &call, const Services &services, const QString &instance,
                                                    const QString &machineType);

/// The disk of disks.insert. \a fields: where the wishes stand; \a where names them in error texts.
struct DiskWish {
    QString name;
    QString type;        ///< URL or partial URL; empty: pd-standard
    QString sourceImage; ///< may be a family
    QString sizeGb;      ///< empty: the image's, or 500 for a blank disk
    QJsonObject labels;
    QString where; ///< "resource.disks[0].initializeParams"
};
tl::expected<QJsonObject, ApiError> makeDisk(const Call &call, const Services &services, const DiskWish &wish);

/// int64 fields may come as strings or numbers.
QString int64Text(const QJsonValue &value);

} // namespace nimbook::sandbox
