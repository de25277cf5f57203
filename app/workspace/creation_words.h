// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "cloud/model/instance_spec.h"

#include <QCoreApplication>
#include <QMap>
#include <QStringList>

#include <utility>

namespace nimbook::workspace {

/// What can be said against a machine without asking anybody, translated; empty: nothing.
QString creationProblem(const cloud::CreateSpec &spec);

/// Why a zone did not make the machine, short enough for one line of a list: "none left".
QString refusalText(const Error &error, const QString &machineType);

/// "us-central1-a, us-central1-b: none left; us-east1-c: …". \a refusals: anything with zone and error.
template<typename Refusals>
QString refusalList(const Refusals &refusals, const QString &machineType)
{
    QStringList reasons; // in the order in which they came
    QMap<QString, QStringList> zones;
    for (const auto &refusal : refusals) {
        const QString reason = refusalText(refusal.error, machineType);
        if (!zones.contains(reason))
            reasons.append(reason);
        zones[reason].append(refusal.zone);
    }
    QStringList parts;
    for (const QString &reason : std::as_const(reasons))
        parts.append(QCoreApplication::translate("nimbook::workspace::creation", "%1: %2", "zones, reason").arg(zones.value(reason).join(QStringLiteral(", ")), reason));
    return parts.join(QStringLiteral("; "));
}

} // namespace nimbook::workspace
