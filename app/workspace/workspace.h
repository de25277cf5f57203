// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/oauth_client.h"
#include "auth/secret_store.h"
#include "base/clock.h"
#include "base/flow.h"
#include "ssh/key_pair.h"
#include "workspace/account.h"
#include "workspace/activity.h"
#include "workspace/capacity_plan.h"
#include "workspace/catalogue.h"
#include "workspace/creation_recovery.h"
#include "workspace/machine_list.h"
#include "workspace/machine_session.h"
#include "workspace/patience.h"
#include "workspace/price_book.h"
#include "workspace/sandbox_server.h"
#include "workspace/settings.h"
#include "workspace/step_times.h"

#include <memory>

namespace nimbook::workspace {

/// What main.cpp hands in; all of it outlives the Workspace.
struct Collaborators {
    net::HttpTransport &transport;
    auth::SecretStore &secrets;
    Settings &settings;
    Directories directories;
    Catalogue catalogue;
    QString sandboxProgram;
    std::shared_ptr<const Clock> clock = std::make_shared<Clock>();
    Patience patience = {};
};

enum class PowerAction { Start, Stop, Reset, Delete };

/// The whole application without its window: who is signed in, which project, its machines, and one session per machine.
///
/// Jobs returned here are started and owned by the workspace, and listed in activity() unless said otherwise. Thread: the one that
/// made it.
class Workspace : public QObject {
    Q_OBJECT
public:
    explicit Workspace(Collaborators collaborators, QObject *parent = nullptr);
    ~Workspace() override;

    // Sign-in. Each ends in accountChanged() or fails; none is listed in activity().
    Job *signInToSandbox();
    Job *signInWithCredentialFile(const QString &path); ///< kept in the SecretStore for the next start
    Job *signInWithBrowser(const auth::OAuthClient &client); ///< browserWanted() names the page; kept like a file, and the client too
    Job *signInAsThisMachine(); ///< Nimbook runs on Compute Engine (auth::mayRunOnGoogle())
    /// As gcloud's variables say: CLOUDSDK_AUTH_ACCESS_TOKEN_FILE, else GOOGLE_APPLICATION_CREDENTIALS and gcloud's own file, else the
    /// machine that this runs on. NotFound: they name nothing.
    Job *signInFromEnvironment();
    Job *restoreSignIn(); ///< as at the last start; Error kind NotFound: nobody was signed in
    Job *switchAccount(const QString &key); ///< to one of knownAccounts(), or the sandbox
    QList<KnownAccount> knownAccounts() const; ///< who has signed in and not out, the active one too
    void signOut();       ///< withdraws and forgets the account's secrets, closes sessions; machines go on
    /// The OAuth client for the browser: the one used last, else the built-in one. NotFound: the person must name one. Started.
    ValueJob<auth::OAuthClient> *findOAuthClient();

    /// When the credential of the account ends for good: off (as at first), calls fail; on, they wait for signInAgain().
    void setHoldsCalls(bool holds);
    const Error *signInProblem() const; ///< why signInAgain() is needed; null: it is not
    Job *signInAgain(); ///< the same account by its own door; what was held goes on
    Account *account() const; ///< null: signed out

    // Projects.
    const QList<cloud::Project> &projects() const;
    Job *refreshProjects();
    QString currentProject() const;
    void setCurrentProject(const QString &projectId); ///< a project id typed by hand is fine too

    // Machines of the current project; null while there is no project.
    MachineList *machines() const;
    QList<MachineSession *> sessions() const; ///< those that exist
    MachineSession *session(const cloud::InstanceRef &ref); ///< made on first use; null when the list has no such machine
    MachineSession *existingSession(const cloud::InstanceRef &ref) const;

    /// Creates the machine and waits until Compute Engine says it is made (a CreateMachineFlow: check, create, appear in the list).
    /// \param plan where and for how long to go on when the zone has none left
    Flow *createMachine(const cloud::CreateSpec &spec, const CapacityPlan &plan = {});
    Job *power(const cloud::InstanceRef &ref, PowerAction action);

    /// The startup script every new machine gets, as the form shows it.
    QString startupScript() const;
    /// Fills in what every machine of ours carries: startup script, labels, container image, guest attributes.
    void completeSpec(cloud::CreateSpec &spec, const QString &containerImage) const;

    /// Google's price list as far as it is read; wantPrices() has it read once per account, pricesChanged() tells. Empty where the
    /// account may not: then the bundled catalogue is all there is.
    const PriceBook &prices() const;
    void wantPrices();

    StepTimes &stepTimes(); ///< how long the steps of flows usually take
    Activity &activity();
    const Catalogue &catalogue() const;
    Settings &settings();
    auth::SecretStore &secrets();
    const Directories &directories() const;
    net::HttpTransport &transport();
    ssh::KeyChoice keyChoice() const; ///< as Settings::sshKey() says
    void setKeyChoice(const ssh::KeyChoice &choice); ///< for every connection from now on
    ssh::KeyChoice ownKey() const; ///< Nimbook's own, whether it is made yet or not
    ValueJob<ssh::KeyPair> *findKey(const ssh::KeyChoice &choice); ///< ssh::keyPairFor(), off this thread; not listed in activity()
    QString keyPairPath() const; ///< Directories::state + "/ssh/nimbook_ed25519"
    QString hostKeyFile() const; ///< Directories::state + "/ssh/known_hosts": Nimbook's own pins
    QString loginName() const;   ///< the user that the key is published for: the local one, made fit for Linux and Google

    const Clock &clock() const;
    const Patience &patience() const;
    void learn(const cloud::Instance &machine); ///< an answer about one machine, for the list

Q_SIGNALS:
    void sandboxStopped(const nimbook::Error &error); ///< the local cloud ended by itself: signing in to it again starts it
    void accountChanged(); ///< signed in or out
    void knownAccountsChanged();
    void browserWanted(const QUrl &page); ///< to be shown in the system's browser
    void signInNeeded(const nimbook::Error &why); ///< calls are held until signInAgain()
    void signedInAgain();
    void signOutIncomplete(const nimbook::Error &why); ///< signed out here, but the far side does not know
    void projectsChanged();
    void currentProjectChanged();
    void pricesChanged();
    /// Of machines that were being made when Nimbook ended something was found; looked for whenever a project is opened.
    void creationsRecovered(const nimbook::workspace::RecoveredCreations &recovered);
    void sessionCreated(nimbook::workspace::MachineSession *session);
    void sessionClosed(const nimbook::cloud::InstanceRef &ref);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::workspace
