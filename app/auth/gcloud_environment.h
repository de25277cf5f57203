// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace nimbook::auth {

/// What the environment says about who and where, in the names that gcloud and Google's libraries read.

QString accessTokenFile();        ///< CLOUDSDK_AUTH_ACCESS_TOKEN_FILE; empty: none
QString accountFromEnvironment(); ///< CLOUDSDK_CORE_ACCOUNT: whose token that file holds; may be empty
QString projectFromEnvironment(); ///< CLOUDSDK_CORE_PROJECT, else GOOGLE_CLOUD_PROJECT, else GCLOUD_PROJECT
/// CLOUDSDK_BILLING_QUOTA_PROJECT, else GOOGLE_CLOUD_QUOTA_PROJECT: wins over the quota_project_id of a credential file.
QString quotaProjectFromEnvironment();

} // namespace nimbook::auth
