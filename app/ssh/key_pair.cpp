// SPDX-License-Identifier: Apache-2.0
#include "ssh/key_pair.h"

#include "ssh/agent_keys.h"
#include "ssh/host_key.h"
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

namespace {

enum class ReadFault { None, Missing, Unreadable, PublicHalf, Putty, Passphrase, NoKey };

struct ReadKey {
    KeyHandle key;
    ReadFault fault = ReadFault::None;
    QString reason; ///< of Unreadable
};

/// Nobody is asked for a passphrase: the agent does that better. libssh calls this only when there is one.
int notePassphrase(const char *, char *, size_t, int, int, void *asked)
{
    *static_cast<bool *>(asked) = true;
    return -1;
}

ReadFault faultOf(const QByteArray &beginning)
{
    for (const char *type : {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2 PUBLIC"}) {
        if (beginning.startsWith(type))
            return ReadFault::PublicHalf;
    }
    return beginning.startsWith("PuTTY-User-Key-File") ? ReadFault::Putty : ReadFault::NoKey;
}

ReadKey readPrivateKey(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return {{}, ReadFault::Missing, {}};
    if (QFileInfo(path).isDir())
        return {{}, ReadFault::NoKey, {}};
    if (!file.open(QIODevice::ReadOnly))
        return {{}, ReadFault::Unreadable, file.errorString()};
    ssh_key raw = nullptr;
    bool asked = false;
    const int rc = ssh_pki_import_privkey_file(QFile::encodeName(path).constData(), nullptr, notePassphrase, &asked, &raw);
    KeyHandle key(raw);
    if (rc == SSH_OK)
        return {std::move(key), ReadFault::None, {}};
    return {{}, asked ? ReadFault::Passphrase : faultOf(file.read(64).trimmed()), {}};
}

} // namespace

static Error ownKeyError(const QString &path, const ReadKey &read)
{
    const auto text = [](const char *source) { return QCoreApplication::translate("nimbook::ssh::KeyPair", source); };
    const QString choose = text("Choose another key, or let Nimbook use its own.");
    switch (read.fault) {
    case ReadFault::Missing:
        return {ErrorKind::NotFound, text("There is no SSH key %1.").arg(path), choose, {}, {}};
    case ReadFault::Unreadable:
        return {ErrorKind::FileSystem, text("The SSH key %1 cannot be read: %2.").arg(path, read.reason), choose, {}, {}};
    case ReadFault::PublicHalf:
        return {ErrorKind::InvalidInput, text("%1 is the public half of an SSH key.").arg(path),
                text("Choose the private half, which usually lies beside it and is called the same without “.pub”."), {}, {}};
    case ReadFault::Putty:
        return {ErrorKind::InvalidInput, text("%1 is an SSH key in PuTTY's form.").arg(path),
                text("Convert it (puttygen %1 -O private-openssh -o NEW-FILE) and choose the new file.").arg(path), {}, {}};
    case ReadFault::Passphrase:
        return {ErrorKind::InvalidInput, text("The SSH key %1 is protected by a passphrase.").arg(path),
                text("Add it to the SSH agent (ssh-add %1), which asks for the passphrase once, and choose the agent's key.").arg(path), {}, {}};
    case ReadFault::NoKey:
    case ReadFault::None:
        break;
    }
    return {ErrorKind::InvalidInput, text("%1 is not a private SSH key.").arg(path), choose, {}, {}};
}

static Result<KeyPair> readOnly(const QString &path)
{
    const ReadKey read = readPrivateKey(path);
    if (read.fault != ReadFault::None)
        return tl::unexpected(ownKeyError(path, read));
    return describe(path, read.key);
}

static Result<KeyPair> readKey(const QString &path)
{
    const ReadKey read = readPrivateKey(path);
    if (read.fault != ReadFault::None) {
        const QString reason = read.fault == ReadFault::Unreadable ? read.reason
            : read.fault == ReadFault::Passphrase                  ? QStringLiteral("it has a passphrase")
                                                                   : QStringLiteral("it is damaged");
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 cannot be used: %2. Move the file away and a new key is made."), path, reason);
    }
    if (!QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner))
        return keyFailure(QT_TRANSLATE_NOOP("nimbook::ssh::KeyPair", "The SSH key %1 cannot be protected from others: %2."), path, QStringLiteral("chmod 600 failed"));
    return describe(path, read.key);
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

QString KeyPair::fingerprint() const
{
    return HostKey{QString::fromLatin1(publicKey.left(publicKey.indexOf(' '))), publicKey.mid(publicKey.indexOf(' ') + 1)}.fingerprint();
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
