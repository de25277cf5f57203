// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "cloud/model/instance.h"
#include "ssh/host_key.h"

namespace nimbook::workspace {

/// The server that answers for a machine shows a host key that may not be taken as it is.
///
/// Keys are pinned by the numeric id: a machine that was made anew under an old name has another id and is no change. The same id with
/// another key means that the keys were made anew (a boot disk replaced, sshd set up again), or that somebody answers in its place.
struct HostKeyChange {
    cloud::Instance machine;
    QString place;               ///< where it answers, for people: "203.0.113.7 port 22"
    QList<ssh::HostKey> known;   ///< pinned before; empty: it was never visited
    QList<ssh::HostKey> vouched; ///< what Google's API says now; empty: nothing
    QString notAsked;            ///< why the API could not be asked, in English for the details; empty: it answered
    ssh::HostKey shown;

    /// Google vouches for the new key: whoever knows why it changed may take it.
    bool mayBeTrusted() const { return !known.isEmpty() && !known.contains(shown) && vouched.contains(shown); }
    QString before() const; ///< the fingerprint that stood for the machine: of the same type where there is one

    QString text() const;   ///< translated: what was seen, with both fingerprints
    QString advice() const; ///< translated: what it can mean, why the new key is believed or what has to be checked
    /// The two as an Error for a place that offers the way out beside it; else all of advice() is in it.
    Error error(const QString &hostKeyFile) const;
};

/// What may be trusted when both the pins and the API have something to say: only what they agree on. Empty: they contradict each other.
QList<ssh::HostKey> agreedHostKeys(const QList<ssh::HostKey> &known, const QList<ssh::HostKey> &vouched);

/// What to pin after a connection that was trusted: all that the API vouches for, unless that contradicts a pin.
QList<ssh::HostKey> hostKeysToPin(const QList<ssh::HostKey> &known, const QList<ssh::HostKey> &vouched);

} // namespace nimbook::workspace
