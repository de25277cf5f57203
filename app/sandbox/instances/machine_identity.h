// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace nimbook::sandbox {

/// The one uid that everything inside a machine runs as.
///
/// It must not be 0: without capabilities sshd as uid 0 fails in chroot() and setgroups(). An ordinary user keeps his
/// own uid inside a user namespace. Root makes no user namespace and gives up its uid and capabilities inside instead,
/// so that the machine's disk may lie below a directory that only root can enter.
struct MachineIdentity {
    uid_t uid = 0;
    gid_t gid = 0;
    bool dropsRoot = false;

    static MachineIdentity current()
    {
        constexpr uid_t reserved = 60999; // between Debian's ordinary users (…59999) and systemd's dynamic ones (61184…)
        if (geteuid() == 0)
            return {reserved, reserved, true};
        return {geteuid(), getegid(), false};
    }
};

} // namespace nimbook::sandbox
