// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "cloud/gce/compute_client.h"

#include <QTimer>

#include <functional>

namespace nimbook::cloud {

/// Whose metadata it is and how it is read and written.
struct MetadataPlace {
    QString name; ///< for people
    QString project;
    std::function<ValueJob<Metadata> *(QObject *parent)> read;
    std::function<ValueJob<Operation> *(const QMap<QString, QString> &items, const QString &fingerprint, QObject *parent)> write;
};
MetadataPlace metadataOfInstance(ComputeClient &client, const InstanceRef &ref);
MetadataPlace metadataOfProject(ComputeClient &client, const QString &project);

/// Read, change, write with the fingerprint, wait; again from the start when somebody else was faster.
class UpdateMetadataJob final : public ValueJob<Done> {
    Q_OBJECT
public:
    /// May refuse with an Error, which becomes the job's own.
    using Change = std::function<Result<Done>(QMap<QString, QString> &)>;

    UpdateMetadataJob(ComputeClient &client, MetadataPlace place, Change change, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void read();
    void write(const Metadata &found);
    void onWritten(const Job &job);

    ComputeClient &m_client;
    MetadataPlace m_place;
    Change m_change;
    int m_conflicts = 0;
    QTimer m_pause;
    Awaited m_waiting{*this};
};

} // namespace nimbook::cloud
