// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "cloud/model/instance_spec.h"

#include <QCoreApplication>
#include <QStringList>

namespace nimbook::workspace {

/// What can be said against a machine without asking anybody, translated; empty: nothing.
QString creationProblem(const cloud::CreateSpec &spec);

/// Why a zone did not make the machine, short enough for one line of a list: "none left".
QString refusalText(const Error &error, const QString &machineType);

/// "us-central1-a: none left; us-central1-b: none left". \a refusals: anything with zone and error.
template<typename Refusals>
QString refusalList(const Refusals &refusals, const QString &machineType)
{
    QStringList parts;
    for (const auto &refusal : refusals)
        parts.append(QCoreApplication::translate("nimbook::workspace::creation", "%1: %2", "zone, reason").arg(refusal.zone, refusalText(refusal.error, machineType)));
    return parts.join(QStringLiteral("; "));
}

} // namespace nimbook::workspace
