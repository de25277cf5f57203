// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"

#include <QDateTime>

namespace nimbook::cloud {

/// Whose key is to open machines, and for how long.
struct SshKeyWish {
    QString user;
    QByteArray publicKey;  ///< one line of an OpenSSH .pub file
    QDateTime goodUntil;   ///< the same key is published anew when it ends before
    QDateTime expires;     ///< of a key that is published
};

/// Publishes an SSH key in exactly Google's expiring form (userName first, no spaces, +0000), keeping every other line but
/// expired ones and all other metadata; reads again when somebody else was faster. Writes nothing when the key is there already.
///
/// On the machine the oldest keys make room when the value is full. Kinds: InvalidInput, Unsupported (the machine uses OS Login), those of the calls.
ValueJob<Done> *publishSshKey(ComputeClient &client, const InstanceRef &ref, const SshKeyWish &wish, QObject *parent);

/// The same in the metadata of the project, where it opens all machines that do not say block-project-ssh-keys. Nobody's key makes room:
/// kind QuotaExceeded when there is none. Needs compute.projects.setCommonInstanceMetadata: PermissionDenied without.
ValueJob<Done> *publishSshKeyToProject(ComputeClient &client, const QString &project, const SshKeyWish &wish, QObject *parent);

} // namespace nimbook::cloud
