// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/compare_job.h"
#include "sync/mirror_decision.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QFutureWatcher>
#include <QTimer>

#include <chrono>

namespace nimbook::sync {

/// Follows a folder live in one direction, until it is cancelled: what appears or changes on the source side is copied to the other.
///
/// A file that is still being written waits until two looks in a row find it the same; one of up to 16 MiB that is written to
/// all the time is copied every half minute as it is then, if it keeps still for as long as that takes. Nothing is ever deleted by a mirror. What
/// somebody changed on the target side is put aside under a free name before the source's version takes its place: both are kept.
/// The source is looked at every few seconds, for SFTP tells of no changes; a folder of this computer also tells when a file comes
/// or goes, and the machine is only asked when there is something to send. A machine that cannot be reached is waited for. Bytes move as transfers of the queue.
/// A version that could not be copied is tried again after longer and longer pauses; the progress text names what is wrong.
class Mirror final : public Job {
    Q_OBJECT
public:
    enum class Direction { Down, Up }; ///< to this computer, to the machine

    /// \param folders baselineFile keeps what was mirrored before, so that the next start takes it for what it is
    Mirror(transfer::TransferQueue &queue, Direction direction, FolderPair folders, QObject *parent = nullptr);

    void setInterval(std::chrono::milliseconds interval) { m_interval = interval; } ///< between two looks; default 3 s
    Direction direction() const { return m_direction; }
    const FolderPair &folders() const { return m_folders; }
    qint64 filesCopied() const { return m_copied; }

Q_SIGNALS:
    void copied(const QStringList &paths); ///< relative; they are on the target side now

private:
    void run() override;
    void abort() override;
    void dropEarlierCopies();
    void look();
    void lookHere();
    void lookThere();
    bool hasNews() const;
    void onLooked();
    void onTrouble(const Error &error);
    void decide();
    void onDecided();
    void putAsideNext();
    void putAsideThere(const QString &path, const QString &aside);
    void onPutAside(const QString &path, const QString &aside, bool done);
    QString freePath(const QString &path) const;
    void copy();
    void onTransferEnded(transfer::TransferId id);
    void noteFailed(const TreeEntry &entry, const QString &why);
    void noteArrived(const QStringList &paths);
    void learnNext();
    void learn(const QString &path, const Version &target);
    void forgetSoon(const QList<transfer::TransferId> &ids);
    QString howItGoes() const;
    void rest();
    void watchFolders();
    void tell(const QString &text);

    QPointer<transfer::TransferQueue> m_queue;
    Direction m_direction;
    FolderPair m_folders;
    Baseline m_baseline;
    std::chrono::milliseconds m_interval{3000};
    QTimer m_pause;
    QFileSystemWatcher m_watcher;
    bool m_isBusy = false;    ///< from a look to the rest after it
    bool m_hasStirred = false; ///< meanwhile: look again soon
    int m_troubles = 0;       ///< in a row
    QList<QPointer<Job>> m_open;
    std::optional<Tree> m_here;
    std::optional<Tree> m_there;
    QFutureWatcher<MirrorDecision> m_thinking;
    MirrorDecision m_decision; ///< of this round
    QHash<QString, Version> m_before; ///< the source at the last look
    struct Failed {
        Version version = {};
        int times = 0;
        QDeadlineTimer rest = {};
    };
    QHash<QString, Failed> m_failed; ///< by path
    QElapsedTimer m_clock;
    QHash<QString, qint64> m_restless; ///< see MirrorLook
    QStringList m_toLearn;           ///< copied, and which version that was only the copy tells
    QString m_failure;               ///< what one of those said
    QList<transfer::TransferId> m_lost; ///< copies that a lost connection ended: what they left is still of use
    transfer::TransferId m_moving = 0;
    qint64 m_copied = 0;
};

} // namespace nimbook::sync
