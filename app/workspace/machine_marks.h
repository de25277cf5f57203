// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance_spec.h"

namespace nimbook::workspace {

/// What Nimbook writes onto the machines it makes, to know them again.
inline QString imageMetadataKey() { return QStringLiteral("nimbook-image"); }

/// Label of a machine and its boot disk from before they exist: which creation (CreationNote) made them.
inline QString creationLabelKey() { return QStringLiteral("nimbook-creation"); }

/// Made by Nimbook: its startup script runs there. A label, because labels can be searched and are shown in the console.
bool isOurs(const cloud::Instance &machine);

/// Label nimbook=managed and owner, metadata with the startup script and the container image, guest attributes on.
void markAsOurs(cloud::CreateSpec &spec, const QString &owner, const QString &containerImage, const QString &startupScript);

/// \a text as a label value: lower case, digits, _ and -, at most 63 characters; "ada@example.com" → "ada_example_com".
QString labelValue(const QString &text);

/// A login that both Linux and Google take: the local user's name, cleaned. Never root, whom GCE's sshd refuses.
QString loginNameFrom(const QString &localUser);

} // namespace nimbook::workspace
