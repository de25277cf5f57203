// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <memory>

typedef struct evp_pkey_st EVP_PKEY;

namespace nimbook::sandbox {

/// The key pair behind the sandbox's service account.
class RsaKey {
public:
    static RsaKey generate();                     ///< 2048 bits
    static RsaKey fromPem(const QByteArray &pem); ///< PKCS#8 private key; isValid() tells

    bool isValid() const { return m_key != nullptr; }
    QByteArray toPem() const; ///< PKCS#8

    /// RS256: PKCS#1 v1.5 over SHA-256.
    bool verify(const QByteArray &message, const QByteArray &signature) const;

private:
    std::shared_ptr<EVP_PKEY> m_key;
};

} // namespace nimbook::sandbox
