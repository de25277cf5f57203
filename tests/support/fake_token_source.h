// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/token_source.h"

namespace nimbook::testing {

/// "token-1" until it is refused, then "token-2" …
class FakeTokenSource final : public net::TokenSource {
public:
    ValueJob<Secret> *accessToken(QObject *parent) override
    {
        ++asked;
        if (failWith)
            return new ReadyJob<Secret>(failure(*failWith), parent);
        return new ReadyJob<Secret>(current(), parent);
    }
    void invalidate(const Secret &refused) override
    {
        if (refused == current())
            ++m_number;
        if (failAfterRefusal)
            failWith = failAfterRefusal;
    }
    QString account() const override { return QStringLiteral("ada@example.com"); }
    QString quotaProject() const override { return quota; }

    Secret current() const { return Secret(prefix + QByteArray::number(m_number)); }

    int asked = 0;
    QString quota;
    std::optional<Error> failWith;
    std::optional<Error> failAfterRefusal; ///< from the first refused token on
    QByteArray prefix = "token-";

private:
    int m_number = 1;
};

} // namespace nimbook::testing
