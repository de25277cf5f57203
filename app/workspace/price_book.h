// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "cloud/model/catalog.h"
#include "cloud/model/sku.h"
#include "workspace/catalogue.h"

#include <QHash>

namespace nimbook::workspace {

/// Which machine a price is asked for; what Google charges for it by the hour.
struct PricedMachine {
    cloud::MachineType type;  ///< with its own GPUs, where the series implies them
    QString acceleratorType;  ///< attached ones (N1)
    int acceleratorCount = 0;
    qint64 diskGb = 0;
    QString diskType;
    bool spot = false;
};

/// Prices of every region, summed from Google's own price list.
///
/// N1: vCPU + memory + GPU are added. A2, A3, G2, G4: the price list holds vCPU, memory, GPU and local SSD as separate lines too, while
/// tables of machine prices include them. A part that is not in the list makes the price unknown, never smaller.
class PriceBook {
public:
    PriceBook() = default;
    /// \param folder with skus.json, the words by which the parts are found
    static Result<PriceBook> fromSkus(const QList<cloud::Sku> &skus, const QDate &asOf, const QString &folder = QStringLiteral(":/catalogue"));

    bool isEmpty() const { return m_rates.isEmpty(); }
    std::optional<Price> running(const PricedMachine &machine, const QString &region) const;
    std::optional<Price> stopped(qint64 diskGb, const QString &diskType, const QString &region) const;

private:
    struct Series {
        QString core;
        QString ram;
    };
    std::optional<double> rate(const QString &words, const QString &region, bool spot) const;
    std::optional<double> gpus(const QString &type, int count, const QString &region, bool spot) const;
    std::optional<double> compute(const PricedMachine &machine, const QString &region) const; ///< vCPU, memory and the GPUs of the type
    std::optional<double> disk(qint64 gigabytes, const QString &words, const QString &region) const;

    QHash<QString, double> m_rates; ///< "region|spot|words" → micros per unit
    QHash<QString, Series> m_series;
    QHash<QString, QString> m_gpus;
    QHash<QString, QString> m_disks;
    QHash<QString, int> m_eighths; ///< of a GPU, by machine type: those have one price for the whole
    QString m_eighthWords;
    QHash<QString, qint64> m_localSsdGb; ///< per GPU, bundled with the machine
    QString m_localSsd;
    QDate m_asOf;
};

} // namespace nimbook::workspace
