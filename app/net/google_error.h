// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "net/http.h"

namespace nimbook::net {

/// Turns a non-2xx answer into an Error: both of Google's envelopes, OAuth's {"error","error_description"}, HTML of a proxy, nothing.
/// \param purpose translated: "list the machines of vision-lab" → "Could not list the machines of vision-lab: …"
Error errorFromResponse(const HttpResponse &response, const QString &purpose);

} // namespace nimbook::net
