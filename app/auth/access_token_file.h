// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/token_source.h"

#include <memory>

namespace nimbook::auth {

/// The token that another program writes into a file (CLOUDSDK_AUTH_ACCESS_TOKEN_FILE) and keeps fresh there.
///
/// The file is read at every call. NotSignedIn: it cannot be read, is empty, or still holds the token that was refused.
std::unique_ptr<net::TokenSource> makeAccessTokenFile(const QString &path, const QString &account);

} // namespace nimbook::auth
