// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/resource_store.h"

#include <QJsonArray>

#include <chrono>
#include <functional>
#include <optional>

namespace nimbook::sandbox {

/// How an operation fails: still HTTP 200, DONE, with these inside. Source: zoneOperations.get, field error.
struct OperationFault {
    int status = 503;
    QString httpMessage; ///< "SERVICE UNAVAILABLE"
    QString code;        ///< "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"
    QString message;
    QJsonArray errorDetails;
};

/// One mutation as it will unfold.
struct OperationPlan {
    using Finish = std::function<void(std::optional<OperationFault>)>;

    QString project;
    QString scope;
    QString type; ///< "insert", "setMetadata"
    QString targetPath;
    QString targetId;
    QString user;
    std::chrono::milliseconds duration{200};
    QList<std::pair<double, std::function<void()>>> steps; ///< at these parts of the duration
    std::function<void(Finish)> ending;                    ///< at its end; not set: succeeds then
};

/// Operations on their way PENDING → RUNNING → DONE, and the finished ones for whoever asks later.
class Operations : public QObject {
    Q_OBJECT
public:
    Operations(ResourceStore *store, double speed, QObject *parent = nullptr);

    QJsonObject begin(OperationPlan plan);

    /// The operation that the same request began before, or nothing: a repeated requestId must not do the work twice.
    void remember(const QString &project, const QString &request, const QJsonObject &operation);
    std::optional<QJsonObject> earlier(const QString &project, const QString &request) const;

    /// Calls back when the operation is DONE, or after \a atMost with the state it has then.
    void whenDone(const ResourcePath &path, std::chrono::milliseconds atMost, std::function<void(QJsonObject)> callback);

    void setSlowness(std::optional<std::chrono::milliseconds> duration) { m_slowness = duration; }

    /// After a restart nothing works on these any more: they count as done, the resources tell the truth.
    void settleLeftovers();

private:
    void finish(const ResourcePath &path, const std::optional<OperationFault> &fault);

    ResourceStore *m_store;
    double m_speed;
    std::optional<std::chrono::milliseconds> m_slowness;
    QHash<QString, QList<std::function<void(QJsonObject)>>> m_waiting; ///< by path
};

} // namespace nimbook::sandbox
