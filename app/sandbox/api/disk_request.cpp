// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/disk_request.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/resource_store.h"

#include <optional>

namespace nimbook::sandbox {

namespace {

constexpr qint64 blankDiskGb = 500;

tl::expected<QJsonObject, ApiError> resolveImage(const QString &url, const QString &project, const Catalogue &catalogue)
{
    const QString path = relativePath(url, project);
    const QStringList pieces = path.split(QLatin1Char('/'));
    const bool family = pieces.size() == 6 && pieces.at(4) == QLatin1String("family");
    if (pieces.size() >= 5 && pieces.at(2) == QLatin1String("global") && pieces.at(3) == QLatin1String("images")) {
        const auto image = family ? catalogue.imageOfFamily(pieces.at(1), pieces.at(5))
                                  : Catalogue::named(catalogue.images(pieces.at(1)), pieces.at(4));
        if (image)
            return *image;
    }
    return notFound(path);
}

QString diskPath(const Call &call, const QString &name)
{
    return QStringLiteral("projects/%1/zones/%2/disks/%3").arg(call.project(), call.zone(), name);
}

} // namespace

QString int64Text(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(qint64(value.toDouble())) : value.toString();
}

tl::expected<QJsonObject, ApiError> makeDisk(const Call &call, const Services &services, const DiskWish &wish)
{
    if (wish.name.isEmpty())
        return missingField(QStringLiteral("resource.name"));
    if (!isResourceName(wish.name))
        return invalidField(wish.where + QLatin1String(".name"), wish.name, QStringLiteral("Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'"));
    if (services.store.contains({call.project(), call.scope(), QStringLiteral("disks"), wish.name}))
        return refuse(409, QStringLiteral("alreadyExists"), QStringLiteral("The resource '%1' already exists").arg(diskPath(call, wish.name)));
    if (const auto refusal = checkLabels(wish.labels, wish.where + QLatin1String(".labels")))
        return tl::unexpected(*refusal);

    const QString type = wish.type.isEmpty() ? QStringLiteral("zones/%1/diskTypes/pd-standard").arg(call.zone()) : wish.type;
    const QString typePath = relativePath(type, call.project());
    const auto known = Catalogue::named(services.catalogue.diskTypes(call.project(), call.zone()), lastSegment(type));
    if (!known || typePath != QStringLiteral("projects/%1/zones/%2/diskTypes/%3").arg(call.project(), call.zone(), lastSegment(type)))
        return invalidField(wish.where + QLatin1String(".diskType"), type,
                            QStringLiteral("Disk type with name '%1' does not exist in zone '%2'.").arg(lastSegment(type), call.zone()));

    std::optional<QJsonObject> image;
    if (!wish.sourceImage.isEmpty()) {
        const auto resolved = resolveImage(wish.sourceImage, call.project(), services.catalogue);
        if (!resolved)
            return tl::unexpected(resolved.error());
        image = *resolved;
    }
    const qint64 imageGb = image ? image->value(QLatin1String("diskSizeGb")).toString().toLongLong() : 0;
    qint64 sizeGb = image ? imageGb : blankDiskGb;
    if (!wish.sizeGb.isEmpty()) {
        bool ok = false;
        sizeGb = wish.sizeGb.toLongLong(&ok);
        if (!ok || sizeGb < 1 || sizeGb > 65536)
            return invalidField(wish.where + QLatin1String(".diskSizeGb"), wish.sizeGb, QStringLiteral("Disk size must be between 1 GB and 65536 GB."));
    }
    if (sizeGb < imageGb)
        return invalidField(wish.where + QLatin1String(".diskSizeGb"), wish.sizeGb,
                            QStringLiteral("Requested disk size cannot be smaller than the image size (%1 GB)").arg(imageGb));

    QJsonObject disk{{QStringLiteral("kind"), QStringLiteral("compute#disk")},
                     {QStringLiteral("id"), newId()},
                     {QStringLiteral("name"), wish.name},
                     {QStringLiteral("creationTimestamp"), pacificTime()},
                     {QStringLiteral("zone"), link(QStringLiteral("projects/%1/zones/%2").arg(call.project(), call.zone()))},
                     {QStringLiteral("selfLink"), link(diskPath(call, wish.name))},
                     {QStringLiteral("status"), QStringLiteral("READY")},
                     {QStringLiteral("sizeGb"), QString::number(sizeGb)},
                     {QStringLiteral("type"), link(typePath)},
                     {QStringLiteral("physicalBlockSizeBytes"), QStringLiteral("4096")},
                     {QStringLiteral("labelFingerprint"), labelFingerprint(wish.labels)}};
    if (!wish.labels.isEmpty())
        disk[QStringLiteral("labels")] = wish.labels;
    if (image) {
        disk[QStringLiteral("sourceImage")] = image->value(QLatin1String("selfLink"));
        disk[QStringLiteral("sourceImageId")] = image->value(QLatin1String("id"));
    }
    return disk;
}

tl::expected<DiskPlan, ApiError> checkAttachedDisks(const Call &call, const Services &services, const QString &instance,
                                                    const QString &machineType)
{
    const QJsonArray wanted = call.body.value(QLatin1String("disks")).toArray();
    if (wanted.isEmpty() || !wanted.first().toObject().value(QLatin1String("boot")).toBool())
        return invalidField(QStringLiteral("resource.disks"), {}, QStringLiteral("The first disk must be a boot disk."));
    DiskPlan plan;
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        const QJsonObject wish = wanted.at(i).toObject();
        const QJsonObject params = wish.value(QLatin1String("initializeParams")).toObject();
        const QString source = wish.value(QLatin1String("source")).toString();
        const QString where = QStringLiteral("resource.disks[%1].initializeParams").arg(i);
        QJsonObject disk;
        if (!source.isEmpty()) {
            disk = services.store.get({call.project(), call.scope(), QStringLiteral("disks"), lastSegment(source)});
            if (disk.isEmpty() || relativePath(source, call.project()) != diskPath(call, lastSegment(source)))
                return notFound(relativePath(source, call.project()));
            if (disk.contains(QLatin1String("users")))
                return refuse(400, QStringLiteral("resourceInUseByAnotherResource"),
                              QStringLiteral("The disk resource '%1' is already being used by '%2'")
                                  .arg(diskPath(call, lastSegment(source)), relativePath(disk.value(QLatin1String("users")).toArray().first().toString(), call.project())));
        } else {
            QString sourceImage = params.value(QLatin1String("sourceImage")).toString();
            if (i == 0 && sourceImage.isEmpty())
                return invalidField(where + QLatin1String(".sourceImage"), {}, QStringLiteral("A boot disk needs an image or an existing disk."));
            QString name = params.value(QLatin1String("diskName")).toString();
            if (name.isEmpty())
                name = i == 0 ? instance : QStringLiteral("%1-%2").arg(instance).arg(i);
            const QString type = params.value(QLatin1String("diskType")).toString();
            const bool hyperdisk = lastSegment(type).startsWith(QLatin1String("hyperdisk-"));
            if (services.catalogue.takesOnlyHyperdisk(machineType) && !hyperdisk)
                return refuse(400, QStringLiteral("badRequest"),
                              QStringLiteral("[%1, %2] features are not compatible for creating instance.")
                                  .arg(machineType, type.isEmpty() ? QStringLiteral("pd-standard") : lastSegment(type)));
            const auto made = makeDisk(call, services, {name, type, sourceImage, int64Text(params.value(QLatin1String("diskSizeGb"))),
                                                        params.value(QLatin1String("labels")).toObject(), where});
            if (!made)
                return tl::unexpected(made.error());
            disk = *made;
            disk[QStringLiteral("users")] = QJsonArray{link(QStringLiteral("projects/%1/zones/%2/instances/%3").arg(call.project(), call.zone(), instance))};
            disk[QStringLiteral("lastAttachTimestamp")] = pacificTime();
            plan.made.append(disk);
        }
        const QString device = wish.value(QLatin1String("deviceName")).toString();
        plan.attached.append(QJsonObject{
            {QStringLiteral("kind"), QStringLiteral("compute#attachedDisk")},
            {QStringLiteral("index"), int(i)},
            {QStringLiteral("boot"), wish.value(QLatin1String("boot")).toBool()},
            {QStringLiteral("autoDelete"), wish.value(QLatin1String("autoDelete")).toBool()},
            {QStringLiteral("type"), QStringLiteral("PERSISTENT")},
            {QStringLiteral("mode"), QStringLiteral("READ_WRITE")},
            {QStringLiteral("interface"), QStringLiteral("SCSI")},
            {QStringLiteral("deviceName"), device.isEmpty() ? QStringLiteral("persistent-disk-%1").arg(i) : device},
            {QStringLiteral("source"), disk.value(QLatin1String("selfLink"))},
            {QStringLiteral("diskSizeGb"), disk.value(QLatin1String("sizeGb"))}});
    }
    return plan;
}

} // namespace nimbook::sandbox
