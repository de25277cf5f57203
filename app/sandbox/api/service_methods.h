// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// What is asked of a project before anything is made in it: Service Usage (is Compute Engine on, switch it on) and Resource Manager's
/// testIamPermissions. The faults disabled-api and missing-permission decide the answers.
void addServiceMethods(Router &router, const Services &services);

/// Compute Engine's refusal while the API is off in the project.
ApiError apiDisabled(const QString &project, const QString &projectNumber);

} // namespace nimbook::sandbox
