// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "transfer/sftp_client.h"

#include <functional>
#include <memory>

namespace nimbook::transfer {

/// All bytes of one small remote file; refused when it has more than \a limit.
void readRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, qint64 limit, std::function<void(Result<QByteArray>)> then);

} // namespace nimbook::transfer
