// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace nimbook::cloud {

/// One line of Google's price list: what is charged, where, how much. There is no machine type in it: the words of the
/// description say which part of which series it is.
struct Sku {
    enum class Usage { OnDemand, Spot, Other };

    QString description; ///< "G2 Instance Core running in Americas"
    QStringList regions; ///< "us-central1"
    Usage usage = Usage::Other;
    QString unit;                 ///< "h", "GiBy.h", "GiBy.mo"
    qint64 microsPerUnit = 0;     ///< millionths of a US dollar, beyond any free tier, rounded
    bool operator==(const Sku &) const = default;

    static Sku fromJson(const QJsonObject &json);
};

} // namespace nimbook::cloud
