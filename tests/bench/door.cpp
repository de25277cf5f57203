// SPDX-License-Identifier: Apache-2.0
#include "bench/door.h"

#include "bench/loopback.h"

#include <QCoreApplication>
#include <QFile>

#include <unistd.h>

namespace nimbook::bench {

Door::Door(Kind kind, const Place &place, quint16 farPort) : m_kind(kind), m_started(std::chrono::steady_clock::now())
{
    if (kind == Kind::Ours) {
        const QStringList command{QCoreApplication::applicationFilePath(), QStringLiteral("ours"), QStringLiteral("tunnel")};
        if (m_process.start(command + place.arguments() + QStringList{QString::number(farPort)}))
            m_port = m_process.readLine(std::chrono::seconds(20)).toUShort();
        return;
    }
    m_port = freePort();
    QStringList words{QStringLiteral("ssh"), QStringLiteral("-N"), QStringLiteral("-L"),
                      QStringLiteral("127.0.0.1:%1:127.0.0.1:%2").arg(m_port).arg(farPort), QStringLiteral("-o"),
                      QStringLiteral("ExitOnForwardFailure=yes"), QStringLiteral("-p"), QString::number(place.port)};
    if (!m_process.start(words + place.sshOptions() + QStringList{place.userAtHost()}))
        m_port = 0;
}

double Door::cpuSeconds() const
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(m_process.pid()));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray line = stat.readAll();
    const QList<QByteArray> words = line.mid(line.lastIndexOf(')') + 2).split(' '); // utime and stime are 11 and 12 from the state on
    return (words.value(11).toDouble() + words.value(12).toDouble()) / double(::sysconf(_SC_CLK_TCK));
}

} // namespace nimbook::bench
