// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/mirror_memory.h"

#include <QObject>
#include <QPointer>

namespace nimbook::models {

/// The folders that are followed for one machine: those of now and those of earlier runs of the program, which go on as soon as
/// there is a connection. A pair stays until somebody stops it.
class MachineMirrors : public QObject {
    Q_OBJECT
public:
    /// \param stateFolder where the memory of all machines and each pair's baseline lie
    MachineMirrors(const QString &stateFolder, QString machineKey, QString machineName, QObject *parent = nullptr);

    struct Line {
        sync::FollowedPair pair;
        QPointer<sync::Mirror> mirror; ///< null: waits for the machine, or has failed
        QString trouble;               ///< why it has failed
    };
    const QList<Line> &lines() const { return m_lines; }
    bool isEmpty() const { return m_lines.isEmpty(); }
    QString title(const sync::FollowedPair &pair) const; ///< "Following /src/outputs on trainer-1 into /home/me/outputs"

    void attach(transfer::TransferQueue *queue); ///< starts what waits; null: what runs comes to wait
    /// Remembered at once and started as soon as there is a queue; does nothing when that very pair is followed already.
    void follow(const sync::FollowedPair &pair);
    void stop(const sync::FollowedPair &pair); ///< and forgets it
    void stopAll();
    sync::FolderPair folders(const sync::FollowedPair &pair) const; ///< with where its baseline lies

Q_SIGNALS:
    void changed(); ///< lines(), or which of them run
    void started(nimbook::Job *mirror, const QString &title);
    void copied(nimbook::sync::Mirror::Direction direction);
    void problem(const nimbook::Error &error);

private:
    void start(Line &line);
    void onEnded(const sync::FollowedPair &pair, const Job &mirror);
    Line *find(const sync::FollowedPair &pair);
    void tellIfFailed(const Result<Done> &noted);

    QString m_stateFolder;
    QString m_machineKey;
    QString m_machineName;
    sync::MirrorMemory m_memory;
    QPointer<transfer::TransferQueue> m_queue;
    QList<Line> m_lines;
};

} // namespace nimbook::models
