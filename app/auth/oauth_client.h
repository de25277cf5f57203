// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QUrl>

#include <optional>

namespace nimbook::auth {

/// Which application asks to be let in: an OAuth client of the type "Desktop app".
///
/// Its secret is none by Google's own account (every copy of an installed program carries it), but it is kept like one all the same.
struct OAuthClient {
    QString id;
    Secret secret; ///< empty for a public client
    QUrl authUri{QStringLiteral("https://accounts.google.com/o/oauth2/v2/auth")};
    QUrl tokenUri{QStringLiteral("https://oauth2.googleapis.com/token")};
    QUrl revokeUri{QStringLiteral("https://oauth2.googleapis.com/revoke")};

    /// The file that the Google Cloud console gives for a Desktop app. What else it may be is named.
    static Result<OAuthClient> parse(const QByteArray &json, const QString &nameForErrors);
    static Result<OAuthClient> read(const QString &path);
    /// Id and secret as typed or pasted.
    static Result<OAuthClient> fromFields(const QString &id, const QString &secret);
    /// Given when this program was built (NIMBOOK_OAUTH_CLIENT_ID); empty: none was.
    static std::optional<OAuthClient> builtIn();

    QByteArray toJson() const; ///< as the console gives it
};

} // namespace nimbook::auth
