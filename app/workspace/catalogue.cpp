// SPDX-License-Identifier: Apache-2.0
#include "workspace/catalogue.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace nimbook::workspace {

namespace {

// Google counts a month as 730 hours.
constexpr qint64 hoursPerMonth = 730;

QString catalogueText(const char *text)
{
    return QCoreApplication::translate("nimbook::workspace::Catalogue", text);
}

Result<QJsonObject> readJson(const QString &path)
{
    QFile file(path);
    QJsonParseError parsed;
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::FileSystem, catalogueText("Could not read the catalogue %1: %2.").arg(path, file.errorString()));
    const auto document = QJsonDocument::fromJson(file.readAll(), &parsed);
    if (!document.isObject())
        return failure(ErrorKind::Protocol, catalogueText("The catalogue %1 is damaged: %2.").arg(path, parsed.errorString()));
    // Every figure on the screen can be traced: a file without them is not taken.
    const QJsonObject root = document.object();
    if (!QDate::fromString(root.value(QLatin1String("asOf")).toString(), Qt::ISODate).isValid()
        || root.value(QLatin1String("source")).toString().isEmpty())
        return failure(ErrorKind::Protocol, catalogueText("The catalogue %1 names no date or no source.").arg(path));
    return root;
}

QStringList texts(const QJsonValue &value)
{
    QStringList list;
    const auto array = value.toArray();
    for (const auto &entry : array)
        list += entry.toString();
    return list;
}

ContainerImage containerFrom(const QJsonObject &json)
{
    return {json.value(QLatin1String("id")).toString(), json.value(QLatin1String("title")).toString(),
            json.value(QLatin1String("reference")).toString(), json.value(QLatin1String("description")).toString(),
            json.value(QLatin1String("needsGpu")).toBool()};
}

BootImage bootImageFrom(const QJsonObject &json)
{
    return {json.value(QLatin1String("project")).toString(), json.value(QLatin1String("family")).toString(),
            json.value(QLatin1String("title")).toString(), json.value(QLatin1String("hasDriver")).toBool(),
            qint64(json.value(QLatin1String("minimumDiskGb")).toDouble(10))};
}

GpuChoice gpuFrom(const QJsonObject &json)
{
    GpuChoice gpu;
    gpu.acceleratorType = json.value(QLatin1String("acceleratorType")).toString();
    gpu.title = json.value(QLatin1String("title")).toString();
    const auto counts = json.value(QLatin1String("counts")).toArray();
    for (const auto &count : counts)
        gpu.counts += count.toInt();
    gpu.machineTypes = texts(json.value(QLatin1String("machineTypes")));
    gpu.impliedByMachineType = json.value(QLatin1String("impliedByMachineType")).toBool();
    gpu.memoryGb = json.value(QLatin1String("memoryGb")).toInt();
    const QJsonObject parts = json.value(QLatin1String("parts")).toObject();
    for (auto part = parts.begin(); part != parts.end(); ++part)
        gpu.parts.insert(part.key(), std::max(1, part.value().toInt()));
    return gpu;
}

template<typename T>
QList<T> entries(const QJsonObject &root, T (*read)(const QJsonObject &))
{
    QList<T> list;
    const auto array = root.value(QLatin1String("entries")).toArray();
    for (const auto &entry : array)
        list += read(entry.toObject());
    return list;
}

} // namespace

Result<Catalogue> Catalogue::load(const QString &folder)
{
    const QDir place(folder);
    const auto containers = readJson(place.filePath(QStringLiteral("containers.json")));
    const auto images = readJson(place.filePath(QStringLiteral("images.json")));
    const auto gpus = readJson(place.filePath(QStringLiteral("gpus.json")));
    const auto prices = readJson(place.filePath(QStringLiteral("prices.json")));
    for (const auto *file : {&containers, &images, &gpus, &prices}) {
        if (!*file)
            return failure(file->error());
    }
    Catalogue catalogue;
    catalogue.m_containers = entries(*containers, containerFrom);
    catalogue.m_bootImages = entries(*images, bootImageFrom);
    catalogue.m_gpus = entries(*gpus, gpuFrom);
    catalogue.m_pricesAsOf = QDate::fromString(prices->value(QLatin1String("asOf")).toString(), Qt::ISODate);
    const auto groups = prices->value(QLatin1String("micros")).toObject();
    for (auto group = groups.begin(); group != groups.end(); ++group) {
        const auto table = group.value().toObject();
        for (auto price = table.begin(); price != table.end(); ++price)
            catalogue.m_prices.insert(group.key() + QLatin1Char('/') + price.key(), qint64(price.value().toDouble()));
    }
    return catalogue;
}

GpuChoice Catalogue::gpu(const QString &acceleratorType) const
{
    const auto found = std::find_if(m_gpus.cbegin(), m_gpus.cend(), [&](const GpuChoice &one) { return one.acceleratorType == acceleratorType; });
    return found == m_gpus.cend() ? GpuChoice() : *found;
}

std::optional<ContainerImage> Catalogue::containerImage(const QString &id) const
{
    const auto found = std::find_if(m_containers.cbegin(), m_containers.cend(), [&id](const ContainerImage &one) { return one.id == id; });
    return found == m_containers.cend() ? std::nullopt : std::optional(*found);
}

QString Catalogue::defaultContainerImage() const
{
    const auto found = std::find_if(m_containers.cbegin(), m_containers.cend(), [](const ContainerImage &one) { return !one.needsGpu; });
    return found == m_containers.cend() ? QString() : found->reference;
}

std::optional<Price> Catalogue::runningPrice(const QString &machineType, const QString &acceleratorType, int acceleratorCount,
                                             qint64 diskGb, const QString &diskType, bool spot) const
{
    const QString kind = spot ? QStringLiteral("spot-") : QString();
    const auto machine = m_prices.constFind(kind + QStringLiteral("machine/") + machineType);
    const auto disk = stoppedPrice(diskGb, diskType);
    if (machine == m_prices.cend() || !disk)
        return std::nullopt;
    qint64 gpus = 0;
    if (acceleratorCount > 0 && !acceleratorType.isEmpty()) {
        // 0 in the table: the price of the machine type holds it already (A2, A3, G2).
        const bool included = m_prices.value(QStringLiteral("gpu/") + acceleratorType, -1) == 0;
        const auto gpu = m_prices.constFind(kind + QStringLiteral("gpu/") + acceleratorType);
        if (!included && gpu == m_prices.cend())
            return std::nullopt;
        gpus = included ? 0 : *gpu * acceleratorCount;
    }
    return Price{*machine + gpus + disk->microsPerHour, m_pricesAsOf};
}

std::optional<Price> Catalogue::stoppedPrice(qint64 diskGb, const QString &diskType) const
{
    const auto disk = m_prices.constFind(QStringLiteral("disk/") + diskType);
    if (disk == m_prices.cend() || diskGb < 0)
        return std::nullopt;
    return Price{(*disk * diskGb + hoursPerMonth / 2) / hoursPerMonth, m_pricesAsOf};
}

} // namespace nimbook::workspace
