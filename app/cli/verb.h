// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "workspace/workspace.h"

#include <QJsonObject>

#include <memory>
#include <optional>

namespace nimbook::cli {

/// What a verb works with; all of it outlives the verb.
struct Context {
    workspace::Workspace &workspace;
    Console &console;
    const Arguments &arguments;
};

/// One thing that nimbookctl does, once somebody is signed in and the machines are listed.
class Verb : public Job {
    Q_OBJECT
public:
    explicit Verb(const Context &context) : m_context(context) {}

    virtual QString text() const { return {}; }       ///< the result for people; empty: nothing to say
    virtual QJsonValue json() const { return {}; }    ///< the result for scripts
    virtual QString goesOn() const { return {}; }     ///< translated: what is not undone by cancelling now
    int exitStatus() const; ///< after the end
    virtual void interrupt() { cancel(); }            ///< Ctrl+C

protected:
    workspace::Workspace &workspace() const { return m_context.workspace; }
    Console &console() const { return m_context.console; }
    const Arguments &arguments() const { return m_context.arguments; }

    /// The machine that --instance-name and --zone mean; kinds NotFound, InvalidInput (in several zones).
    Result<cloud::Instance> machine() const;

    /// Shows a job that somebody else owns and has started, and goes on with \a then when it Succeeded; else ends as it did.
    template<typename JobType>
    void await(JobType *job, const QString &title, std::function<void(JobType &)> then)
    {
        awaitEnd<JobType>(job, title, [this, then = std::move(then)](JobType &ended) {
            if (ended.state() == State::Succeeded)
                then(ended);
            else
                failAs(ended);
        });
    }
    /// The same, but \a then is called however it ended.
    template<typename JobType>
    void awaitEnd(JobType *job, const QString &title, std::function<void(JobType &)> then)
    {
        m_waiting = job;
        console().follow(job, title);
        const auto onEnd = [this, job, then = std::move(then)] {
            m_waiting = nullptr;
            if (isRunning())
                then(*job);
        };
        if (job->isFinished())
            onEnd();
        else
            connect(job, &Job::finished, this, onEnd);
    }
    Job *waitingFor() const { return m_waiting; }

    void failUnanswered(const QString &message, const QString &nextStep); ///< there was nobody to ask
    void succeedWithStatus(int status);                                   ///< a command's own

    void abort() override;

    static QJsonObject machineJson(const cloud::Instance &machine);

private:
    Context m_context;
    QPointer<Job> m_waiting;
    std::optional<int> m_status;
};

/// Null: there is no such verb, which parseArguments() has refused already.
std::unique_ptr<Verb> makeVerb(const Context &context);

// The verbs by what they are about; each null when the name is not one of theirs.
std::unique_ptr<Verb> makeMachineVerb(const Context &context);
std::unique_ptr<Verb> makeCreateVerb(const Context &context);
std::unique_ptr<Verb> makeNotebookVerb(const Context &context);
std::unique_ptr<Verb> makeFileVerb(const Context &context);
std::unique_ptr<Verb> makeSshVerb(const Context &context);
std::unique_ptr<Verb> makeProxyVerb(const Context &context);

} // namespace nimbook::cli
