// SPDX-License-Identifier: Apache-2.0
#include "workspace/price_book.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <cmath>

namespace nimbook::workspace {

namespace {

constexpr double hoursOfAMonth = 730; // as Google counts

QString rateKey(const QString &words, const QString &region, bool spot)
{
    return region + (spot ? QLatin1String("|spot|") : QLatin1String("|plain|")) + words;
}

QHash<QString, QString> textsOf(const QJsonObject &object)
{
    QHash<QString, QString> texts;
    for (auto it = object.begin(); it != object.end(); ++it)
        texts.insert(it.key(), it.value().toString());
    return texts;
}

/// "Spot Preemptible G2 Instance Core running in Americas" → "G2 Instance Core"; "Balanced PD Capacity in Sydney" → "Balanced PD Capacity".
QString wordsOf(QString description)
{
    static const QString spot = QStringLiteral("Spot Preemptible ");
    if (description.startsWith(spot))
        description.remove(0, spot.size());
    for (const QLatin1String end : {QLatin1String(" attached to Spot"), QLatin1String(" running in "), QLatin1String(" in ")}) {
        if (const qsizetype at = description.indexOf(end); at > 0)
            description.truncate(at);
    }
    return description;
}

} // namespace

Result<PriceBook> PriceBook::fromSkus(const QList<cloud::Sku> &skus, const QDate &asOf, const QString &folder)
{
    QFile file(QDir(folder).filePath(QStringLiteral("skus.json")));
    const bool opened = file.open(QIODevice::ReadOnly);
    const QJsonObject root = QJsonDocument::fromJson(opened ? file.readAll() : QByteArray()).object();
    if (root.isEmpty())
        return failure(ErrorKind::FileSystem, QCoreApplication::translate("nimbook::workspace::PriceBook", "The file %1 cannot be read.").arg(file.fileName()));
    PriceBook book;
    book.m_asOf = asOf;
    const QJsonObject series = root.value(QLatin1String("series")).toObject();
    QSet<QString> wanted;
    for (auto it = series.begin(); it != series.end(); ++it) {
        const Series words{it.value().toObject().value(QLatin1String("core")).toString(), it.value().toObject().value(QLatin1String("ram")).toString()};
        book.m_series.insert(it.key(), words);
        wanted << words.core << words.ram;
    }
    book.m_gpus = textsOf(root.value(QLatin1String("gpus")).toObject());
    book.m_disks = textsOf(root.value(QLatin1String("disks")).toObject());
    book.m_localSsd = root.value(QLatin1String("localSsd")).toString();
    const QJsonObject bundled = root.value(QLatin1String("localSsdGbPerGpu")).toObject();
    for (auto it = bundled.begin(); it != bundled.end(); ++it)
        book.m_localSsdGb.insert(it.key(), it.value().toInteger());
    const QJsonObject parts = root.value(QLatin1String("parts")).toObject();
    book.m_eighthWords = parts.value(QLatin1String("words")).toString();
    const QJsonObject eighths = parts.value(QLatin1String("eighths")).toObject();
    for (auto it = eighths.begin(); it != eighths.end(); ++it)
        book.m_eighths.insert(it.key(), it.value().toInt());
    wanted << book.m_eighthWords;
    for (const auto &words : {book.m_gpus, book.m_disks}) {
        for (const QString &each : words)
            wanted << each;
    }
    wanted << book.m_localSsd;
    for (const cloud::Sku &sku : skus) {
        const QString words = wordsOf(sku.description);
        if (!wanted.contains(words) || sku.usage == cloud::Sku::Usage::Other)
            continue;
        for (const QString &region : sku.regions)
            book.m_rates.insert(rateKey(words, region, sku.usage == cloud::Sku::Usage::Spot), double(sku.microsPerUnit));
    }
    return book;
}

std::optional<double> PriceBook::rate(const QString &words, const QString &region, bool spot) const
{
    const auto found = m_rates.constFind(rateKey(words, region, spot));
    return words.isEmpty() || found == m_rates.cend() ? std::nullopt : std::optional(*found);
}

std::optional<double> PriceBook::gpus(const QString &type, int count, const QString &region, bool spot) const
{
    if (type.isEmpty() || count == 0)
        return 0.0;
    const auto each = rate(m_gpus.value(type), region, spot);
    const auto ssd = m_localSsdGb.contains(type) ? disk(m_localSsdGb.value(type), m_localSsd, region) : std::optional(0.0);
    if (!each || !ssd)
        return std::nullopt;
    return (*each + *ssd) * count;
}

std::optional<double> PriceBook::disk(qint64 gigabytes, const QString &words, const QString &region) const
{
    const auto perMonth = rate(words, region, false);
    return perMonth ? std::optional(*perMonth * double(gigabytes) / hoursOfAMonth) : std::nullopt;
}

std::optional<double> PriceBook::compute(const PricedMachine &machine, const QString &region) const
{
    if (m_eighths.contains(machine.type.name)) {
        const auto eighth = rate(m_eighthWords, region, machine.spot);
        return eighth ? std::optional(*eighth * m_eighths.value(machine.type.name)) : std::nullopt;
    }
    const Series words = m_series.value(machine.type.name.section(QLatin1Char('-'), 0, 0));
    const auto core = rate(words.core, region, machine.spot);
    const auto ram = rate(words.ram, region, machine.spot);
    const auto fixed = gpus(machine.type.acceleratorType, machine.type.acceleratorCount, region, machine.spot);
    if (!core || !ram || !fixed)
        return std::nullopt;
    return *core * machine.type.guestCpus + *ram * double(machine.type.memoryMb) / 1024 + *fixed;
}

std::optional<Price> PriceBook::running(const PricedMachine &machine, const QString &region) const
{
    const auto whole = compute(machine, region);
    const auto attached = gpus(machine.acceleratorType, machine.acceleratorCount, region, machine.spot);
    const auto boot = disk(machine.diskGb, m_disks.value(machine.diskType), region);
    if (!whole || !attached || !boot)
        return std::nullopt;
    return Price{std::llround(*whole + *attached + *boot), m_asOf};
}

std::optional<Price> PriceBook::stopped(qint64 diskGb, const QString &diskType, const QString &region) const
{
    const auto boot = disk(diskGb, m_disks.value(diskType), region);
    return boot ? std::optional(Price{std::llround(*boot), m_asOf}) : std::nullopt;
}

} // namespace nimbook::workspace
