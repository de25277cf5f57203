// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace nimbook::testing {

/// An RSA key made for one test run: no private key lies in the repository.
class TestKey {
public:
    TestKey() : m_key(EVP_RSA_gen(2048), &EVP_PKEY_free) {}

    QByteArray pem() const
    {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), &BIO_free_all);
        PEM_write_bio_PrivateKey(bio.get(), m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char *data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        return QByteArray(data, size);
    }

    /// Whether \a jwt carries a good RS256 signature of this key.
    bool signedThis(const QByteArray &jwt) const
    {
        const qsizetype dot = jwt.lastIndexOf('.');
        const QByteArray text = jwt.left(dot);
        const QByteArray signature = QByteArray::fromBase64(jwt.mid(dot + 1), QByteArray::Base64UrlEncoding);
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) == 1
            && EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char *>(signature.constData()), size_t(signature.size()),
                                reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size())) == 1;
    }

private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
};

inline QJsonObject jwtPart(const QByteArray &jwt, int index)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(jwt.split('.').value(index), QByteArray::Base64UrlEncoding)).object();
}

} // namespace nimbook::testing
