// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/credential_file.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "net/http.h"
#include "net/token_source.h"

#include <memory>

namespace nimbook::auth {

/// Access tokens from a credential file: an RS256 JWT for service accounts, the refresh token for authorized users.
///
/// A token is renewed 3 min 45 s before it expires; retryable token errors are retried, invalid_grant is NotSignedIn.
std::unique_ptr<net::TokenSource> makeCredentialTokenSource(CredentialFile credential, net::HttpTransport &transport,
                                                            std::shared_ptr<const Clock> clock = std::make_shared<Clock>(),
                                                            Backoff backoff = {});

} // namespace nimbook::auth
