// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "transfer/byte_stream.h"
#include "transfer/silence_watch.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nimbook::transfer {

/// SHA-256 of files on the machine, computed there by its own programs: one long-lived command that takes names on its standard
/// input and answers on its output, so that a digest costs no round trip of its own and a name is never part of a command line
/// of ours. That command is Python's hashlib (resources/transfer/digests.py); where there is no Python, or one that ends without an
/// answer, a shell with sha256sum, dd and openssl.
///
/// Answers come in the order of the questions. Kinds of errors: Unsupported when this machine cannot do it (no shell, no
/// sha256sum, no free channel), which then holds for every further question; NotFound when that file could not be read; Timeout
/// when the command lives and says nothing for longer than the disk can need, and then for every further question, too.
/// Thread: the worker's.
class RemoteHasher : public QObject {
    Q_OBJECT
public:
    enum class Means { Python, Shell }; ///< Python: the shell is asked when there is none
    using Open = std::function<std::unique_ptr<ByteStream>(const QString &command)>;
    using Answer = std::function<void(const Result<QByteArray> &digest)>; ///< raw, 32 bytes

    /// \param open starts its command on the machine; called again, a few times, when that ended too early
    RemoteHasher(Open open, QString machineName, std::shared_ptr<Patience> patience = std::make_shared<Patience>());
    ~RemoteHasher() override;

    static QString command(Means means = Means::Python); ///< for a POSIX or any other login shell
    /// \param size in bytes, as far as is known: how long it may take; less than 0: nobody knows
    void hashFile(const QByteArray &path, Answer then, qint64 size = -1);
    /// \param offset, length whole MiB, but for a length that reaches beyond the end
    void hashRange(const QByteArray &path, qint64 offset, qint64 length, Answer then);

    void shutDown(const Error &error); ///< every question, asked and to come, is answered with \a error; at once

    bool isSettled() const { return m_phase != Phase::Starting; }
    /// As far as is known yet. Also after a time-out: the machine can do it, and what is unproven must not pass as all that can be had.
    bool isAvailable() const { return m_phase != Phase::Gone || hasTimedOut(); }
    bool hasTimedOut() const { return m_shutDown && m_shutDown->kind == ErrorKind::Timeout; } ///< another one may do better
    QString whyNot() const { return m_whyNot; } ///< for people

Q_SIGNALS:
    void settled(); ///< it works, or it does not

private:
    enum class Phase { Starting, Ready, Gone };
    struct Question {
        QByteArray path;
        qint64 offset = -1; ///< -1: the whole file
        qint64 length = 0; ///< bytes, of a whole file as well; -1: nobody knows
        Answer then;
    };
    struct Batch {
        std::vector<Question> questions;
        size_t answered = 0;
    };

    void start();
    void ask(Question question);
    void sendSoon();
    void sendMore();
    Batch takeBatch();
    QByteArray encode(const Batch &batch) const;
    void flush();
    void onReceived(QByteArrayView bytes);
    void onWord(const QByteArray &word);
    void onFileWord(Batch &batch, const QByteArray &word);
    void endBatch();
    void answer(const Question &question, const Result<QByteArray> &digest);
    void onEnded(const QString &reason);
    void giveUp(const QString &reason);
    std::optional<Patience::Time> owed() const;
    void onSilence();

    Open m_open;
    QString m_machineName;
    std::unique_ptr<ByteStream> m_stream;
    std::unique_ptr<ByteStream> m_ended; // it may still be calling us
    Means m_means = Means::Python;
    bool m_hasAnswered = false; ///< since it was started
    Phase m_phase = Phase::Starting;
    QString m_whyNot;
    std::optional<Error> m_shutDown;
    int m_restarts = 0;
    std::deque<Question> m_waiting;
    std::deque<Batch> m_asked;
    QByteArray m_outgoing;
    QByteArray m_word; ///< the beginning of the next answer
    bool m_sendQueued = false;
    QTimer m_patience;
    SilenceWatch m_watch;
};

} // namespace nimbook::transfer
