// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QPoint>
#include <QSize>

namespace nimbook::testing {

/// A mouse of a Wayland compositor that knows wlr-virtual-pointer-unstable-v1, and plugged in for as long as this object lives.
///
/// Speaks the wire protocol itself: it is five requests, and no Debian package brings that protocol for programs to be built with.
/// Nothing waits but plugIn(): what is asked for is written when the event loop runs, also when that is the loop of a drag.
class WaylandPointer {
public:
    /// \param screen size of the only output, in pixels: positions are told as parts of it
    /// \returns what went wrong; empty: it is plugged in
    QString plugIn(const QString &socket, const QSize &screen);

    void moveTo(const QPoint &where);
    void press() { button(true); } ///< the left one
    void release() { button(false); }

private:
    void button(bool pressed);
    void send(quint32 object, quint16 request, std::initializer_list<quint32> words, const QByteArray &name = {});
    quint32 findManager(); ///< the global's number; 0: this compositor has none
    quint32 now() const { return quint32(m_clock.elapsed()); }

    QLocalSocket m_socket;
    QElapsedTimer m_clock;
    QSize m_screen;
};

} // namespace nimbook::testing
