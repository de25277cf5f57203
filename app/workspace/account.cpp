// SPDX-License-Identifier: Apache-2.0
#include "workspace/account.h"

#include <QPointer>

namespace nimbook::workspace {

namespace {

std::shared_ptr<ssh::IapTokens> relayTokensOf(net::TokenSource &tokens)
{
    const QPointer<net::TokenSource> source(&tokens);
    return ssh::IapTokens::make([source](QObject *parent) -> ValueJob<Secret> * { return source ? source->accessToken(parent) : nullptr; },
                                [source](const Secret &refused) {
                                    if (source)
                                        source->invalidate(refused);
                                });
}

} // namespace

Account::Account(Kind kind, QString key, std::unique_ptr<net::TokenSource> tokens, net::HttpTransport &transport,
                 cloud::Endpoints endpoints, QString defaultProject, QObject *parent)
    : QObject(parent), m_kind(kind), m_key(std::move(key)), m_defaultProject(std::move(defaultProject)), m_tokens(std::make_unique<auth::AccountTokens>(std::move(tokens))),
      m_api(std::make_unique<net::ApiClient>(transport, *m_tokens)),
      m_compute(std::make_unique<cloud::ComputeClient>(*m_api, endpoints)),
      m_projectApis(std::make_unique<cloud::ProjectClient>(*m_api, std::move(endpoints))), m_relayTokens(relayTokensOf(*m_tokens))
{
}

Account::~Account() = default;

QString Account::displayName() const
{
    if (m_kind == Kind::Sandbox)
        return tr("This computer (sandbox)");
    const QString account = m_tokens->account();
    return account.isEmpty() ? tr("Google Cloud") : account;
}

} // namespace nimbook::workspace
