// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/connection.h"
#include "ssh/libssh_handles.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <memory>
#include <vector>

namespace nimbook::ssh {

class Dialer;

/// One SSH connection that never blocks: dials, checks the host key, authenticates, then moves packets for its channels.
///
/// Lives on one worker thread with an event loop, libssh's session with it. Sessions, the tunnel and the transfers each make
/// their own. After live(), make Channels on it; each serviced() is the moment to read from and write to them.
class Link : public QObject {
    Q_OBJECT
public:
    explicit Link(ConnectionSettings settings, QObject *parent = nullptr);
    ~Link() override;

    void open(); ///< once; never emits inside
    bool isLive() const { return m_phase == Phase::Live; }

    const SessionHandle &session() const { return m_session; } ///< libssh's, for Channel
    const ConnectionSettings &settings() const { return m_settings; }
    const HostKey &hostKey() const { return m_hostKey; } ///< what the server presented; empty before

    /// Serves the socket and the channels again soon: something new is to be sent, or a reader has room again.
    void wake();
    /// After writes outside serviced(): the same, but only if one of them took something in, or did not get rid of its bytes.
    void wakeIfStirred();
    /// To be called before a channel writes. Several small packets of one turn of the event loop then leave together: alone, each
    /// costs a segment here and a wake-up over there.
    void noteWrite(qint64 bytes);
    /// libssh holds bytes that the kernel does not take: whoever writes more now only fills memory.
    bool isCongested() const;

    /// The shortest answer seen, an upper bound of the round trip; 0 until one came.
    std::chrono::microseconds roundTrip() const { return m_roundTrip; }
    void noteAnswerTime(std::chrono::microseconds time);

    /// libssh 0.10 refills a window of 1.25 MiB at half, which limits one channel to 640 kB per round trip. It grows the
    /// window when a read asks for more than fits; newer versions do not, and need it less.
    /// \return how much every channel should ask for: OpenSSH's 2 MiB; 0 to leave the window alone
    quint32 commonWindow() const;
    /// \return how much a bulk channel should ask for, 0 when there are enough of them. Give the turn back at its end.
    quint32 takeWideWindow();
    void returnWideWindow() { --m_wideWindows; }
    char *wideBuffer(); ///< as large as the largest of them: what a read asks for, its buffer must hold

    /// Frees \a channel once the far side has answered its opening; before, libssh would trip over the answer.
    void adoptOpeningChannel(ssh_channel channel);
    static void closeAndFree(ssh_channel channel);

    /// Something happened to this computer's network, or it slept: a far side that stays silent for 1.5 s is lost. Nothing before live().
    void checkAlive();

Q_SIGNALS:
    void dialed(); ///< there is a connection; the host key and ours come next
    void live();
    void serviced(); ///< packets were moved: look at your channels
    /// The end, once: the connection did not come about, or was lost. Kinds as Session::open() lists them.
    void ended(const nimbook::Error &error);

private:
    enum class Phase { Idle, Dialing, Handshake, Authenticating, Live, Ended };

    void onDialed();
    void advance();
    bool prepareSession(int socket);
    bool acceptHostKey();
    bool loadPrivateKey();
    void goLive();
    void onReadable();
    void service();
    void armWriteNotifier();
    void onTurnEnded();
    void setCorked(bool corked);
    void setLeastInput(int bytes);
    void onKeepAlive();
    void freeOrphans();
    void end(ErrorKind kind, const QString &message, const QString &nextStep, const QString &detail);
    void endWith(Error error);
    QString place() const; ///< "trainer-1 (203.0.113.7 port 22)"

    ConnectionSettings m_settings;
    Phase m_phase = Phase::Idle;
    HostKey m_hostKey;
    Dialer *m_dialer = nullptr;
    KeyHandle m_privateKey;
    ssh_counter_struct m_traffic{}; // before m_session, which counts into it
    SessionHandle m_session;
    EventHandle m_event; // before the session goes, its polls must be back
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QTimer m_deadline;
    QTimer m_keepAlive;
    QTimer m_bulkPause; // runs while input is gathered into larger pieces
    int m_leastInput = 1; // bytes, until when the socket says nothing
    quint64 m_servedBytes = 0; // received when the channels last had their turn
    int m_smallWritesOfTurn = 0;
    bool m_corked = false;
    quint64 m_heardBytes = 0;
    int m_silentTicks = 0;
    bool m_wakeQueued = false;
    bool m_inService = false;
    std::chrono::microseconds m_roundTrip{0};
    int m_wideWindows = 0;
    std::unique_ptr<char[]> m_wideBuffer;
    std::vector<ssh_channel> m_orphans;
};

} // namespace nimbook::ssh
