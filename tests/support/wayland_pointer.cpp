// SPDX-License-Identifier: Apache-2.0
#include "support/wayland_pointer.h"

#include <cstring>

namespace nimbook::testing {

namespace {

// Source: wayland.xml and wlr-virtual-pointer-unstable-v1.xml. Objects are numbered by the client; 1 is the display.
constexpr quint32 display = 1, registry = 2, answered = 3, manager = 4, pointer = 5;
constexpr char managerName[] = "zwlr_virtual_pointer_manager_v1";
constexpr quint32 leftButton = 0x110; // BTN_LEFT of linux/input-event-codes.h

template<typename Number> Number numberAt(const QByteArray &bytes, qsizetype position)
{
    Number number = 0;
    if (position + qsizetype(sizeof number) <= bytes.size())
        std::memcpy(&number, bytes.constData() + position, sizeof number);
    return number;
}

void append(QByteArray &bytes, quint32 word)
{
    bytes.append(reinterpret_cast<const char *>(&word), sizeof word); // the host's own byte order, as the protocol wants it
}

} // namespace

QString WaylandPointer::plugIn(const QString &socket, const QSize &screen)
{
    m_clock.start();
    m_screen = screen;
    m_socket.connectToServer(socket);
    if (!m_socket.waitForConnected(5'000))
        return QStringLiteral("the compositor does not answer: %1").arg(m_socket.errorString());
    const quint32 name = findManager();
    if (name == 0)
        return QStringLiteral("the compositor offers no %1").arg(QString::fromLatin1(managerName));
    send(registry, 0, {name, 1, manager}, managerName);  // wl_registry.bind, version 1
    send(manager, 0, {0, pointer});                      // create_virtual_pointer for whichever seat there is
    QObject::connect(&m_socket, &QLocalSocket::readyRead, &m_socket, [this] { m_socket.readAll(); }); // news of other globals
    return {};
}

quint32 WaylandPointer::findManager()
{
    send(display, 1, {registry}); // wl_display.get_registry
    send(display, 0, {answered}); // wl_display.sync: its answer comes after the last global
    QByteArray read;
    quint32 found = 0;
    for (;;) {
        while (read.size() >= 8) {
            const quint32 object = numberAt<quint32>(read, 0);
            const quint16 length = numberAt<quint16>(read, 6);
            if (length < 8 || read.size() < length)
                break;
            // wl_registry.global: number, length of the interface's name, that name with its zero, version
            if (object == registry && read.mid(16, sizeof managerName) == QByteArray(managerName, sizeof managerName))
                found = numberAt<quint32>(read, 8);
            if (object == answered)
                return found;
            read.remove(0, length);
        }
        if (!m_socket.waitForReadyRead(5'000))
            return 0;
        read += m_socket.readAll();
    }
}

/// \param name the one string that any of these requests has: wl_registry.bind's interface, after its first word
void WaylandPointer::send(quint32 object, quint16 request, std::initializer_list<quint32> words, const QByteArray &name)
{
    QByteArray body;
    for (quint32 word : words) {
        append(body, word);
        if (body.size() == 4 && !name.isEmpty()) {
            const QByteArray text = name + '\0';
            append(body, quint32(text.size()));
            body += text + QByteArray((4 - text.size() % 4) % 4, '\0');
        }
    }
    QByteArray message;
    append(message, object);
    append(message, quint32(8 + body.size()) << 16 | request);
    m_socket.write(message + body);
    m_socket.flush();
}

void WaylandPointer::moveTo(const QPoint &where)
{
    send(pointer, 1, {now(), quint32(where.x()), quint32(where.y()), quint32(m_screen.width()), quint32(m_screen.height())}); // motion_absolute
    send(pointer, 4, {});                                                                                                    // frame
}

void WaylandPointer::button(bool pressed)
{
    send(pointer, 2, {now(), leftButton, quint32(pressed)});
    send(pointer, 4, {});
}

} // namespace nimbook::testing
