// SPDX-License-Identifier: Apache-2.0
#include "cli/foreground_command.h"

#include <QProcessEnvironment>

namespace nimbook::cli {

ForegroundCommand::ForegroundCommand(QObject *parent) : QObject(parent)
{
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.setInputChannelMode(QProcess::ForwardedInputChannel);
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus how) {
        Q_EMIT ended(how == QProcess::NormalExit ? code : 128 + code);
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed({ErrorKind::NotFound, tr("%1 cannot be started: %2.").arg(m_process.program(), m_process.errorString()), {}, {}, {}});
    });
}

ForegroundCommand::~ForegroundCommand()
{
    m_process.disconnect(this);
    if (!isRunning())
        return;
    m_process.terminate();
    m_process.waitForFinished(2'000); // ~QProcess would kill it without a word
}

void ForegroundCommand::start(const QStringList &commandLine, const QMap<QString, QString> &environment)
{
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (auto it = environment.cbegin(); it != environment.cend(); ++it)
        all.insert(it.key(), it.value());
    m_process.setProcessEnvironment(all);
    m_process.start(commandLine.constFirst(), commandLine.mid(1));
}

} // namespace nimbook::cli
