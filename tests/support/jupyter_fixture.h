// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace nimbook::testing {

/// Debian's own Jupyter Notebook on a free loopback port, with a random token and a folder of its own.
class JupyterFixture {
public:
    JupyterFixture() = default;
    ~JupyterFixture();
    Q_DISABLE_COPY_MOVE(JupyterFixture)

    bool start(); ///< waits until it answers, at most 30 s
    QString log() const;

    QUrl root() const;
    const Secret &token() const { return m_token; }
    QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    QTemporaryDir m_home;
    QProcess m_process;
    Secret m_token;
    quint16 m_port = 0;
};

} // namespace nimbook::testing
