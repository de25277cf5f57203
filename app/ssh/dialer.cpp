// SPDX-License-Identifier: Apache-2.0
#include "ssh/dialer.h"

#include <unistd.h>

namespace nimbook::ssh {

void Descriptor::reset(int fd)
{
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = fd;
}

} // namespace nimbook::ssh
