// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "workspace/workspace.h"

#include <QPointer>
#include <QWidget>

class QPushButton;

namespace nimbook::ui {

class ClientForm;
class ErrorBanner;
class Prompts;
class SignInDoors;
class SignInProgress;

/// Signed out, or another account is to be added: the doors, and one line on what each does. A credential file, or the file of an OAuth
/// client, may also be dropped on the page.
class SignInPage : public QWidget {
    Q_OBJECT
public:
    SignInPage(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent = nullptr);

    void enterSandbox();
    void chooseCredentialFile();
    void useFile(const QString &path); ///< a credential file or an OAuth client's
    void signInWithBrowser(); ///< asks for the OAuth client first where none is known
    void switchAccount(const QString &key);
    void restoreLast(); ///< as at the last start; nobody signed in then is not an error
    void showBrowserPage(const QUrl &page, bool opened);

Q_SIGNALS:
    void backRequested(); ///< to the account that is signed in

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    enum class Part { Doors, Client, Progress };
    void connectParts();
    void chooseClientFile();
    void goToBrowser(const auth::OAuthClient &client);
    void showPart(Part part);
    void showKeyring();
    void showAccounts();
    void follow(Job *job, const QString &what);
    void onFinished();

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    QPointer<Job> m_job;
    std::function<void()> m_again;
    bool m_restoring = false;
    bool m_inBrowser = false; ///< m_job goes through the browser
    Part m_part = Part::Doors;

    SignInDoors *m_doors;
    ClientForm *m_client;
    SignInProgress *m_progress;
    ErrorBanner *m_banner;
    ErrorBanner *m_keyringBanner;
    QPushButton *m_back;
};

} // namespace nimbook::ui
