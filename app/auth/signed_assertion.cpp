// SPDX-License-Identifier: Apache-2.0
#include "auth/signed_assertion.h"

#include <QCoreApplication>
#include <QJsonDocument>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace nimbook::auth {

namespace {

struct SignedAssertionText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::SignedAssertionText)
};

template<auto Free>
struct OpenSslDelete {
    template<typename T>
    void operator()(T *pointer) const { Free(pointer); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, OpenSslDelete<EVP_PKEY_free>>;
using BioPointer = std::unique_ptr<BIO, OpenSslDelete<BIO_free_all>>;
using DigestPointer = std::unique_ptr<EVP_MD_CTX, OpenSslDelete<EVP_MD_CTX_free>>;

QString openSslReason()
{
    char text[256] = {};
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return QString::fromLatin1(text);
}

/// Answers "no passphrase": OpenSSL would otherwise ask on the terminal for one.
int noPassphrase(char *, int, int, void *)
{
    return 0;
}

KeyPointer readKey(const Secret &pem)
{
    ERR_clear_error();
    const BioPointer bio(BIO_new_mem_buf(pem.reveal().constData(), int(pem.reveal().size())));
    return KeyPointer(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &noPassphrase, nullptr) : nullptr);
}

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray compactJson(const QJsonObject &json)
{
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

} // namespace

QString privateKeyProblem(const Secret &privateKeyPem)
{
    const KeyPointer key = readKey(privateKeyPem);
    if (!key)
        return openSslReason();
    return EVP_PKEY_is_a(key.get(), "RSA") ? QString() : QStringLiteral("not an RSA key");
}

Result<QByteArray> signedAssertion(const QString &keyId, const Secret &privateKeyPem, const QJsonObject &claims)
{
    const auto refused = [] {
        return failure(ErrorKind::InvalidInput, SignedAssertionText::tr("The private key of the service account cannot be used."),
                       SignedAssertionText::tr("Download a new key file for the service account."), openSslReason());
    };
    const KeyPointer key = readKey(privateKeyPem);
    if (!key)
        return refused();
    const QJsonObject header{{QStringLiteral("alg"), QStringLiteral("RS256")},
                             {QStringLiteral("typ"), QStringLiteral("JWT")},
                             {QStringLiteral("kid"), keyId}};
    const QByteArray text = base64Url(compactJson(header)) + '.' + base64Url(compactJson(claims));
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.constData());

    const DigestPointer digest(EVP_MD_CTX_new());
    size_t size = 0;
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1
        || EVP_DigestSign(digest.get(), nullptr, &size, bytes, size_t(text.size())) != 1)
        return refused();
    QByteArray signature(qsizetype(size), '\0');
    if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, bytes, size_t(text.size())) != 1)
        return refused();
    signature.truncate(qsizetype(size));
    return text + '.' + base64Url(signature);
}

} // namespace nimbook::auth
