// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance_spec.h"

#include <QStringList>

namespace nimbook::workspace {

/// Every IAM permission that Nimbook uses in a project, sorted; README.md lists the same. The roles Compute Instance Admin (v1) and
/// Service Account User hold them.
QStringList neededPermissions();

/// Those without which this machine cannot be made; without the others something else does not work.
QStringList permissionsToCreate(const cloud::CreateSpec &spec);

} // namespace nimbook::workspace
