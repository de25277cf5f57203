// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "cloud/gce/os_login_client.h"

#include <functional>

namespace nimbook::cloud {

/// How somebody gets in where OS Login is on.
struct OsLogin {
    QString userName; ///< of the Linux account
    bool keyIsNew = false; ///< it was not known before
    bool operator==(const OsLogin &) const = default;
};

/// Makes sure that OS Login knows a key and that there is a Linux account: reads the profile, then imports or renews what is missing.
class OsLoginJob final : public ValueJob<OsLogin> {
    Q_OBJECT
public:
    struct Wish {
        QString email;
        QString project;
        QByteArray publicKey;
        QDateTime goodUntil; ///< a key that ends sooner is renewed
        QDateTime expires;   ///< of a key that is imported or renewed
    };
    OsLoginJob(OsLoginClient client, Wish wish, QObject *parent) : ValueJob(parent), m_client(std::move(client)), m_wish(std::move(wish)) {}

protected:
    void run() override;
    void abort() override;

private:
    template<typename T> void await(ValueJob<T> *job, std::function<void(const T &)> then); ///< fails as the job fails
    void onProfile(const OsLoginProfile &profile);
    void succeedAs(const OsLoginProfile &profile, bool keyIsNew);

    OsLoginClient m_client;
    Wish m_wish;
    Awaited m_waiting{*this};
};

} // namespace nimbook::cloud
