// SPDX-License-Identifier: Apache-2.0
#include "net/http.h"

namespace nimbook::net {

QByteArray HttpResponse::header(const QByteArray &name) const
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

} // namespace nimbook::net
