// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "transfer/sftp_client.h"

#include <QList>

#include <functional>
#include <memory>

namespace nimbook::transfer {

/// All entries of one remote folder, "." and ".." left out, each name once; names are not checked further.
/// \param client kept alive until the answer is there
void listRemoteFolder(std::shared_ptr<SftpClient> client, const QByteArray &path,
                      std::function<void(Result<QList<sftp::NameEntry>>)> then);

} // namespace nimbook::transfer
