// SPDX-License-Identifier: Apache-2.0
#include "base/logging.h"
#include "jupyter/container.h"

#include <QFile>

namespace nimbook::jupyter {

namespace {

constexpr int keptLines = 20;

struct KnownProblem {
    const char *code;
    ErrorKind kind;
    const char *nextStep;
};

// The codes of resources/remote/*.sh that deserve more than their own sentence.
constexpr KnownProblem knownProblems[] = {
    {"docker-missing", ErrorKind::Unsupported,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Install Docker on the machine, or make a new machine with Nimbook: it brings Docker along.")},
    {"docker-not-ready", ErrorKind::Timeout,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Wait a moment and try again; if it stays like this, reset the machine.")},
    {"no-permission", ErrorKind::PermissionDenied,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "The login needs sudo without a password on this machine.")},
    {"image-not-found", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Check the name of the container image, then try again.")},
    {"pull-failed", ErrorKind::Network,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Check that the machine reaches the image's registry, then try again.")},
    {"disk-full", ErrorKind::NoSpace,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Delete files on the machine, or make a machine with a larger disk.")},
    {"image-not-built", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Build it again from the project's Dockerfile or environment, or choose another container image.")},
    {"lock-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Copy the project's nimbook.lock to /src on the machine first.")},
    {"source-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Copy the file to /src on the machine first.")},
    {"base-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Correct the FROM line, then build again.")},
    {"build-failed", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Correct the step that the log names, then build again.")},
    {"bad-setting", ErrorKind::InvalidInput,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Correct it, then save again.")},
    {"no-python", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Look at the container's log; the image may have no Python 3.")},
    {"port-taken", ErrorKind::AlreadyExists,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Stop the other program on the machine that uses the port.")},
    {"container-failed", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Look at the container's log; choosing another container image may help.")},
    {"jupyter-timeout", ErrorKind::Timeout,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Look at the container's log, then open the notebook again.")},
    {"container-not-running", ErrorKind::WrongState,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Open the notebook first.")},
    {"container-absent", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Open the notebook first.")},
    {"notebook-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Save the notebook on the machine first.")},
    {"run-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Run it in the background again if you still want its outputs.")},
    {"no-nbclient", ErrorKind::Unsupported,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Add nbclient to the list of packages and install it.")},
    {"cell-failed", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Open the notebook with the outputs to see how far it came.")},
    {"requirements-missing", ErrorKind::NotFound,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Save the list of packages first.")},
    {"no-network", ErrorKind::Network,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Give the machine a way to the internet, or list wheels that lie in /src.")},
    {"pip-failed", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Correct the line that pip names, save and install again.")},
    {"setup-failed", ErrorKind::RemoteCommandFailed,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Look at the serial port, then reset the machine: the script runs again at each boot.")},
    {"setup-timeout", ErrorKind::Timeout,
     QT_TRANSLATE_NOOP("nimbook::jupyter::RemoteScript", "Open the notebook again to go on waiting; the serial port tells what the machine is doing.")},
};

} // namespace

RemoteScript::RemoteScript(ssh::Session &session, const QString &name, const QMap<QString, QString> &variables, QObject *parent)
    : RemoteScript(&session, name, variables, parent)
{
}

RemoteScript::RemoteScript(ssh::Session *session, const QString &name, const QMap<QString, QString> &variables, QObject *parent)
    : ValueJob(parent), m_session(session), m_machine(session ? session->settings().machineName : tr("the machine")), m_name(name),
      m_variables(variables)
{
}

QByteArray RemoteScript::input() const
{
    QFile script(QStringLiteral(":/remote/") + m_name);
    if (!script.open(QIODevice::ReadOnly))
        return {};
    QByteArray text;
    for (auto it = m_variables.cbegin(); it != m_variables.cend(); ++it)
        text += it.key().toUtf8() + '=' + shellQuoted(it.value()) + '\n';
    // The shell reads its program from stdin: as one group it is read whole before any command of it could eat the rest.
    return text + "{\n" + script.readAll() + "\n} </dev/null\n";
}

void RemoteScript::run()
{
    const QByteArray text = input();
    if (text.isEmpty()) {
        fail({ErrorKind::Internal, tr("The script %1 is missing from this build of Nimbook.").arg(m_name), {}, {}, {}});
        return;
    }
    if (!m_session || !m_session->isOpen()) {
        fail({ErrorKind::Network, tr("There is no connection to %1.").arg(m_machine), tr("Connect to the machine first."), m_name, {}});
        return;
    }
    m_command = m_session->run(QStringLiteral("sh -s"), text, this);
    if (m_lasting)
        m_command->setLasting();
    connect(m_command, &Job::progressChanged, this, &RemoteScript::setProgress); // it waits for its turn
    connect(m_command, &ssh::RemoteCommand::outputReceived, this, [this](const QByteArray &bytes) {
        for (const QString &line : m_output.feed(bytes))
            handleLine(line);
    });
    connect(m_command, &ssh::RemoteCommand::errorOutputReceived, this, [this](const QByteArray &bytes) {
        for (const QString &line : m_errorOutput.feed(bytes))
            log(line);
    });
    connect(m_command, &Job::finished, this, &RemoteScript::onCommandFinished);
    if (m_command->state() == Job::State::NotStarted)
        m_command->start();
}

void RemoteScript::abort()
{
    if (m_command)
        m_command->cancel();
}

void RemoteScript::handleLine(const QString &line)
{
    const ScriptLine parsed = parseScriptLine(line);
    if (const auto *step = std::get_if<StepLine>(&parsed)) {
        Q_EMIT stepStarted(step->name);
    } else if (const auto *progress = std::get_if<ProgressLine>(&parsed)) {
        const auto unit = progress->unit == QLatin1String("bytes") ? Progress::Unit::Bytes
            : progress->unit == QLatin1String("percent") || progress->unit == QLatin1String("%") ? Progress::Unit::Percent
                                                                                               : Progress::Unit::Items;
        setProgress({progress->done, progress->total, unit, {}});
    } else if (const auto *result = std::get_if<ResultLine>(&parsed)) {
        if (result->key.contains(QLatin1String("token")))
            m_redactor.addSecret(result->value);
        m_results.insert(result->key, result->value);
    } else if (const auto *error = std::get_if<ErrorLine>(&parsed)) {
        m_errorCode = error->code;
        m_errorText = error->text;
    } else {
        log(line);
    }
}

void RemoteScript::log(const QString &line)
{
    const QString text = m_redactor.redacted(line);
    m_lastLines += text;
    if (m_lastLines.size() > keptLines)
        m_lastLines.removeFirst();
    Q_EMIT logReceived(text);
}

void RemoteScript::onCommandFinished()
{
    if (!isRunning() || !m_command)
        return;
    for (const QString &line : m_output.finish())
        handleLine(line);
    for (const QString &line : m_errorOutput.finish())
        log(line);
    const auto result = m_command->result();
    m_command->deleteLater();
    if (!isRunning()) // whoever listens to the log may have cancelled
        return;
    if (!result) {
        failAs(*m_command);
        return;
    }
    if (result->exitStatus == 0 && m_errorCode.isEmpty())
        succeedWith(m_results);
    else
        fail(scriptError(result->exitStatus));
}

Error RemoteScript::scriptError(int exitStatus) const
{
    Error error;
    error.kind = ErrorKind::RemoteCommandFailed;
    error.message = m_errorText.isEmpty()
        ? tr("%1 ended with status %2 on %3.").arg(m_name, QString::number(exitStatus), m_machine)
        : tr("%1: %2").arg(m_machine, m_redactor.redacted(m_errorText));
    for (const KnownProblem &problem : knownProblems) {
        if (m_errorCode == QLatin1String(problem.code)) {
            error.kind = problem.kind;
            error.nextStep = tr(problem.nextStep);
        }
    }
    if (error.nextStep.isEmpty())
        error.nextStep = tr("The log below says more; try again once the cause is gone.");
    error.detail = QStringLiteral("%1: exit status %2, code %3\n%4")
                       .arg(m_name, QString::number(exitStatus), m_errorCode.isEmpty() ? QStringLiteral("none") : m_errorCode,
                            m_lastLines.join(QLatin1Char('\n')));
    return error;
}

} // namespace nimbook::jupyter
