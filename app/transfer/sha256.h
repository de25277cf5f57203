// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <memory>

struct evp_md_ctx_st; // OpenSSL's EVP_MD_CTX

namespace nimbook::transfer {

/// SHA-256 by libcrypto, which uses the processor's own instructions: eight times as fast as QCryptographicHash of Qt 6.4.
class Sha256 {
public:
    static constexpr qsizetype size = 32; // bytes

    Sha256();
    ~Sha256();
    Sha256(Sha256 &&) noexcept;
    Sha256 &operator=(Sha256 &&) noexcept;

    void add(QByteArrayView bytes);
    QByteArray digest(); ///< of all so far, raw; then it begins anew

private:
    struct Free {
        void operator()(evp_md_ctx_st *context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

} // namespace nimbook::transfer
