// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "transfer/byte_stream.h"
#include "transfer/silence_watch.h"
#include "transfer/sftp_codec.h"

#include <QHash>

#include <deque>
#include <functional>
#include <memory>

namespace nimbook::transfer {

/// Many requests at once over one stream: sends, numbers, and hands each answer to who asked. One thread.
///
/// Requests may be sent before the server has said its version. Every handler is called exactly once, unless the client is
/// destroyed first; once the stream is lost, with that error, also at once from inside send(). A server that says nothing while
/// it owes answers, or its greeting, counts as lost after a while: kind Timeout.
class SftpClient {
public:
    using Answer = Result<sftp::Reply>;
    using Handler = std::function<void(const Answer &)>;

    SftpClient(std::unique_ptr<ByteStream> stream, QString machineName, std::shared_ptr<Patience> patience = std::make_shared<Patience>());
    ~SftpClient();
    Q_DISABLE_COPY_MOVE(SftpClient)

    /// \param cost bytes of file data that this request stands for, until it is answered; see inFlight()
    /// \param extra how much longer than others it may take the server
    void send(sftp::Request request, Handler handler, qsizetype cost = 0, Patience::Time extra = {});

    qsizetype inFlight() const { return m_inFlight; } ///< the sum of costs not answered yet: what bounds memory
    qsizetype pendingRequests() const { return m_pending.size(); }
    bool isAlive() const { return !m_lost; }
    void fail(const Error &error); ///< as if the stream were lost: whoever waits for an answer hears \a error
    const QString &machineName() const { return m_machineName; }

    bool isReady() const { return m_ready; } ///< the version is known, and with it the following
    bool canSync() const { return m_extensions.contains("fsync@openssh.com"); }
    bool canReplace() const { return m_extensions.contains("posix-rename@openssh.com"); }
    bool canCopyData() const { return m_extensions.contains("copy-data"); }
    bool canTellSpace() const { return m_extensions.contains("statvfs@openssh.com"); }

    std::function<void()> onReady;
    std::function<void()> onRoom; ///< answers have arrived: inFlight() is smaller now
    std::function<void(const Error &)> onLost;

private:
    struct Pending {
        Handler handler;
        qsizetype cost = 0;
        Patience::Time extra{0};
    };
    void onSilence();
    void flush();
    void receive(QByteArrayView bytes);
    void process(QByteArrayView packet);
    void loseProtocol(const QString &detail);

    QString m_machineName;
    sftp::Framer m_framer;
    QByteArray m_late; ///< arrived while answers were being handed out
    bool m_receiving = false;
    bool m_ready = false;
    QList<QByteArray> m_extensions;
    QHash<quint32, Pending> m_pending;
    quint32 m_nextId = 1;
    qsizetype m_inFlight = 0;
    std::deque<QByteArray> m_outgoing;
    qsizetype m_outgoingOffset = 0; ///< of the first one: sent already
    std::optional<Error> m_lost;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< false after our end: the last handler may have held the last of us
    std::shared_ptr<Patience> m_patience;
    SilenceWatch m_watch;
    std::unique_ptr<ByteStream> m_stream;
};

} // namespace nimbook::transfer
