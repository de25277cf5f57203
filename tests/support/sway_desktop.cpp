// SPDX-License-Identifier: Apache-2.0
#include "support/sway_desktop.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <csignal>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace nimbook::testing {

namespace {

constexpr uid_t nobody = 65534;

QRect rectangle(const QJsonObject &object)
{
    return {object.value(u"x").toInt(), object.value(u"y").toInt(), object.value(u"width").toInt(), object.value(u"height").toInt()};
}

QRect windowIn(const QJsonObject &node, qint64 processId)
{
    if (node.value(u"type").toString() == u"con" && node.value(u"pid").toInteger() == processId)
        return rectangle(node.value(u"window_rect").toObject()).translated(rectangle(node.value(u"rect").toObject()).topLeft());
    for (const QJsonValue &child : node.value(u"nodes").toArray()) {
        if (const QRect found = windowIn(child.toObject(), processId); found.isValid())
            return found;
    }
    return {};
}

} // namespace

SwayDesktop::~SwayDesktop()
{
    m_sway.terminate();
    if (m_sway.state() != QProcess::NotRunning && !m_sway.waitForFinished(3'000)) {
        m_sway.kill();
        m_sway.waitForFinished(3'000);
    }
}

QString SwayDesktop::missingProgram()
{
    for (const char *program : {"sway", "swaymsg", "grim"}) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty())
            return QString::fromLatin1(program);
    }
    return {};
}

QString SwayDesktop::start()
{
    QFile settings(m_runtime.filePath(QStringLiteral("config")));
    if (!m_runtime.isValid() || !settings.open(QIODevice::WriteOnly))
        return QStringLiteral("%1 cannot be written").arg(m_runtime.path());
    settings.write(QStringLiteral("output HEADLESS-1 resolution %1x%2\ndefault_border none\nxwayland disable\n").arg(screen().width()).arg(screen().height()).toLatin1());
    settings.close();
    const bool asRoot = ::geteuid() == 0;
    if (asRoot && (::chown(qPrintable(m_runtime.path()), nobody, nobody) != 0 || ::chown(qPrintable(settings.fileName()), nobody, nobody) != 0))
        return QStringLiteral("sway does not run as root, and root can be nobody else here");

    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"})
        environment.remove(QString::fromLatin1(name));
    for (const char *name : {"HOME", "XDG_RUNTIME_DIR"})
        environment.insert(QString::fromLatin1(name), m_runtime.path());
    environment.insert(QStringLiteral("SWAYSOCK"), m_runtime.filePath(QStringLiteral("sway.sock")));
    environment.insert(QStringLiteral("WLR_BACKENDS"), QStringLiteral("headless"));
    environment.insert(QStringLiteral("WLR_RENDERER"), QStringLiteral("pixman"));
    environment.insert(QStringLiteral("WLR_LIBINPUT_NO_DEVICES"), QStringLiteral("1"));
    m_sway.setProcessEnvironment(environment);
    m_sway.setWorkingDirectory(m_runtime.path());
    // A file, because a full pipe would stop the compositor while a test waits for one of its tools.
    const QString log = m_runtime.filePath(QStringLiteral("log"));
    m_sway.setStandardErrorFile(log);
    m_sway.setStandardOutputFile(QProcess::nullDevice());
    m_sway.setChildProcessModifier([asRoot] {
        if (asRoot && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
            ::_exit(1);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL); // after setuid, which forgets it
    });
    m_sway.start(QStringLiteral("sway"), {QStringLiteral("-c"), settings.fileName()});
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < 15'000) {
        const QStringList sockets = QDir(m_runtime.path()).entryList({QStringLiteral("wayland-*")}, QDir::System);
        if (!sockets.isEmpty() && QFile::exists(m_runtime.filePath(QStringLiteral("sway.sock")))) {
            m_socket = m_runtime.filePath(sockets.first());
            return {};
        }
        if (m_sway.state() == QProcess::NotRunning || m_sway.waitForFinished(20)) // paces the loop, and sees at once that it gave up
            break;
    }
    QFile said(log);
    return QStringLiteral("sway does not start here: %1 %2").arg(m_sway.errorString(), said.open(QIODevice::ReadOnly) ? QString::fromUtf8(said.readAll()) : QString());
}

QByteArray SwayDesktop::run(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("WAYLAND_DISPLAY"), socket());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), m_runtime.path());
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.waitForFinished(10'000);
    return process.readAllStandardOutput();
}

QRect SwayDesktop::window(qint64 processId) const
{
    const QByteArray tree = run(QStringLiteral("swaymsg"), {QStringLiteral("-s"), m_runtime.filePath(QStringLiteral("sway.sock")), QStringLiteral("-t"), QStringLiteral("get_tree"), QStringLiteral("-r")});
    return windowIn(QJsonDocument::fromJson(tree).object(), processId);
}

QByteArray SwayDesktop::picture() const
{
    return run(QStringLiteral("grim"), {QStringLiteral("-t"), QStringLiteral("ppm"), QStringLiteral("-")});
}

} // namespace nimbook::testing
