// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "ssh/key_pair.h"

namespace nimbook::workspace {

/// ssh::keyPairFor off the window's thread. Unstarted, owned by \a parent.
ValueJob<ssh::KeyPair> *keyPairJob(const ssh::KeyChoice &choice, QObject *parent);

} // namespace nimbook::workspace
