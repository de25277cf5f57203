// SPDX-License-Identifier: Apache-2.0
#include "auth/access_token_file.h"

#include "auth/gcloud_environment.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace nimbook::auth {

namespace {

constexpr qint64 longestToken = 16 * 1024; // bytes; Google promises at most 2048

struct AccessTokenFileText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::AccessTokenFileText)
};

class AccessTokenFile final : public net::TokenSource {
public:
    AccessTokenFile(QString path, QString account) : m_path(std::move(path)), m_account(std::move(account)) {}

    ValueJob<Secret> *accessToken(QObject *parent) override { return new ReadyJob<Secret>(read(), parent); }
    void invalidate(const Secret &refused) override { m_refused = refused; }
    QString account() const override { return m_account; }
    QString quotaProject() const override { return quotaProjectFromEnvironment(); }

private:
    Result<Secret> read() const
    {
        const auto useless = [this](const QString &why) {
            return failure(ErrorKind::NotSignedIn, AccessTokenFileText::tr("The access token file “%1” cannot be used: %2").arg(m_path, why),
                           AccessTokenFileText::tr("Write a new token into it, for example with “gcloud auth print-access-token”, then sign in again."));
        };
        QFile file(m_path);
        if (!file.open(QIODevice::ReadOnly))
            return useless(file.errorString());
        const QByteArray token = file.read(longestToken + 1).trimmed();
        if (token.isEmpty())
            return useless(AccessTokenFileText::tr("it is empty."));
        const bool isOneWord = std::all_of(token.begin(), token.end(), [](char letter) { return letter > ' ' && letter < 0x7f; });
        if (token.size() > longestToken || !isOneWord)
            return useless(AccessTokenFileText::tr("it holds something else than one token."));
        if (token == m_refused.reveal())
            return useless(AccessTokenFileText::tr("its token has expired or was revoked."));
        return Secret(token);
    }

    QString m_path;
    QString m_account;
    Secret m_refused;
};

} // namespace

std::unique_ptr<net::TokenSource> makeAccessTokenFile(const QString &path, const QString &account)
{
    return std::make_unique<AccessTokenFile>(path, account);
}

} // namespace nimbook::auth
