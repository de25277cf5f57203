// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "transfer/sftp_client.h"

#include <functional>
#include <memory>

namespace nimbook::transfer {

/// Removes a file, a link, or a folder with all it holds. The first refusal is what is told; the rest is removed all the same.
void removeRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, std::function<void(Result<Done>)> then);

} // namespace nimbook::transfer
