// SPDX-License-Identifier: Apache-2.0
#include "support/jupyter_fixture.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUuid>

namespace nimbook::testing {

JupyterFixture::~JupyterFixture()
{
    m_process.terminate();
    if (!m_process.waitForFinished(5000))
        m_process.kill();
    m_process.waitForFinished(2000);
}

bool JupyterFixture::start()
{
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost))
        return false;
    m_port = probe.serverPort();
    probe.close();
    m_token = Secret(QUuid::createUuid().toByteArray(QUuid::Id128));

    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("JUPYTER_TOKEN", QString::fromLatin1(m_token.reveal()));
    environment.insert("HOME", m_home.path());
    environment.insert("JUPYTER_RUNTIME_DIR", m_home.filePath("runtime"));
    m_process.setProcessEnvironment(environment);
    m_process.setWorkingDirectory(m_folder.path());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(m_home.filePath("jupyter.log"));
    m_process.start("/usr/bin/jupyter-notebook",
                    {"--no-browser", "--allow-root", "--ip=127.0.0.1", QStringLiteral("--port=%1").arg(m_port),
                     "--NotebookApp.port_retries=0"});
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 30'000 && m_process.state() != QProcess::NotRunning) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        if (socket.waitForConnected(500))
            return true;
        QTest::qWait(50);
    }
    return false;
}

QString JupyterFixture::log() const
{
    QFile file(m_home.filePath("jupyter.log"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QUrl JupyterFixture::root() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_port));
}

} // namespace nimbook::testing
