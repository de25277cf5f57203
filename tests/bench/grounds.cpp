// SPDX-License-Identifier: Apache-2.0
#include "bench/grounds.h"

#include <QElapsedTimer>
#include <QFile>

#include <poll.h>
#include <unistd.h>

namespace nimbook::bench {

Grounds::Grounds(const Options &options) : m_options(options), m_near(options.folder + QStringLiteral("/nimbook-bench-XXXXXX")) {}

Grounds::~Grounds()
{
    ChildProcess removal; // by hand: after Ctrl-C nothing else is run any more
    if (!m_far.isEmpty() && removal.start(m_direct.ssh() + QStringList{QStringLiteral("rm -rf ") + quoted(m_far)}, QByteArray("")))
        removal.wait(std::chrono::minutes(2));
}

bool Grounds::prepare()
{
    if (m_options.host) {
        const GivenHost &given = *m_options.host;
        m_direct = Place{given.host, given.port, given.user, given.identity, given.knownHosts, 0, given.host, false};
        m_places = {m_direct};
    } else if (!prepareOwnServer()) {
        return false;
    }
    return prepareFolders();
}

bool Grounds::prepareOwnServer()
{
    // A run starts many sessions in a row; nothing else of the server is changed.
    m_sshd = std::make_unique<testing::SshdFixture>();
    if (!m_sshd->start()) {
        m_error = m_sshd->errorString();
        return false;
    }
    const QString knownHosts = m_sshd->directory() + QStringLiteral("/known_hosts");
    m_direct = Place{QStringLiteral("127.0.0.1"), m_sshd->port(), m_sshd->user(), m_sshd->privateKeyPath(), knownHosts, 0,
                     QStringLiteral("0 ms"), false};
    for (int milliseconds : m_options.roundTrips) {
        Place place = m_direct;
        if (milliseconds > 0) {
            m_proxies.push_back(std::make_unique<DelayProxy>(m_sshd->port(), std::chrono::milliseconds(milliseconds)));
            place.port = m_proxies.back()->port();
            place.addedMilliseconds = milliseconds;
            place.label = QStringLiteral("%1 ms").arg(milliseconds);
            place.isFar = true;
        }
        m_places << place;
    }
    QFile file(knownHosts);
    if (!file.open(QIODevice::WriteOnly)) {
        m_error = file.errorString();
        return false;
    }
    QList<quint16> ports{m_direct.port};
    for (const auto &proxy : m_proxies)
        ports << proxy->port();
    for (quint16 port : ports) {
        for (const ssh::HostKey &key : m_sshd->hostKeys())
            file.write(QStringLiteral("[127.0.0.1]:%1 %2 ").arg(port).arg(key.type).toLatin1() + key.blob + '\n');
    }
    return true;
}

bool Grounds::prepareFolders()
{
    if (!m_near.isValid()) {
        m_error = m_near.errorString();
        return false;
    }
    const RunResult made = m_direct.run(
        QStringLiteral("for d in %1 /dev/shm /tmp; do [ -w \"$d\" ] && exec mktemp -d \"$d/nimbook-bench-far-XXXXXX\"; done; exit 1")
            .arg(m_sshd ? quoted(m_options.folder) : QString()));
    m_far = QString::fromLocal8Bit(made.output.trimmed());
    if (made.isWell() && m_far.startsWith(QLatin1Char('/')))
        return true;
    m_error = QStringLiteral("ssh cannot make a folder on %1: %2").arg(m_direct.host, QString::fromLocal8Bit(made.lastWords));
    m_far.clear();
    return false;
}

double Grounds::farCpuSeconds() const
{
    if (!m_sshd)
        return 0;
    QElapsedTimer patience;
    patience.start();
    while (m_sshd->sessionProcessCount() > 0 && patience.elapsed() < 2000)
        ::poll(nullptr, 0, 5);
    QFile stat(QStringLiteral("/proc/%1/stat").arg(m_sshd->processId()));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray line = stat.readAll();
    const QList<QByteArray> words = line.mid(line.lastIndexOf(')') + 2).split(' '); // from the state on: cutime and cstime are 13 and 14
    return (words.value(13).toDouble() + words.value(14).toDouble()) / double(::sysconf(_SC_CLK_TCK));
}

} // namespace nimbook::bench
