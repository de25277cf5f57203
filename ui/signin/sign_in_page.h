// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "workspace/workspace.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace nimbook::ui {

class BusySpinner;
class DoorButton;
class ErrorBanner;
class Prompts;

/// Signed out: two doors and one line on what each does. A credential file may also be dropped on the page.
class SignInPage : public QWidget {
    Q_OBJECT
public:
    SignInPage(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent = nullptr);

    void enterSandbox();
    void chooseCredentialFile();
    void useCredentialFile(const QString &path);
    void restoreLast(); ///< as at the last start; nobody signed in then is not an error

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeProgress();
    void lookForGcloud();
    void showKeyring();
    void follow(Job *job, const QString &what);
    void onFinished();
    void setBusy(bool busy);

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    QPointer<Job> m_job;
    std::function<void()> m_again;
    bool m_restoring = false;
    QString m_gcloudPath;

    DoorButton *m_sandboxDoor;
    DoorButton *m_fileDoor;
    QPushButton *m_gcloudButton;
    QWidget *m_progress = nullptr;
    QLabel *m_progressText = nullptr;
    ErrorBanner *m_banner;
    ErrorBanner *m_keyringBanner;
};

} // namespace nimbook::ui
