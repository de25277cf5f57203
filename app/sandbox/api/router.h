// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"

#include <optional>

namespace nimbook::sandbox {

/// Which method of the API a verb and a path mean; paths are written as in Google's discovery documents.
class Router {
public:
    using Answer = std::function<void(const ApiResult &)>;
    using Method = std::function<ApiResult(const Call &)>;
    using LateMethod = std::function<void(const Call &, Answer)>; ///< answers when it likes; must copy what it keeps of the call

    struct Route {
        QByteArray verb;
        QStringList pattern;
        QString id; ///< "compute.instances.insert"
        LateMethod method;
    };
    struct Match {
        const Route *route;
        QHash<QString, QString> path;
    };

    /// \param prefix "compute/v1" or "v3"; applies to the routes added from now on
    void setPrefix(const QString &prefix) { m_prefix = prefix; }
    void add(const char *verb, const char *path, const char *id, Method method);
    void addLate(const char *verb, const char *path, const char *id, LateMethod method);

    std::optional<Match> find(const QByteArray &verb, const QStringList &segments) const;

private:
    QString m_prefix;
    QList<Route> m_routes;
};

} // namespace nimbook::sandbox
