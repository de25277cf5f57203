// SPDX-License-Identifier: Apache-2.0
#include "workspace/remote_text_file.h"

#include "jupyter/script_protocol.h"

#include <QPointer>

#include <functional>

namespace nimbook::workspace {

namespace {

/// One command on a session; \a conclude turns what came back into the value.
template<typename T>
class CommandJob final : public ValueJob<T> {
public:
    using Conclude = std::function<Result<T>(const ssh::CommandResult &)>;
    CommandJob(ssh::Session &session, QString command, QByteArray input, Conclude conclude, QObject *parent)
        : ValueJob<T>(parent), m_session(&session), m_command(std::move(command)), m_input(std::move(input)), m_conclude(std::move(conclude))
    {
    }

protected:
    void run() override
    {
        if (!m_session || !m_session->isOpen()) {
            this->fail({ErrorKind::Network, Job::tr("The connection to the machine was closed."), Job::tr("Connect again."), {}, {}});
            return;
        }
        m_running = m_session->run(m_command, m_input, this);
        QObject::connect(m_running, &Job::finished, this, [this] {
            const auto answer = m_running->result();
            if (answer)
                this->finishWith(m_conclude(*answer));
            else
                this->fail(answer.error());
        });
        if (m_running->state() == Job::State::NotStarted)
            m_running->start();
    }

    void abort() override
    {
        if (m_running)
            m_running->cancel();
    }

private:
    QPointer<ssh::Session> m_session;
    QString m_command;
    QByteArray m_input;
    Conclude m_conclude;
    QPointer<ssh::RemoteCommand> m_running;
};

Error fileError(const QString &message, const QString &machine, const QString &path, const ssh::CommandResult &result)
{
    const QString said = QString::fromUtf8(result.standardError).trimmed();
    const bool full = said.contains(QLatin1String("No space left"));
    return {full ? ErrorKind::NoSpace : ErrorKind::FileSystem, message.arg(path, machine, said),
            full ? Job::tr("Delete files on the machine first.") : Job::tr("Check the rights of the folder on the machine."),
            QStringLiteral("exit status %1").arg(result.exitStatus), {}};
}

} // namespace

ValueJob<QString> *readRemoteText(ssh::Session &session, const QString &path, QObject *parent)
{
    const QString quoted = QString::fromUtf8(jupyter::shellQuoted(path));
    const QString machine = session.settings().machineName;
    return new CommandJob<QString>(
        session, QStringLiteral("if [ -e %1 ]; then cat %1; fi").arg(quoted), {},
        [machine, path](const ssh::CommandResult &result) -> Result<QString> {
            if (result.exitStatus == 0)
                return QString::fromUtf8(result.standardOutput);
            return failure(fileError(Job::tr("Could not read %1 on %2: %3"), machine, path, result));
        },
        parent);
}

ValueJob<Done> *writeRemoteText(ssh::Session &session, const QString &path, const QString &text, QObject *parent)
{
    const QString machine = session.settings().machineName;
    const QString target = QString::fromUtf8(jupyter::shellQuoted(path));
    const QString part = QString::fromUtf8(jupyter::shellQuoted(path + QStringLiteral(".nimbook-part")));
    // The length is checked because a link that breaks in the middle ends cat's input just as the end of the text does.
    const QByteArray bytes = text.toUtf8();
    const QString command = QStringLiteral("cat > %1 && [ \"$(wc -c < %1)\" -eq %3 ] && mv -f %1 %2 || { rm -f %1; exit 1; }")
                                .arg(part, target).arg(bytes.size());
    return new CommandJob<Done>(
        session, command, bytes,
        [machine, path](const ssh::CommandResult &result) -> Result<Done> {
            if (result.exitStatus == 0)
                return Done{};
            return failure(fileError(Job::tr("Could not write %1 on %2: %3"), machine, path, result));
        },
        parent);
}

} // namespace nimbook::workspace
