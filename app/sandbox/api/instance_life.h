// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"
#include "sandbox/api/instance_request.h"
#include "sandbox/api/operations.h"
#include "sandbox/api/services.h"
#include "base/result.h"

#include <QHash>
#include <QObject>

namespace nimbook::sandbox {

/// What happens to instances over time: PROVISIONING → STAGING → RUNNING → STOPPING → TERMINATED, and the real machines
/// behind those words. A "record" is a machine that only has the words.
///
/// Source: Compute Engine, instance life cycle; instances.insert, start, stop, reset, delete.
class InstanceLife : public QObject {
    Q_OBJECT
public:
    explicit InstanceLife(const Services &services, QObject *parent = nullptr);

    QJsonObject insert(const Call &call, const InstanceDraft &draft);
    QJsonObject start(const Call &call, const ResourcePath &path);
    QJsonObject stop(const Call &call, const ResourcePath &path);
    QJsonObject reset(const Call &call, const ResourcePath &path);
    QJsonObject remove(const Call &call, const ResourcePath &path);

    /// What a machine's metadata server answers has changed.
    void metadataChanged(const ResourcePath &path);

    /// After a restart of the sandbox: what was running boots again, what was on its way out is out.
    void resume();

    /// An operation that changes nothing, or that only waits to apply \a change.
    OperationPlan plan(const Call &call, const char *type, const ResourcePath &path, std::chrono::milliseconds duration) const;

private:
    using Booted = std::function<void(const Result<quint16> &)>;
    struct Boot {
        std::optional<Result<quint16>> result;
        Booted waiting;
    };

    void boot(const ResourcePath &path);
    void whenBooted(const QString &id, Booted then);
    void onBooted(const ResourcePath &path, const QString &id, const Result<quint16> &port);
    void stageAndRun(OperationPlan &plan, const ResourcePath &path, const QString &id);
    void showStopped(const ResourcePath &path);
    void onWentOff(const QString &id);
    void releaseDisks(const ResourcePath &path, const QJsonObject &instance);
    std::optional<OperationFault> stockOut(const Call &call, const QJsonObject &instance);

    QMap<QString, QString> loginMetadata(const ResourcePath &path, const QJsonObject &instance) const; ///< as the machine obeys it
    bool isStill(const ResourcePath &path, const QString &id) const; ///< not deleted, not another one of that name
    void setStatus(const ResourcePath &path, const char *status);

    Services m_services;
    QHash<QString, Boot> m_boots;      ///< by instance id
    QHash<QString, ResourcePath> m_on; ///< by instance id
};

} // namespace nimbook::sandbox
