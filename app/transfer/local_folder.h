// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "transfer/transfer_plan.h"

/// Folders of this computer as a transfer sees them.
namespace nimbook::transfer {

Result<DestinationView::Names> listLocalFolder(const QByteArray &path);
Result<Done> makeLocalFolder(const QByteArray &path, quint32 permissions); ///< ours to write in; one that is there will do
void sealLocalFolder(const QByteArray &path, quint32 permissions, qint64 modified); ///< its own mode and time, after its files
std::optional<qint64> localSpace(const QByteArray &folder); ///< bytes that an ordinary user may still write

} // namespace nimbook::transfer
