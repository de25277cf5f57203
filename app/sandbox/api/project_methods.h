// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// compute.projects: get, setCommonInstanceMetadata. The router's prefix is "compute/v1".
void addComputeProjectMethods(Router &router, const Services &services);

/// Resource Manager: v1/projects, v3/projects:search and friends. Sets the router's prefixes itself.
void addResourceManagerMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
