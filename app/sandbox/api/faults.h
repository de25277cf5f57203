// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QString>
#include <QStringList>

#include <optional>

namespace nimbook::sandbox {

/// One thing that shall go wrong. Written NAME[=VALUE][@METHOD][:COUNT]; without a count it lasts until it is cleared.
///
///     stock-out=ZONE[,ZONE]      insert and start of machines there end in ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS
///     left-disk                  an insert that fails leaves its boot disk behind, attached to nothing
///     quota=METRIC               the next insert ends in QUOTA_EXCEEDED for that metric
///     forbidden, unauthorized, rate-limit, unavailable      HTTP 403, 401, 403 rateLimitExceeded, 503
///     expire-tokens              every access token given out so far is void (at once, no count)
///     slow-operations=SECONDS    every operation takes that long
///     unreachable-zone=ZONE      aggregated lists cannot see it; calls to the zone get 503
///     no-ssh=NAME                a machine of that name takes connections on its SSH port and never says a word
///     relay-refuse=CODE          the next WebSocket of the TCP forwarding relay is closed with that code instead of served
///     relay-drop, relay-close=CODE   every WebSocket of the relay breaks, or is closed with that code (at once, no count)
///     lost-answer=COUNT          the request is carried out, the connection is cut before the answer
///     disabled-api=PROJECT       Compute Engine is off there until services.enable switches it on
///     missing-permission=NAME[,NAME]   testIamPermissions leaves them out, and the method that needs one says 403
/// METHOD is the end of an API method's id: "forbidden@instances.insert:1".
struct Fault {
    QString name;
    QString value;
    QString method;
    int remaining = -1; ///< requests; -1: no end

    static std::optional<Fault> parse(const QString &spec);
    QString spec() const;
};

class FaultBook {
public:
    /// False when \a spec is none; \a why says so for the person who typed it.
    bool add(const QString &spec, QString *why);
    void clear() { m_faults.clear(); }
    QJsonArray list() const;

    /// Uses up one of a counted fault. \a method is the full id of the API call that meets it.
    bool take(const QString &name, const QString &method);

    bool isStockedOut(const QString &zone, const QString &method); ///< uses up a count
    std::optional<QString> takeQuota(const QString &method);
    QStringList valuesOf(const QString &name) const;
    void removeValue(const QString &name, const QString &value);

private:
    void spend(qsizetype index);

    QList<Fault> m_faults;
};

} // namespace nimbook::sandbox
