// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QUuid>

namespace nimbook::cloud {

/// One per press of a button: every retry of the same call carries it, so that Google carries it out once.
inline QString newRequestId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace nimbook::cloud
