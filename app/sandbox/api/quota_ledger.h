// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/catalogue.h"
#include "sandbox/api/operations.h"

namespace nimbook::sandbox {

/// What a machine uses up of the quotas of its region and project.
struct QuotaDemand {
    QMap<QString, double> region;
    QMap<QString, double> project;
};

class QuotaLedger {
public:
    QuotaLedger(const ResourceStore *store, const Catalogue *catalogue) : m_store(store), m_catalogue(catalogue) {}

    /// \a instance as it would be once it exists. A stopped machine needs neither CPU, GPU nor address.
    QuotaDemand demandOf(const QString &project, const QString &zone, const QJsonObject &instance) const;
    static void addDisk(QuotaDemand &demand, const QJsonObject &disk);

    QMap<QString, double> regionUsage(const QString &project, const QString &region) const;
    QMap<QString, double> projectUsage(const QString &project) const;

    /// The first quota that \a demand would break. Source: Compute Engine, operation error QUOTA_EXCEEDED.
    std::optional<OperationFault> shortage(const QString &project, const QString &region, const QuotaDemand &demand) const;
    OperationFault fault(const QString &metric, const QString &region) const;

private:
    const ResourceStore *m_store;
    const Catalogue *m_catalogue;
};

} // namespace nimbook::sandbox
