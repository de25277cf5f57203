// SPDX-License-Identifier: Apache-2.0
#include "transfer/sha256.h"

#include <openssl/evp.h>

namespace nimbook::transfer {

void Sha256::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : m_context(EVP_MD_CTX_new())
{
    if (!m_context || EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) != 1)
        qFatal("libcrypto cannot compute SHA-256"); // without memory: there is nothing sensible left to do
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256 &&) noexcept = default;
Sha256 &Sha256::operator=(Sha256 &&) noexcept = default;

void Sha256::add(QByteArrayView bytes)
{
    EVP_DigestUpdate(m_context.get(), bytes.data(), size_t(bytes.size()));
}

QByteArray Sha256::digest()
{
    QByteArray result(size, Qt::Uninitialized);
    if (EVP_DigestFinal_ex(m_context.get(), reinterpret_cast<unsigned char *>(result.data()), nullptr) != 1
        || EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) != 1)
        qFatal("libcrypto cannot compute SHA-256");
    return result;
}

} // namespace nimbook::transfer
