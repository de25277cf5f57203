// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/container.h"
#include "net/http.h"

namespace nimbook::jupyter {

/// Asks Jupyter through the tunnel (GET /api/status with the token in a header) until it answers or \a deadline has passed.
/// The value is Jupyter's version text. Error kinds: Timeout, AuthenticationFailed (another Jupyter, or another token).
ValueJob<QString> *probe(net::HttpTransport &transport, quint16 localPort, const Secret &token,
                         std::chrono::milliseconds deadline, QObject *parent);

} // namespace nimbook::jupyter
