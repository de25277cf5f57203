// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

class TokenEndpoint;

/// What stands before every method, as at Google's door: known path, sign-in, permission, rate, zone, requestId, body,
/// and the faults that strike there.
class ApiFront {
public:
    ApiFront(const Services &services, const TokenEndpoint &tokens);

    void handle(const HttpRequest &request, const ReplyHandler &reply);

private:
    std::optional<ApiError> refusal(const Call &call) const;
    std::optional<ApiError> permissionRefusal(const Call &call) const;
    static tl::expected<QString, ApiError> requestId(const HttpRequest &request);
    static HttpReply shown(const HttpRequest &request, const ApiResult &result);

    Services m_services;
    const TokenEndpoint &m_tokens;
    Router m_router;
};

} // namespace nimbook::sandbox
