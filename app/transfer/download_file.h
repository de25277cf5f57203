// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"
#include "transfer/local_file.h"

#include <map>

namespace nimbook::transfer {

/// Open, look at it, ask for all chunks without waiting, look at it again, close; then mode, time, fsync and rename here.
/// A small file is asked for together with its attributes.
/// Of a part that an earlier attempt left, what proves to be right is not asked for again.
class DownloadFile final : public FileTransfer {
public:
    using FileTransfer::FileTransfer;

    void start() override;
    bool holdsFile() const override { return m_part || m_phase == Phase::Finishing; } // until the disk has it

private:
    enum class Phase { Opening, Proving, Reading, Closing, Finishing };
    struct WholeRead final : DataSource {
        explicit WholeRead(std::shared_ptr<DownloadFile> reader) : file(std::move(reader)) {}
        bool feed() override
        {
            file->readWhole();
            return false;
        }
        std::shared_ptr<DownloadFile> file;
    };
    void open();
    void onOpened(const SftpClient::Answer &answer);
    void readWhole();
    void readAgain();
    bool look(const SftpClient::Answer &answer);
    bool createPart();
    void beginReading();
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
    void askForEnd();
    void onLookedAgain(const SftpClient::Answer &answer);
    void letGoOfPart();
    void bringHome();
    bool isSame(const sftp::Attributes &now) const;
    Error changed();

    QByteArray m_handle;
    std::shared_ptr<LocalPart> m_part;
    Phase m_phase = Phase::Opening;
    sftp::Attributes m_attributes;
    bool m_isSmall = false;      ///< one chunk, read without waiting for its attributes
    bool m_hasOtherSize = false; ///< than planned: it is read once more
    qint64 m_received = 0;
    std::map<size_t, std::shared_ptr<Check>> m_checks; ///< of segments that are not proven yet
};

} // namespace nimbook::transfer
