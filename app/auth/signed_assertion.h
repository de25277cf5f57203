// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QJsonObject>

namespace nimbook::auth {

/// A JWT of \a claims, signed with RS256 by a PKCS8 PEM key. Source: RFC 7515, RFC 7518 3.3.
Result<QByteArray> signedAssertion(const QString &keyId, const Secret &privateKeyPem, const QJsonObject &claims);

/// Whether OpenSSL can read the key; empty when it can, else why not.
QString privateKeyProblem(const Secret &privateKeyPem);

} // namespace nimbook::auth
