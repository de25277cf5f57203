// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_queue.h"

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <map>

namespace nimbook::models {

/// Files of a machine that are open in programs of this computer: fetched into a private folder, watched, and brought back when
/// a program saves them. What somebody else changed on the machine meanwhile is never overwritten without an answer.
class OpenedFiles : public QObject {
    Q_OBJECT
public:
    enum class Resolution { Overwrite, KeepBoth, NotNow };

    /// \param folder of this computer, made when needed; copies that are back on the machine go with this object, others stay
    explicit OpenedFiles(QString folder, QObject *parent = nullptr);
    ~OpenedFiles() override;

    void setQueue(transfer::TransferQueue *queue);
    void open(const QString &remotePath, const transfer::RemoteEntry &entry); ///< ready() follows; one that is open already is not fetched again
    void resolve(const QString &remotePath, Resolution resolution);           ///< the answer to conflicted()
    bool isOpen(const QString &remotePath) const { return m_files.contains(remotePath); }

Q_SIGNALS:
    void ready(const QString &remotePath, const QString &localPath); ///< to be opened now
    void savedBack(const QString &remotePath);
    void conflicted(const QString &remotePath); ///< saved here, and changed there since it was opened
    void failed(const nimbook::Error &error);

private:
    struct File {
        QString localPath;
        transfer::RemoteEntry known; ///< what the machine had when the copy was made or last brought back
        qint64 size = -1;            ///< of the copy, as the machine has it; -1: not fetched yet, -2: must go back whatever it is
        QDateTime modified;
        transfer::TransferId transfer = 0; ///< under way; 0: none
        bool fetching = false;
        bool asked = false; ///< conflicted() waits for its answer
        bool looking = false;
        bool keptBoth = false; ///< the save under way goes beside the machine's file
        bool unsaved = false;  ///< holds something that the machine does not have
    };

    void onFinished(transfer::TransferId id);
    void onFetched(const QString &remotePath, File &file, const transfer::Transfer &transfer);
    void onBroughtBack(const QString &remotePath, File &file, const transfer::Transfer &transfer);
    void lookForChanges();
    bool isChangedHere(const File &file) const;
    void compareWithMachine(const QString &remotePath);
    void bringBack(const QString &remotePath, transfer::ConflictAnswer answer);
    void learn(const QString &remotePath);
    void watch(const File &file);

    QString m_folder;
    QPointer<transfer::TransferQueue> m_queue;
    std::map<QString, File> m_files; ///< by remote path
    QFileSystemWatcher m_watcher;
    QTimer m_pause; ///< a program saves in several steps
    int m_copies = 0;
};

} // namespace nimbook::models
