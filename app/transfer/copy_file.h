// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_part.h"

namespace nimbook::transfer {

/// A copy made on the machine itself: its bytes never come here where the server knows "copy-data" (OpenSSH 9.0), else they come and go.
class CopyFile final : public RemotePart {
public:
    using RemotePart::RemotePart;

    void start() override;
    bool holdsFile() const override { return false; }

private:
    enum class Phase { Looking, Opening, Copying, Closing, Verifying, Renaming, CleaningUp };
    void onLooked(const SftpClient::Answer &answer);
    void onPartOpened(bool wentOn) override;
    qint64 moveChunk(Leg &leg, qint64 offset, qint64 length) override;
    void onRead(SftpClient &client, qint64 offset, qint64 length, const SftpClient::Answer &answer);
    void onWritten(qint64 offset, qint64 length, const SftpClient::Answer &answer);
    void onAllAsked() override {}
    void verify(size_t segment);
    void settle() override;
    void close();
    Error changed();

    QByteArray m_source; ///< its handle
    sftp::Attributes m_attributes;
    Phase m_phase = Phase::Looking;
};

} // namespace nimbook::transfer
