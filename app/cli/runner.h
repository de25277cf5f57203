// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/interrupts.h"
#include "cli/verb.h"

namespace nimbook::cli {

/// One command from its sign-in to its exit status: sign in, choose the project, list its machines, carry out the verb.
class Runner : public QObject {
    Q_OBJECT
public:
    Runner(workspace::Workspace &workspace, Console &console, Arguments arguments);
    ~Runner() override;

    void start();

Q_SIGNALS:
    void finished(int status);

private:
    void onSignedIn();
    void onListed();
    void runVerb();
    void onVerbEnded();
    void onInterrupt();
    void failWith(const Error &error);

    workspace::Workspace &m_workspace;
    Console &m_console;
    Arguments m_arguments;
    Interrupts m_interrupts;
    QPointer<Job> m_signingIn;
    std::unique_ptr<Verb> m_verb;
    bool m_ended = false;
};

} // namespace nimbook::cli
