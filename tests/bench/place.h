// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/child_process.h"
#include "ssh/connection.h"

#include <QString>
#include <QStringList>

namespace nimbook::bench {

/// A machine as every contender is told of it, and what its way there is called in the tables.
struct Place {
    QString host;
    quint16 port = 22;
    QString user;
    QString identity;
    QString knownHosts;
    int addedMilliseconds = 0; ///< round trip of our own delay proxy
    QString label;             ///< "50 ms", "example.org"
    bool isFar = false;        ///< the smaller file is used

    /// Options for OpenSSH's programs, without the port, whose letter differs: no configuration of the person, one cipher for all.
    QStringList sshOptions() const;
    QStringList ssh() const;          ///< "ssh", options, port, user@host: the command follows
    QString sshProgram() const;       ///< the same as one shell word, without user@host, as rsync -e takes it
    QString userAtHost() const { return user + QLatin1Char('@') + host; }

    RunResult run(const QString &command, const QByteArray &input = {}) const; ///< on the machine, through ssh

    ssh::ConnectionSettings settings() const; ///< for our own classes
    QStringList arguments() const;            ///< for our own programs: --host … --known-hosts …
};

QString quoted(const QString &word); ///< for a POSIX shell

} // namespace nimbook::bench
