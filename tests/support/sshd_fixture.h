// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/connection.h"

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace nimbook::testing {

/// A real OpenSSH server on a free loopback port, with host keys and an authorized key of its own.
///
/// Runs as whoever runs the test and lets exactly that user in. Everything lies in a temporary folder; the server dies with
/// the fixture, and with the test process. Not for parallel use from several threads.
class SshdFixture {
public:
    /// \param extraConfig lines for sshd_config, before the fixture's own: {"AllowTcpForwarding no"}
    explicit SshdFixture(QStringList extraConfig = {});
    ~SshdFixture();
    Q_DISABLE_COPY_MOVE(SshdFixture)

    /// QVERIFY2(sshd.start(), qPrintable(sshd.errorString())); waits until the port answers.
    bool start();
    bool restart();     ///< after kill(): same port, same keys
    void kill();        ///< the listener and every session, at once and without goodbye
    void cutSessions(); ///< every session, and what runs in it; the listener stays
    void freeze();      ///< everything stops answering while its sockets stay open: a dead link
    void thaw();

    bool isRunning() const { return m_server && m_server->state() == QProcess::Running; }
    QString errorString() const { return m_error; }
    QByteArray log() const; ///< what sshd said, LogLevel VERBOSE
    int sessionProcessCount() const;
    qint64 processId() const { return m_server ? m_server->processId() : 0; } ///< the listener's

    quint16 port() const { return m_port; }
    QString user() const;
    QString privateKeyPath() const;   ///< lets its owner in
    QString strangerKeyPath() const;  ///< a good key that the server does not know
    QList<ssh::HostKey> hostKeys() const; ///< ed25519, then ecdsa
    QString directory() const;        ///< for files of the test; removed with the fixture

    ssh::ConnectionSettings settings() const; ///< complete: the host keys trusted, the key that is let in

private:
    bool makeKey(const QString &name, const QString &type);
    bool writeConfig();
    QList<qint64> sessionProcesses() const;
    QList<qint64> stopSessions() const;
    void signalAll(int signal);

    QStringList m_extraConfig;
    QTemporaryDir m_directory;
    std::unique_ptr<QProcess> m_server;
    quint16 m_port = 0;
    QString m_error;
};

} // namespace nimbook::testing
