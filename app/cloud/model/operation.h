// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace nimbook::cloud {

/// A Compute Engine Operation. Finished and failed is HTTP 200 + DONE + errors: look at errors, always.
struct Operation {
    enum class Status { Pending, Running, Done };
    struct Problem {
        QString code;    ///< "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"
        QString message;
        QString zonesAvailable; ///< comma list from errorInfo; empty: none named
        bool operator==(const Problem &) const = default;
    };

    QString name;
    QString type;   ///< "insert", "start", …
    Status status = Status::Pending;
    int progress = 0; ///< percent, the server's own
    QString zone;     ///< empty: regional or global
    QString region;
    QString targetName; ///< last segment of targetLink
    QString statusMessage;
    QList<Problem> problems;
    QList<Problem> warnings;
    int httpErrorStatusCode = 0;
    QString httpErrorMessage;

    bool isDone() const { return status == Status::Done; }
    bool operator==(const Operation &) const = default;
    static Operation fromJson(const QJsonObject &json);
};

/// Why a finished operation failed, as an Error: StockOut for every ZONE_RESOURCE_POOL_EXHAUSTED…, QuotaExceeded, …
/// \param purpose translated: "create trainer-1 in us-central1-a"
Error errorFromOperation(const Operation &operation, const QString &purpose);

} // namespace nimbook::cloud
