// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// What is only read: zones, regions, machine, accelerator and disk types, images, the default network.
void addCatalogueMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
