// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/channel.h"
#include "ssh/link.h"
#include "transfer/byte_stream.h"

#include <QObject>

namespace nimbook::transfer {

/// The "sftp" subsystem of a machine, or a command there, on a channel of a live link. Opens by itself; takes bytes once it is open.
class SshStream : public QObject, public ByteStream {
    Q_OBJECT
public:
    /// \param command empty: the subsystem
    explicit SshStream(ssh::Link &link, QString command = {});

    qsizetype write(QByteArrayView bytes) override;

private:
    enum class Phase { Opening, Requesting, Open, Closed };
    void onServiced();
    void open();
    void readAll();
    void close(const Error &error);
    void closeRefused();

    QPointer<ssh::Link> m_link;
    QString m_command;
    ssh::Channel m_channel;
    Phase m_phase = Phase::Opening;
    bool m_wantsRoom = true;
    QByteArray m_buffer;
};

} // namespace nimbook::transfer
