// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "ssh/key_pair.h"

namespace nimbook::workspace {

/// ssh::ensureKeyPair off the window's thread. Unstarted, owned by \a parent.
ValueJob<ssh::KeyPair> *ensureKeyPairJob(const QString &path, QObject *parent);

} // namespace nimbook::workspace
