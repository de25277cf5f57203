// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QRandomGenerator>

namespace nimbook::auth {

/// \a bytes of the system's randomness as letters that stand in a URL as they are.
inline QByteArray randomUrlText(int bytes)
{
    QByteArray data(bytes, Qt::Uninitialized);
    for (char &byte : data)
        byte = char(QRandomGenerator::system()->bounded(256));
    return data.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// Proof key for code exchange (RFC 7636): a code that another program of this computer overheard is worth nothing without the verifier.
struct Pkce {
    QByteArray verifier = randomUrlText(48); ///< 64 letters; the RFC wants 43 to 128

    QByteArray challenge() const ///< for code_challenge_method=S256
    {
        return QCryptographicHash::hash(verifier, QCryptographicHash::Sha256).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    }
};

} // namespace nimbook::auth
