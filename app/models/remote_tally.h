// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "transfer/remote_files.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::models {

/// How much lies in folders of a machine.
struct Tally {
    qint64 files = 0;
    qint64 folders = 0; ///< below the ones that were asked about
    qint64 bytes = 0;
    bool isComplete = true; ///< false: at least so much
};

QString tallyText(const Tally &tally); ///< "1 file, 3.2 MB", "at least 20 000 files, 1.2 GB"; "nothing"

/// Counts for a question that a person waits for: what could be counted in the time given is the answer. Never fails.
class RemoteTally final : public ValueJob<Tally> {
    Q_OBJECT
public:
    RemoteTally(transfer::RemoteFiles &files, const QStringList &folders, std::chrono::milliseconds patience, QObject *parent = nullptr);

private:
    void run() override;
    void abort() override;
    void countNext();

    QPointer<transfer::RemoteFiles> m_files;
    QStringList m_left;
    QPointer<Job> m_walk;
    Tally m_tally;
    QTimer m_patience;
};

} // namespace nimbook::models
