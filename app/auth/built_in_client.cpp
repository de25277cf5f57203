// SPDX-License-Identifier: Apache-2.0
// Alone in its file, and outside unity builds: a test links a copy of its own with another client.
#include "auth/oauth_client.h"

namespace nimbook::auth {

std::optional<OAuthClient> OAuthClient::builtIn()
{
    const auto client = fromFields(QStringLiteral(NIMBOOK_OAUTH_CLIENT_ID), QStringLiteral(NIMBOOK_OAUTH_CLIENT_SECRET));
    return client ? std::optional(*client) : std::nullopt;
}

} // namespace nimbook::auth
