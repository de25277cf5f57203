// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/session.h"

namespace nimbook::workspace {

/// A short text file on the machine; empty when there is none. Unstarted, owned by \a parent; \a session may close meanwhile.
ValueJob<QString> *readRemoteText(ssh::Session &session, const QString &path, QObject *parent);

/// Replaces it in one step: the old text stays whole until the new one is.
ValueJob<Done> *writeRemoteText(ssh::Session &session, const QString &path, const QString &text, QObject *parent);

} // namespace nimbook::workspace
