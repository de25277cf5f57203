// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/router.h"
#include "sandbox/api/services.h"

#include <QMap>

namespace nimbook::sandbox {

void addOsLoginMethods(Router &router, const Services &services); ///< leaves the router's prefix at "v1"

/// What a machine obeys: where enable-oslogin is on, the keys of OS Login take the place of those in the metadata.
QMap<QString, QString> withOsLogin(QMap<QString, QString> metadata, const Services &services);

} // namespace nimbook::sandbox
