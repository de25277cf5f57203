// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QJsonObject>

namespace nimbook::auth {

struct AccessToken {
    Secret value;
    QDateTime expires; ///< UTC
    QString email;     ///< of the id_token that came with it; empty: none came
};

/// What Nimbook asks for; the two others only to show whose sign-in it is.
QString cloudPlatformScope();
QStringList signInScopes();

/// Reads a token endpoint's answer (RFC 6749 5.1). \param host who answered, for the error
Result<AccessToken> accessTokenFrom(const QJsonObject &answer, const QDateTime &now, const QString &host);

/// The e-mail of an id_token. Its signature is not checked: it came straight from the token endpoint (OpenID Connect Core 3.1.3.7, 6),
/// and it decides what is shown, not what is allowed.
QString emailOf(const QString &idToken);

} // namespace nimbook::auth
