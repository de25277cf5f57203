// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "transfer/transfer_queue.h"

#include <QFutureWatcher>
#include <QTimer>

#include <memory>

namespace nimbook::transfer {

/// Copies or moves files and folders of this computer into a folder of it, by the rules of a transfer: plan first, ask once about what
/// is there already, each file whole under its name or not at all, one bad file does not end the rest.
///
/// A move within a file system is a rename. Across two it is a copy, and the sources go only after all of it has arrived, each only
/// if it still is what was copied. Copied into its own folder, by whatever path, a thing is called "name (2)". A link that is moved
/// moves itself; one in a copied tree is followed. Progress in bytes. Ends with the first of the errors where there were any.
class LocalCopyJob final : public ValueJob<Done> {
    Q_OBJECT
public:
    enum class Mode { Copy, Move };
    /// \param sources absolute
    LocalCopyJob(Mode mode, const QStringList &sources, const QString &destination, QObject *parent = nullptr);
    ~LocalCopyJob() override;

    QString destination() const { return m_destination; }
    const QStringList &conflicts() const { return m_conflicts; } ///< while it waits for answer()
    void answer(ConflictAnswer answer);                          ///< Ask cancels

Q_SIGNALS:
    void conflicted(); ///< conflicts() are there already

private:
    struct Work;
    void run() override;
    void abort() override;
    void runOnPool(void (*work)(Work &));
    void onWorked();
    void copy();
    void showProgress();

    QString m_destination;
    QStringList m_conflicts;
    std::shared_ptr<Work> m_work; ///< the pool's while it runs
    bool m_planned = false;
    bool m_copying = false;
    QFutureWatcher<void> m_watcher;
    QTimer m_tick;
};

} // namespace nimbook::transfer
