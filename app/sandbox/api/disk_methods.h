// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// compute.disks.*: list, aggregatedList, get, insert, delete, resize, setLabels.
void addDiskMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
