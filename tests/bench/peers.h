// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/errand.h"

#include <QList>

namespace nimbook::bench {

/// What people use instead of us, each as its friends would call it: the same cipher, no compression, tuned where that helps.
QList<Contender> peers(bool forTrees);

/// Ours: this very program in the role of the transfer engine, so that its start and its login count as the peers' do.
Contender ours();
Contender oursUnverified(); ///< what the check costs: the peers have none

} // namespace nimbook::bench
