// SPDX-License-Identifier: Apache-2.0
#include "auth/gcloud_environment.h"

#include <initializer_list>

namespace nimbook::auth {

namespace {

QString firstSetOf(std::initializer_list<const char *> variables)
{
    for (const char *variable : variables) {
        if (const QString value = qEnvironmentVariable(variable).trimmed(); !value.isEmpty())
            return value;
    }
    return {};
}

} // namespace

QString accessTokenFile()
{
    return qEnvironmentVariable("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
}

QString accountFromEnvironment()
{
    return firstSetOf({"CLOUDSDK_CORE_ACCOUNT"});
}

QString projectFromEnvironment()
{
    return firstSetOf({"CLOUDSDK_CORE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"});
}

QString quotaProjectFromEnvironment()
{
    const QString set = firstSetOf({"CLOUDSDK_BILLING_QUOTA_PROJECT", "GOOGLE_CLOUD_QUOTA_PROJECT"});
    // gcloud's words for "charge the resource's own project" and "no header", not names of projects.
    static const std::initializer_list<const char *> words{"CURRENT_PROJECT", "CURRENT_PROJECT_WITH_FALLBACK", "LEGACY"};
    for (const char *word : words) {
        if (set == QLatin1String(word))
            return {};
    }
    return set;
}

} // namespace nimbook::auth
