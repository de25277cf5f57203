// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// compute.instances.*: list, aggregatedList, get, insert, delete, start, stop, reset, setMetadata, setLabels, setTags,
/// setMachineType, setScheduling, setDeletionProtection, getSerialPortOutput, getGuestAttributes.
void addInstanceMethods(Router &router, const Services &services);

/// Those that look inside a machine; split off for their own rules.
void addGuestMethods(Router &router, const Services &services);

} // namespace nimbook::sandbox
