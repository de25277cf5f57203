// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_hasher.h"

#include <QHash>
#include <QList>

#include <atomic>

namespace nimbook::transfer {

using Digests = QHash<QByteArray, QByteArray>; ///< raw SHA-256 by path; what could not be read is not in it

/// Asks for many, some at a time, so that \a stopped leaves little work behind on the machine. Fails with Unsupported or Network as a whole.
void digestRemote(std::shared_ptr<RemoteHasher> hasher, const QList<QByteArray> &paths, std::shared_ptr<std::atomic_bool> stopped,
                  std::function<void(Result<Digests>)> then);

} // namespace nimbook::transfer
