// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"
#include "transfer/local_file.h"

#include <map>

namespace nimbook::transfer {

/// Open, look at it, ask for all chunks without waiting, look at it again, close; then mode, time, fsync and rename here.
/// Of a part that an earlier attempt left, what proves to be right is not asked for again.
class DownloadFile final : public FileTransfer {
public:
    using FileTransfer::FileTransfer;

    void start() override;
    bool holdsFile() const override { return true; } // until the disk has it

private:
    enum class Phase { Opening, Proving, Reading, Closing, Finishing };
    void onOpened(const SftpClient::Answer &answer);
    void onLooked(const SftpClient::Answer &answer);
    bool findPart();
    void prove();
    void read();
    sftp::Request openLeg() const override;
    void checkLeg(Leg &leg, std::function<void()> then) override;
    qint64 moveChunk(Leg &leg, qint64 offset, qint64 length) override;
    void askForChunk(SftpClient &client, const QByteArray &handle, qint64 offset, qint64 length);
    void onChunk(SftpClient &client, const QByteArray &handle, qint64 offset, qint64 length, const SftpClient::Answer &answer);
    void onAllAsked() override {}
    std::shared_ptr<Check> checkOf(size_t segment);
    void onDigest(size_t segment);
    void settle() override;
    void close();
    void onLookedAgain(const SftpClient::Answer &answer);
    void letGoOfPart();
    void bringHome();
    bool isSame(const sftp::Attributes &now) const;
    Error changed();

    QByteArray m_handle;
    std::shared_ptr<LocalPart> m_part;
    Phase m_phase = Phase::Opening;
    sftp::Attributes m_attributes;
    std::map<size_t, std::shared_ptr<Check>> m_checks; ///< of segments that are not proven yet
};

} // namespace nimbook::transfer
