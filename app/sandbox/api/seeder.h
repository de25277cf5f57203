// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/resource_store.h"

namespace nimbook::sandbox {

struct SeedOptions {
    bool foreignMachinesAreReal = true;
    int records = 0; ///< that many more machines that exist on paper only
};

/// Fills an empty store: the projects of seed/projects.json and the machines that "somebody else" made in them.
///
/// A foreign machine that is RUNNING really runs (it is booted like any other, and counts as one's own), unless
/// foreignMachinesAreReal is off: then, as for the paper machines of `records`, status and fields change as they should
/// but nothing answers at its address, which is one of the documentation addresses 203.0.113.x.
void seedStore(ResourceStore &store, const SeedOptions &options);

} // namespace nimbook::sandbox
