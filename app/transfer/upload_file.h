// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/local_file.h"
#include "transfer/remote_part.h"
#include "transfer/sha256.h"

namespace nimbook::transfer {

/// Open the part file, send all chunks, mode and time, sync, close without waiting; then compare; then rename.
/// Of a part that an earlier attempt left, what proves to be right is not sent again.
class UploadFile final : public RemotePart {
public:
    using RemotePart::RemotePart;

    void start() override;
    bool holdsFile() const override { return m_source && m_source->isOpen(); }

private:
    enum class Phase { Looking, Opening, Proving, Sending, Closing, Verifying, Renaming, CleaningUp };
    bool openSource();
    void lookForPart();
    void open();
    void onPartOpened(bool wentOn) override;
    void prove();
    void send();
    qint64 moveChunk(Leg &leg, qint64 offset, qint64 length) override;
    void onWritten(qint64 offset, qint64 count, const SftpClient::Answer &answer);
    void onAllAsked() override;
    void verify(size_t segment);
    void sendTail();
    void settle() override;
    void compare();
    void rename();
    void abandon();

    std::shared_ptr<LocalSource> m_source;
    std::optional<Sha256> m_hash; ///< of a small file, as it goes
    Phase m_phase = Phase::Looking;
    qint64 m_partSize = 0; ///< of what an earlier attempt left
    int m_writing = 0; ///< chunks without an answer
    bool m_allSent = false;
    bool m_hasAskedSize = false;
    bool m_hasAskedPlace = false;
};

} // namespace nimbook::transfer
