// SPDX-License-Identifier: Apache-2.0
#include "ssh/link_session.h"

#include "ssh/host_key_check.h"

#include <unistd.h>

namespace nimbook::ssh {

SessionHandle makeSession(const ConnectionSettings &settings, int socket)
{
    const SessionHandle session(ssh_new(), [](ssh_session raw) {
        if (raw)
            ssh_free(raw); // closes the socket as well; ssh_disconnect() would forget to
    });
    const QByteArray host = settings.host.toUtf8();
    const QByteArray user = settings.user.toUtf8();
    const QByteArray hostKeys = hostKeyAlgorithms(settings.hostKeys).toLatin1();
    // AES-128-GCM first: twice the rate of ChaCha20 on machines with AES instructions, which all of Google's are.
    const char *ciphers = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr";
    const bool no = false;
    const unsigned int port = settings.port;
    socket_t fd = socket;

    const auto set = [&](ssh_options_e option, const void *value) {
        return session && ssh_options_set(session.get(), option, value) == SSH_OK;
    };
    const bool ready = set(SSH_OPTIONS_PROCESS_CONFIG, &no)           // not ~/.ssh/config
        && set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")                   // not ~/.ssh/known_hosts
        && set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        && set(SSH_OPTIONS_HOST, host.constData()) && set(SSH_OPTIONS_PORT, &port)
        && set(SSH_OPTIONS_USER, user.constData()) && set(SSH_OPTIONS_HOSTKEYS, hostKeys.constData())
        && set(SSH_OPTIONS_CIPHERS_C_S, ciphers) && set(SSH_OPTIONS_CIPHERS_S_C, ciphers)
        && set(SSH_OPTIONS_COMPRESSION, "none")
        && set(SSH_OPTIONS_FD, &fd); // last: only now it is libssh that closes it
    if (!ready) {
        ::close(socket);
        return {};
    }
    ssh_set_blocking(session.get(), 0);
    return session;
}

HostKey presentedHostKey(const SessionHandle &session)
{
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session.get(), &raw) != SSH_OK)
        return {};
    const KeyHandle key(raw);
    char *blob = nullptr;
    if (ssh_pki_export_pubkey_base64(key.get(), &blob) != SSH_OK)
        return {};
    const CString owned(blob);
    return {QString::fromLatin1(ssh_key_type_to_char(ssh_key_type(key.get()))), QByteArray(blob)};
}

} // namespace nimbook::ssh
