// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

namespace nimbook::ssh::iap {

/// What a relay's close means for the session behind it.
enum class CloseMeaning {
    EndOfStream, ///< the machine closed the connection; nothing went wrong
    Interrupted, ///< the session may go on over another WebSocket
    NewToken,    ///< the same, with a fresh access token
    Refused,     ///< there will be no session, for this reason
    Lost,        ///< there was one, and it cannot be gone on with; a new connection may work
};

struct CloseVerdict {
    CloseMeaning meaning = CloseMeaning::Interrupted;
    Error error; ///< for Refused and Lost
};

/// \param code    of the WebSocket's close, or of a long-close frame
/// \param machine for the person: "trainer-1"
/// \param reason  the relay's own words, may be empty
/// Source: IAP Desktop's SshRelayConstants, gcloud's iap_tunnel_websocket.
CloseVerdict judgeClose(int code, const QString &machine, const QString &reason);

/// The answer to the handshake was no WebSocket but an HTTP status, 0: none that can be told.
CloseVerdict judgeHandshake(int httpStatus, const QString &machine, const QString &reason);

} // namespace nimbook::ssh::iap
