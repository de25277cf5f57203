// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QRect>
#include <QTemporaryDir>

namespace nimbook::testing {

/// A Wayland desktop of its own without a screen, a graphics card or a seat: sway, its windows side by side. It dies with the object, and with the test.
///
/// sway refuses to run as root: there it runs as "nobody", while the programs that it shows stay who they are.
class SwayDesktop {
public:
    SwayDesktop() = default;
    ~SwayDesktop();
    Q_DISABLE_COPY_MOVE(SwayDesktop)

    static QString missingProgram(); ///< empty: everything is installed
    /// \returns why there is none here; empty: it stands. Waits until clients are let in.
    QString start();

    QString socket() const { return m_socket; } ///< for WAYLAND_DISPLAY; an absolute path, so it needs no XDG_RUNTIME_DIR
    static QSize screen() { return {1280, 800}; }
    QRect window(qint64 processId) const; ///< of that process, on the screen; not valid: it shows none
    QByteArray picture() const;           ///< of the whole screen, as PPM

private:
    QByteArray run(const QString &program, const QStringList &arguments) const;

    QTemporaryDir m_runtime{QStringLiteral("/tmp/nimbook-sway-XXXXXX")}; // short, and where "nobody" can come
    QString m_socket;
    QProcess m_sway;
};

} // namespace nimbook::testing
