// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"
#include "transfer/local_file.h"
#include "transfer/work_pool.h"

namespace nimbook::transfer {

/// Open, look at it, ask for all chunks without waiting, look at it again, close; then mode, time, fsync and rename here.
class DownloadFile final : public FileTransfer {
public:
    DownloadFile(std::shared_ptr<SftpLane> lane, FileTask task, WorkPool &pool);

    void start() override;
    bool feed() override;

private:
    enum class Phase { Opening, Reading, Closing, Finishing };
    void onOpened(const SftpClient::Answer &answer);
    void onLooked(const SftpClient::Answer &answer);
    void askForChunk(qint64 offset, qint64 length);
    void onChunk(qint64 offset, qint64 length, const SftpClient::Answer &answer);
    void settle() override;
    void close();
    void onLookedAgain(const SftpClient::Answer &answer);
    void bringHome();
    Error changed();

    WorkPool &m_pool;
    QByteArray m_handle;
    std::shared_ptr<LocalPart> m_part;
    Phase m_phase = Phase::Opening;
    sftp::Attributes m_attributes;
};

} // namespace nimbook::transfer
