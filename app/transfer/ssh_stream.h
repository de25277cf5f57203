// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/byte_pipe.h"
#include "transfer/byte_stream.h"
#include "transfer/link_thread.h"

#include <QPointer>

namespace nimbook::transfer {

/// The "sftp" subsystem of a machine, or a command there, on a live LinkThread. What is written before it is open waits.
class SshStream final : public ByteStream {
public:
    /// \param command empty: the subsystem
    explicit SshStream(LinkThread &link, const QString &command = {});
    ~SshStream() override;
    Q_DISABLE_COPY_MOVE(SshStream)

    qsizetype write(QByteArrayView bytes) override;

private:
    friend class LinkThread;
    void onStirred();
    void onEnded(const Error &error);
    bool receive(); ///< \return whether this still exists

    QPointer<LinkThread> m_link;
    std::shared_ptr<StreamPipes> m_pipes = std::make_shared<StreamPipes>();
    StreamId m_id;
    QByteArray m_received;
    qsizetype m_unannounced = 0; ///< bytes that the other thread has not been told of
    bool m_mustWake = false;
    bool m_wantsRoom = false;
    bool m_ended = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< a callback may destroy us
};

} // namespace nimbook::transfer
