// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"
#include "transfer/local_file.h"

namespace nimbook::transfer {

/// Open the part file, send all chunks, mode and time, sync, size, close without waiting; then compare; then rename.
class UploadFile final : public FileTransfer {
public:
    UploadFile(std::shared_ptr<SftpLane> lane, FileTask task);

    void start() override;
    bool feed() override;

private:
    enum class Phase { Opening, Sending, Closing, Renaming, CleaningUp };
    void openPart();
    void onOpened(const SftpClient::Answer &answer);
    void sendChunk();
    void sendTail();
    void settle() override;
    void compare();
    FileResult outcome() const;
    void rename();
    void onRenamed(const SftpClient::Answer &answer);
    void abandon();

    QByteArray m_part;
    QByteArray m_handle;
    std::optional<LocalSource> m_source;
    Phase m_phase = Phase::Opening;
    bool m_retriedOpen = false;
    std::optional<quint64> m_arrivedSize;
};

} // namespace nimbook::transfer
