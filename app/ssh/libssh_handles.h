// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <QString>

#include <memory>

// For app/ssh and app/transfer only: libssh shows in no header that another room includes.
namespace nimbook::ssh {

template<auto function>
struct CallTo {
    template<typename T>
    void operator()(T *handle) const { function(handle); }
};

using KeyHandle = std::unique_ptr<ssh_key_struct, CallTo<ssh_key_free>>;
using EventHandle = std::unique_ptr<ssh_event_struct, CallTo<ssh_event_free>>;
using CString = std::unique_ptr<char, CallTo<ssh_string_free_char>>;

/// Shared by a link and its channels: ssh_free() frees the channels too, so it must come after the last of them.
using SessionHandle = std::shared_ptr<ssh_session_struct>;

inline QString lastError(const SessionHandle &session)
{
    return QString::fromUtf8(ssh_get_error(session.get())); // one text per session: for details, never to branch on
}

} // namespace nimbook::ssh
