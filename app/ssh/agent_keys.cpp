// SPDX-License-Identifier: Apache-2.0
#include "ssh/agent_keys.h"

#include "ssh/dialer.h"

#include <QCoreApplication>
#include <QFile>
#include <QtEndian>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nimbook::ssh {

namespace {

struct AgentText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::ssh::AgentText)
};

constexpr char requestIdentities = 11, identitiesAnswer = 12;
constexpr quint32 longestAnswer = 256 * 1024; // OpenSSH's agent sends no more

/// A length and as many bytes; empty: it is cut short.
QByteArrayView takeString(QByteArrayView &from)
{
    if (from.size() < 4)
        return from = {};
    const quint32 length = qFromBigEndian<quint32>(from.data());
    if (length > quint64(from.size() - 4))
        return from = {};
    const QByteArrayView taken = from.sliced(4, length);
    from = from.sliced(4 + qsizetype(length));
    return taken;
}

bool readAll(int socket, char *to, size_t size)
{
    while (size > 0) {
        const ssize_t count = ::read(socket, to, size);
        if (count <= 0)
            return false;
        to += count;
        size -= size_t(count);
    }
    return true;
}

QByteArray ask(const QString &socketPath)
{
    const QByteArray path = QFile::encodeName(socketPath);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.isEmpty() || path.size() >= qsizetype(sizeof name.sun_path))
        return {};
    std::memcpy(name.sun_path, path.constData(), size_t(path.size()));
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval limit{2, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const char request[] = {0, 0, 0, 1, requestIdentities};
    char length[4];
    if (::connect(socket.get(), reinterpret_cast<const sockaddr *>(&name), sizeof name) != 0
        || ::send(socket.get(), request, sizeof request, MSG_NOSIGNAL) != ssize_t(sizeof request) || !readAll(socket.get(), length, sizeof length))
        return {};
    const quint32 size = qFromBigEndian<quint32>(length);
    if (size == 0 || size > longestAnswer)
        return {};
    QByteArray answer(size, '\0');
    return readAll(socket.get(), answer.data(), size) ? answer : QByteArray();
}

} // namespace

QList<QByteArray> keysInAgentAnswer(QByteArrayView answer)
{
    if (answer.size() < 5 || answer.front() != identitiesAnswer)
        return {};
    quint32 count = qFromBigEndian<quint32>(answer.data() + 1);
    QByteArrayView rest = answer.sliced(5);
    QList<QByteArray> keys;
    while (count-- > 0 && !rest.isEmpty()) {
        const QByteArrayView blob = takeString(rest);
        QByteArrayView inside = blob;
        const QByteArrayView type = takeString(inside); // a key's blob begins with its own type
        takeString(rest);                               // its comment
        if (!type.isEmpty())
            keys += type.toByteArray() + ' ' + blob.toByteArray().toBase64();
    }
    return keys;
}

Result<QByteArray> preferredAgentKey(const QString &socketPath)
{
    const QByteArray answer = ask(socketPath);
    if (answer.isEmpty()) {
        return failure(ErrorKind::NotFound, AgentText::tr("There is no SSH agent that answers."),
                       AgentText::tr("Start one (ssh-agent) and add your key with ssh-add, or let Nimbook use its own key."), socketPath);
    }
    const auto keys = keysInAgentAnswer(answer);
    for (const char *type : {"ssh-ed25519 ", "ecdsa-sha2-", "ssh-rsa "}) {
        for (const QByteArray &key : keys) {
            if (key.startsWith(type))
                return key;
        }
    }
    return failure(ErrorKind::NotFound, AgentText::tr("The SSH agent holds no key that can be used."),
                   AgentText::tr("Add one with ssh-add, or let Nimbook use its own key."));
}

} // namespace nimbook::ssh
