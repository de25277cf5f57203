// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/rsa_key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace nimbook::sandbox {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

} // namespace

RsaKey RsaKey::generate()
{
    RsaKey key;
    key.m_key = std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(2048), EVP_PKEY_free);
    return key;
}

RsaKey RsaKey::fromPem(const QByteArray &pem)
{
    RsaKey key;
    const Bio bio(BIO_new_mem_buf(pem.constData(), int(pem.size())), BIO_free);
    if (EVP_PKEY *raw = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr))
        key.m_key = std::shared_ptr<EVP_PKEY>(raw, EVP_PKEY_free);
    return key;
}

QByteArray RsaKey::toPem() const
{
    const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PKCS8PrivateKey(bio.get(), m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

bool RsaKey::verify(const QByteArray &message, const QByteArray &signature) const
{
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) != 1)
        return false;
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.constData()),
                            size_t(signature.size()), reinterpret_cast<const unsigned char *>(message.constData()),
                            size_t(message.size())) == 1;
}

} // namespace nimbook::sandbox
