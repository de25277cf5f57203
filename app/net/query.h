// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QUrlQuery>

namespace nimbook::net {

/// Adds \a value so that it arrives as it is: QUrlQuery alone leaves "+" alone, which servers read as a space,
/// and page tokens and fingerprints are base64.
inline void addQuery(QUrlQuery &query, const QString &key, const QString &value)
{
    query.removeAllQueryItems(key);
    query.addQueryItem(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

} // namespace nimbook::net
