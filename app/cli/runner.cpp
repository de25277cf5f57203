// SPDX-License-Identifier: Apache-2.0
#include "cli/runner.h"

namespace nimbook::cli {

Runner::Runner(workspace::Workspace &workspace, Console &console, Arguments arguments)
    : m_workspace(workspace), m_console(console), m_arguments(std::move(arguments))
{
    connect(&m_interrupts, &Interrupts::asked, this, &Runner::onInterrupt);
}

Runner::~Runner() = default;

void Runner::start()
{
    const QString file = m_arguments.value(QStringLiteral("credential-file"));
    if (m_arguments.has(QStringLiteral("sandbox")))
        m_signingIn = m_workspace.signInToSandbox();
    else if (!file.isEmpty())
        m_signingIn = m_workspace.signInWithCredentialFile(file);
    else
        m_signingIn = m_workspace.signInFromEnvironment();
    m_console.follow(m_signingIn, tr("Signing in"));
    connect(m_signingIn, &Job::finished, this, [this, job = m_signingIn.data()] {
        m_signingIn = nullptr;
        if (job->state() == Job::State::Succeeded)
            onSignedIn();
        else if (job->error().kind == ErrorKind::NotFound && !m_arguments.has(QStringLiteral("credential-file")))
            failWith({ErrorKind::NotSignedIn, tr("Nobody is signed in."),
                      tr("Name a credential file with --credential-file, run “gcloud auth application-default login”, or try --sandbox."), {}, {}});
        else
            failWith(job->error());
    });
}

void Runner::onSignedIn()
{
    // Never the project that was used last: a script shall do the same today and tomorrow.
    const QString project = m_arguments.value(QStringLiteral("gcp-project-id"), m_workspace.account()->defaultProject());
    if (project.isEmpty()) {
        failWith({ErrorKind::InvalidInput, tr("No project is named."), tr("Say which with --gcp-project-id or in CLOUDSDK_CORE_PROJECT."), {}, {}});
        return;
    }
    if (m_arguments.has(QStringLiteral("ssh-key-to-project")))
        m_workspace.settings().setPublishesKeyToProject(project, true); // in this program's copy only
    m_workspace.setCurrentProject(project);
    connect(m_workspace.machines(), &workspace::MachineList::refreshed, this, &Runner::onListed);
    if (m_workspace.machines()->isLoaded())
        onListed();
}

void Runner::onListed()
{
    const auto *machines = m_workspace.machines();
    if (m_verb || m_ended || !machines)
        return;
    if (machines->isLoaded())
        runVerb();
    else if (machines->lastError())
        failWith(*machines->lastError());
}

void Runner::runVerb()
{
    m_verb = makeVerb({m_workspace, m_console, m_arguments});
    connect(m_verb.get(), &Job::finished, this, &Runner::onVerbEnded);
    m_verb->start();
}

void Runner::onVerbEnded()
{
    if (m_verb->state() == Job::State::Succeeded) {
        if (const QJsonValue json = m_verb->json(); !m_arguments.has(QStringLiteral("json")) || !json.isNull())
            m_console.result(m_verb->text(), json);
    } else if (m_verb->state() == Job::State::Failed) {
        m_console.fail(m_verb->error());
    }
    m_ended = true;
    Q_EMIT finished(m_verb->exitStatus());
}

void Runner::onInterrupt()
{
    if (!m_verb) {
        if (m_signingIn)
            m_signingIn->cancel();
        if (!m_ended)
            failWith({ErrorKind::Cancelled, tr("Cancelled."), {}, {}, {}});
        return;
    }
    const QString goesOn = m_verb->goesOn();
    m_verb->interrupt();
    if (m_verb->state() == Job::State::Cancelled)
        m_console.warn(goesOn.isEmpty() ? tr("Cancelled.") : tr("Cancelled.") + QLatin1Char(' ') + goesOn);
}

void Runner::failWith(const Error &error)
{
    if (m_ended)
        return;
    m_ended = true;
    m_console.fail(error);
    Q_EMIT finished(int(exitCodeFor(error.kind)));
}

} // namespace nimbook::cli
