// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// zoneOperations, regionOperations, globalOperations: get, wait, list.
void addOperationMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
