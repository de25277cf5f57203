// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace nimbook::models {

// The one place that knows every action and button of the window by its objectName: which command says the same, or that none can,
// because it concerns this window, this computer's files or the sign-in alone. A test reads the window's sources and finds who is missing.

/// \return the id of a MachineCommand, or of one of the project; empty: there is none
QString commandOfAction(const QString &objectName);
QStringList actionsWithCommands();
QStringList actionsOfTheWindowAlone();

} // namespace nimbook::models
