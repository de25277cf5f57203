// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_files.h"
#include "transfer/sftp_client.h"

#include <QHash>
#include <QPointer>

namespace nimbook::transfer {

class TransferWorker;

/// RemoteFiles over the control lane of a TransferWorker. Lives on the window's thread, longer than the worker does.
class SftpRemoteFiles final : public RemoteFiles {
    Q_OBJECT
public:
    explicit SftpRemoteFiles(TransferWorker *worker, QObject *parent = nullptr);

    ValueJob<QList<RemoteEntry>> *list(const QString &directory, QObject *parent) override;
    ValueJob<Done> *makeDirectory(const QString &path, QObject *parent) override;
    ValueJob<Done> *rename(const QString &from, const QString &to, QObject *parent) override;
    ValueJob<Done> *remove(const QString &path, QObject *parent) override;
    ValueJob<RemoteEntry> *look(const QString &path, QObject *parent) override;
    ValueJob<Done> *setPermissions(const QString &path, quint32 permissions, QObject *parent) override;
    ValueJob<QByteArray> *read(const QString &path, qint64 limit, QObject *parent) override;
    ValueJob<QHash<QString, QByteArray>> *digests(const QStringList &paths, QObject *parent) override;

    /// What runs on the worker's thread with a client, and calls back there.
    template<typename T>
    using Work = std::function<void(std::shared_ptr<SftpClient>, std::function<void(Result<T>)>)>;

    /// Runs \a work over there; \a deliver comes back on this thread.
    template<typename T>
    void post(Work<T> work, std::function<void(Result<T>)> deliver);

    TransferWorker *worker() const { return m_worker; } ///< lives on another thread

private:
    TransferWorker *m_worker;
};

} // namespace nimbook::transfer
