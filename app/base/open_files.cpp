// SPDX-License-Identifier: Apache-2.0
#include "base/open_files.h"

#include <algorithm>
#include <sys/resource.h>

namespace nimbook {

void allowManyOpenFiles()
{
    constexpr rlim_t wanted = 8192;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit); // without it fewer files move at once
}

} // namespace nimbook
