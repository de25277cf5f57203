// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// Cloud Billing Catalog: services.skus.list for Compute Engine. Sends only the newer error envelope, as the real one does.
void addBillingMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
