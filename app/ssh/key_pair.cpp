// SPDX-License-Identifier: Apache-2.0
#include "ssh/key_pair.h"

#include "ssh/agent_keys.h"
#include "ssh/libssh_handles.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QTemporaryDir>

namespace nimbook::ssh {

static tl::unexpected<Error> keyFailure(const char *text, const QString &path, const QString &reason)
{
    return failure(ErrorKind::FileSystem, QCoreApplication::translate("nimbook::ssh::KeyPair", text).arg(path, reason), {},
                   path + QStringLiteral(": ") + reason);
}

static Result<KeyPair> describe(const QString &path, const KeyHandle &key)
{
    char *base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK)
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 cannot be used: %2."), path, QStringLiteral("it has no public half"));
    const CString owned(base64);
    return KeyPair{path, QByteArray(ssh_key_type_to_char(ssh_key_type(key.get()))) + ' ' + base64, false};
}

static Result<KeyPair> readOnly(const QString &path)
{
    ssh_key raw = nullptr;
    const int rc = ssh_pki_import_privkey_file(QFile::encodeName(path).constData(), nullptr, nullptr, nullptr, &raw);
    const KeyHandle key(raw);
    if (rc != SSH_OK)
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "Your SSH key %1 cannot be used: %2."), path,
                          rc == SSH_EOF ? QStringLiteral("it cannot be read")
                                        : QStringLiteral("it is no private key, or it has a passphrase: add it to the SSH agent and choose the agent"));
    return describe(path, key);
}

static Result<KeyPair> readKey(const QString &path)
{
    ssh_key raw = nullptr;
    const int rc = ssh_pki_import_privkey_file(QFile::encodeName(path).constData(), nullptr, nullptr, nullptr, &raw);
    const KeyHandle key(raw);
    if (rc != SSH_OK)
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 cannot be used: %2. Move the file away and a new key is made."), path,
                          rc == SSH_EOF ? QStringLiteral("it cannot be read")
                                        : QStringLiteral("it is damaged or has a passphrase"));
    if (!QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner))
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 cannot be protected from others: %2."), path, QStringLiteral("chmod 600 failed"));
    return describe(path, key);
}

static Result<KeyPair> makeKey(const QString &path)
{
    ssh_key raw = nullptr;
    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &raw) != SSH_OK)
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 could not be made: %2."), path, QStringLiteral("libssh refused"));
    const KeyHandle key(raw);

    const QString folder = QFileInfo(path).path();
    QDir().mkpath(folder);
    // libssh writes with the umask's mode, so it writes into a folder that nobody else can enter; the rename comes last.
    QTemporaryDir closed(folder + QStringLiteral("/.key-XXXXXX"));
    const QString fresh = closed.filePath(QStringLiteral("key"));
    if (!closed.isValid()
        || ssh_pki_export_privkey_file(key.get(), nullptr, nullptr, nullptr, QFile::encodeName(fresh).constData()) != SSH_OK
        || !QFile::setPermissions(fresh, QFile::ReadOwner | QFile::WriteOwner) || !QFile::rename(fresh, path)) {
        if (QFileInfo::exists(path)) // a second Nimbook was faster; its key is as good
            return readKey(path);
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 could not be written: %2."), path,
                          closed.isValid() ? QStringLiteral("the folder does not take it") : closed.errorString());
    }

    auto pair = describe(path, key);
    QSaveFile publicHalf(path + QStringLiteral(".pub")); // for people and other tools; we read only the private half
    if (pair && publicHalf.open(QIODevice::WriteOnly)) {
        publicHalf.write(pair->publicKey + " nimbook\n");
        publicHalf.commit();
    }
    return pair;
}

Result<KeyPair> keyPairFor(const KeyChoice &choice)
{
    switch (choice.kind) {
    case KeyChoice::Kind::File:
        return readOnly(choice.path);
    case KeyChoice::Kind::Agent: {
        const auto key = preferredAgentKey(qEnvironmentVariable("SSH_AUTH_SOCK"));
        if (!key)
            return tl::unexpected(key.error());
        return KeyPair{{}, *key, true};
    }
    case KeyChoice::Kind::Own:
        break;
    }
    return ensureKeyPair(choice.path);
}

Result<KeyPair> ensureKeyPair(const QString &path)
{
    return QFileInfo::exists(path) ? readKey(path) : makeKey(path);
}

} // namespace nimbook::ssh
