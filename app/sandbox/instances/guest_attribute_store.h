// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/instances/instance_host.h"

namespace nimbook::sandbox {

/// What the machine has told the outside. Kept in a file over reboots: host keys are published at the first boot only.
class GuestAttributeStore {
public:
    explicit GuestAttributeStore(QString path);

    QList<GuestAttribute> all() const { return m_attributes; } ///< sorted by name space and key
    const GuestAttribute *find(const QString &nameSpace, const QString &key) const;
    bool put(const GuestAttribute &attribute); ///< false: it could not be saved
    bool remove(const QString &nameSpace, const QString &key);

private:
    bool save() const;

    QString m_path;
    QList<GuestAttribute> m_attributes;
};

} // namespace nimbook::sandbox
