// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/metadata_server.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocalSocket>
#include <QTimer>
#include <QUrl>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace nimbook::sandbox {
namespace {

constexpr qint64 largestGuestAttribute = 128 * 1024; // bytes; Google's limit for one value
constexpr qint64 largestHead = 16 * 1024;

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Payload Too Large";
    default: return "Service Unavailable";
    }
}

} // namespace

MetadataServer::MetadataServer(InstanceSpec &spec, GuestAttributeStore &guestAttributes, QObject *parent)
    : QObject(parent), m_spec(spec), m_guestAttributes(guestAttributes)
{
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *socket = m_server.nextPendingConnection()) {
            connect(socket, &QLocalSocket::readyRead, this, [this, socket] { serve(socket); });
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
}

Result<void> MetadataServer::listen(const QString &directory, const MachineIdentity &identity)
{
    close();
    const QString path = directory + QLatin1String("/metadata.sock");
    QFile::remove(path); // a predecessor that was killed leaves its socket behind
    // A socket's path ends after 107 bytes, a home directory may not: name it through a descriptor of its directory.
    m_directory = ::open(QFile::encodeName(directory).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    const bool listening = m_directory >= 0 && m_server.listen(QStringLiteral("/proc/self/fd/%1/metadata.sock").arg(m_directory));
    const QString reason = m_directory < 0 ? QString::fromLocal8Bit(std::strerror(errno)) : m_server.errorString();
    if (!listening)
        return failure(ErrorKind::FileSystem,
                       QCoreApplication::translate("Sandbox", "The metadata server of %1 could not listen on %2: %3.").arg(m_spec.name, path, reason));
    const QByteArray encoded = QFile::encodeName(path);
    if (::chmod(encoded.constData(), 0600) != 0
        || (identity.dropsRoot && ::lchown(encoded.constData(), identity.uid, identity.gid) != 0))
        return failure(ErrorKind::FileSystem,
                       QCoreApplication::translate("Sandbox", "The metadata server of %1 could not be handed to the machine: %2.")
                           .arg(m_spec.name, QString::fromLocal8Bit(std::strerror(errno))));
    return {};
}

void MetadataServer::close()
{
    m_server.close();
    if (m_directory >= 0)
        ::close(m_directory);
    m_directory = -1;
}

void MetadataServer::serve(QLocalSocket *socket)
{
    // Peeked until it is whole: requests are small, so reading one twice costs less than keeping a state per connection.
    const QByteArray bytes = socket->peek(largestHead + largestGuestAttribute);
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0 && bytes.size() < largestHead)
        return;

    Request request;
    const QList<QByteArray> head = bytes.left(headEnd < 0 ? 0 : headEnd).split('\n');
    const QList<QByteArray> first = head.value(0).trimmed().split(' ');
    request.verb = first.value(0);
    request.path = QUrl::fromPercentEncoding(first.value(1).split('?').value(0));
    for (const QByteArray &line : head.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = line.left(colon).trimmed().toLower();
        const QByteArray value = line.mid(colon + 1).trimmed();
        if (name == "metadata-flavor")
            request.flavoured = value == "Google";
        else if (name == "content-length")
            request.contentLength = value.toLongLong();
    }

    Answer reply;
    if (headEnd < 0 || request.contentLength < 0) {
        reply = {400, "Bad request\n"};
    } else if (request.contentLength > largestGuestAttribute) {
        reply = {413, "A value may have up to 131072 bytes\n"};
    } else {
        request.body = bytes.mid(headEnd + 4);
        if (request.body.size() < request.contentLength)
            return;
        request.body.truncate(request.contentLength);
        reply = answer(request);
    }
    socket->readAll();
    disconnect(socket, &QLocalSocket::readyRead, this, nullptr);
    // What else comes of a refused body is thrown away: closing on unread bytes would take our answer along.
    connect(socket, &QLocalSocket::readyRead, socket, [socket] { socket->readAll(); });
    socket->write("HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + reasonPhrase(reply.status)
                  + "\r\nMetadata-Flavor: Google\r\nServer: Metadata Server for VM\r\nContent-Type: application/text\r\nContent-Length: "
                  + QByteArray::number(reply.body.size()) + "\r\nConnection: close\r\n\r\n" + reply.body);
    if (reply.status != 413)
        socket->disconnectFromServer();
    else
        QTimer::singleShot(5000, socket, &QLocalSocket::disconnectFromServer); // the client closes before that
}

MetadataServer::Answer MetadataServer::answer(const Request &request)
{
    if (!request.flavoured)
        return {403, "Missing Metadata-Flavor:Google header.\n"};
    const QString root = QStringLiteral("/computeMetadata/v1/");
    const QString attributes = root + QLatin1String("instance/attributes/");
    const QString guestAttributes = root + QLatin1String("instance/guest-attributes/");

    if (request.path.startsWith(guestAttributes))
        return guestAttributeAnswer(request, request.path.mid(guestAttributes.size()));
    if (request.verb != "GET")
        return {405, "Only guest attributes can be written\n"};
    if (request.path == attributes)
        return {200, (m_spec.metadata.keys().join(QLatin1Char('\n')) + QLatin1Char('\n')).toUtf8()};
    if (request.path.startsWith(attributes)) {
        const auto item = m_spec.metadata.constFind(request.path.mid(attributes.size()));
        return item == m_spec.metadata.constEnd() ? Answer{404, "Not Found\n"} : Answer{200, item->toUtf8()};
    }
    const QString value = request.path.startsWith(root) ? instanceValue(request.path.mid(root.size())) : QString();
    return value.isNull() ? Answer{404, "Not Found\n"} : Answer{200, value.toUtf8()};
}

QString MetadataServer::instanceValue(const QString &path) const
{
    if (path == QLatin1String("instance/id"))
        return m_spec.id;
    if (path == QLatin1String("instance/name"))
        return m_spec.name;
    if (path == QLatin1String("instance/hostname"))
        return QStringLiteral("%1.%2.c.%3.internal").arg(m_spec.name, m_spec.zone, m_spec.project);
    if (path == QLatin1String("instance/zone"))
        return QStringLiteral("projects/%1/zones/%2").arg(m_spec.project, m_spec.zone);
    if (path == QLatin1String("project/project-id"))
        return m_spec.project;
    return {};
}

MetadataServer::Answer MetadataServer::guestAttributeAnswer(const Request &request, const QString &path)
{
    const QString enabled = m_spec.metadata.value(QStringLiteral("enable-guest-attributes"));
    if (enabled.compare(QLatin1String("true"), Qt::CaseInsensitive) != 0)
        return {403, "Guest attributes endpoint access is disabled.\n"};
    const QString nameSpace = path.section(QLatin1Char('/'), 0, 0);
    const QString key = path.section(QLatin1Char('/'), 1);
    if (nameSpace.isEmpty())
        return {404, "Not Found\n"};

    if (request.verb == "PUT") {
        if (key.isEmpty() || key.contains(QLatin1Char('/')))
            return {400, "A guest attribute is named NAMESPACE/KEY\n"};
        const bool saved = m_guestAttributes.put({nameSpace, key, QString::fromUtf8(request.body)});
        return saved ? Answer{200, {}} : Answer{503, "The attribute could not be saved\n"};
    }
    if (request.verb == "DELETE")
        return m_guestAttributes.remove(nameSpace, key) ? Answer{200, {}} : Answer{503, "The attribute could not be removed\n"};
    if (request.verb != "GET")
        return {405, "GET, PUT or DELETE\n"};
    if (key.isEmpty()) {
        QByteArray keys;
        for (const GuestAttribute &attribute : m_guestAttributes.all())
            if (attribute.nameSpace == nameSpace)
                keys += attribute.key.toUtf8() + '\n';
        return keys.isEmpty() ? Answer{404, "Not Found\n"} : Answer{200, keys};
    }
    const GuestAttribute *attribute = m_guestAttributes.find(nameSpace, key);
    return attribute ? Answer{200, attribute->value.toUtf8()} : Answer{404, "Not Found\n"};
}

} // namespace nimbook::sandbox
