// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "transfer/sftp_client.h"

#include <QList>

#include <functional>
#include <memory>

/// What is read from a handle until its end. The client is kept alive until the answer is there.
namespace nimbook::transfer {

/// All entries of one remote folder, "." and ".." left out, each name once; names are not checked further.
void listRemoteFolder(std::shared_ptr<SftpClient> client, const QByteArray &path,
                      std::function<void(Result<QList<sftp::NameEntry>>)> then);

/// All bytes of one small remote file; refused when it has more than \a limit.
void readRemote(std::shared_ptr<SftpClient> client, const QByteArray &path, qint64 limit, std::function<void(Result<QByteArray>)> then);

} // namespace nimbook::transfer
