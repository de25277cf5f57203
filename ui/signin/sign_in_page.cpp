// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/sign_in_page.h"

#include "ui/common/busy_spinner.h"
#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/prompts.h"
#include "ui/common/symbolic_icon.h"
#include "ui/signin/door_button.h"

#include "auth/credential_file.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QStandardPaths>

namespace nimbook::ui {

namespace {

QString droppedFile(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
}

} // namespace

SignInPage::SignInPage(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_prompts(prompts)
    , m_sandboxDoor(new DoorButton(QStringLiteral("laptop"), tr("Try it on this computer"),
                                   tr("No account needed, nothing costs money. A small cloud runs here, with real machines and a real notebook."), this))
    , m_fileDoor(new DoorButton(QStringLiteral("cloud"), tr("Sign in to Google Cloud"),
                                tr("Choose a credential file, or drop it here: a service account key, or the one that gcloud keeps."), this))
    , m_gcloudButton(new QPushButton(tr("Use the sign-in that gcloud keeps on this computer"), this))
    , m_banner(new ErrorBanner(this))
    , m_keyringBanner(new ErrorBanner(this))
{
    setAcceptDrops(true);
    m_sandboxDoor->setObjectName(QStringLiteral("sandboxButton"));
    m_fileDoor->setObjectName(QStringLiteral("credentialFileButton"));
    m_gcloudButton->setObjectName(QStringLiteral("gcloudButton"));
    m_gcloudButton->setFlat(true);
    m_gcloudButton->setIcon(symbolicIcon(QStringLiteral("key")));
    m_banner->setObjectName(QStringLiteral("signInBanner"));
    m_keyringBanner->setObjectName(QStringLiteral("keyringBanner"));

    auto *logo = new QLabel(this);
    logo->setPixmap(QIcon(QStringLiteral(":/icons/nimbook.svg")).pixmap(QSize(grid * 8, grid * 8), devicePixelRatioF()));
    auto *title = new QLabel(tr("A notebook with a GPU, at a click"), this);
    title->setFont(titleFont(font()));
    auto *sentence = makeMutedLabel(tr("Nimbook starts a machine in the cloud, opens Jupyter on it, and moves your files there and back."), this);
    sentence->setWordWrap(true);
    sentence->setAlignment(Qt::AlignHCenter);

    auto *column = new QWidget(this);
    column->setFixedWidth(grid * 66);
    auto *inner = new QVBoxLayout(column);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(grid + grid / 2);
    inner->addWidget(logo, 0, Qt::AlignHCenter);
    inner->addWidget(title, 0, Qt::AlignHCenter);
    inner->addWidget(sentence);
    inner->addSpacing(grid * 2);
    inner->addWidget(m_banner);
    inner->addWidget(m_sandboxDoor);
    inner->addWidget(m_fileDoor);
    inner->addWidget(m_gcloudButton, 0, Qt::AlignHCenter);
    m_progress = makeProgress();
    inner->addWidget(m_progress);
    inner->addSpacing(grid);
    inner->addWidget(m_keyringBanner);

    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    // Stretches, not an alignment: wrapped text is asked for its height at the width that it really gets.
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(column);
    across->addStretch(1);
    layout->addLayout(across);
    layout->addStretch(3);

    connect(m_sandboxDoor, &DoorButton::clicked, this, &SignInPage::enterSandbox);
    connect(m_fileDoor, &DoorButton::clicked, this, &SignInPage::chooseCredentialFile);
    connect(m_gcloudButton, &QPushButton::clicked, this, [this] { useCredentialFile(m_gcloudPath); });
    connect(m_banner, &ErrorBanner::retryRequested, this, [this] {
        if (m_again)
            m_again();
    });
    connect(&workspace.secrets(), &auth::SecretStore::persistenceChanged, this, &SignInPage::showKeyring);
    setBusy(false);
    showKeyring();
    lookForGcloud();
}

QWidget *SignInPage::makeProgress()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(grid, 0, grid, 0);
    layout->setSpacing(grid + grid / 2);
    layout->addWidget(new BusySpinner(grid * 2 + grid / 2, row));
    m_progressText = new QLabel(row);
    m_progressText->setObjectName(QStringLiteral("signInProgressLabel"));
    layout->addWidget(m_progressText, 1);
    auto *cancel = new QPushButton(tr("Cancel"), row);
    cancel->setObjectName(QStringLiteral("cancelSignInButton"));
    layout->addWidget(cancel);
    connect(cancel, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    return row;
}

void SignInPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    lookForGcloud();
    if (!m_job)
        m_sandboxDoor->setFocus();
}

void SignInPage::lookForGcloud()
{
    m_gcloudPath = auth::CredentialFile::defaultPath();
    const bool there = !m_gcloudPath.isEmpty() && QFileInfo::exists(m_gcloudPath);
    m_gcloudButton->setVisible(there && !m_job);
    m_gcloudButton->setToolTip(QDir::toNativeSeparators(m_gcloudPath));
}

void SignInPage::showKeyring()
{
    auth::SecretStore &secrets = m_workspace.secrets();
    if (secrets.isPersistent()) {
        m_keyringBanner->clear();
        return;
    }
    m_keyringBanner->showMessage(ErrorBanner::Kind::Information, tr("Sign-in lasts until you close Nimbook."), secrets.explanation());
}

void SignInPage::enterSandbox()
{
    m_again = [this] { enterSandbox(); };
    follow(m_workspace.signInToSandbox(), tr("Starting the cloud on this computer…"));
}

void SignInPage::chooseCredentialFile()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::HomeLocation);
    m_prompts.chooseFile(this, tr("Choose a credential file"), folder, tr("Credential files (*.json);;All files (*)"),
                         [this](const QString &path) {
                             if (!path.isEmpty())
                                 useCredentialFile(path);
                         });
}

void SignInPage::useCredentialFile(const QString &path)
{
    m_again = [this, path] { useCredentialFile(path); };
    follow(m_workspace.signInWithCredentialFile(path), tr("Signing in with %1…").arg(QFileInfo(path).fileName()));
}

void SignInPage::restoreLast()
{
    m_again = [this] { restoreLast(); };
    follow(m_workspace.restoreSignIn(), tr("Signing in as last time…"));
    m_restoring = true;
}

void SignInPage::follow(Job *job, const QString &what)
{
    m_restoring = false;
    m_job = job;
    m_banner->clear();
    m_progressText->setText(what);
    setBusy(true);
    connect(job, &Job::progressChanged, this, [this, what](const Progress &progress) {
        m_progressText->setText(progress.text.isEmpty() ? what : progress.text);
    });
    connect(job, &Job::finished, this, &SignInPage::onFinished);
}

void SignInPage::onFinished()
{
    auto *job = qobject_cast<Job *>(sender());
    if (!job || job != m_job)
        return; // an older attempt
    m_job = nullptr;
    setBusy(false);
    const bool nobody = m_restoring && job->error().kind == ErrorKind::NotFound;
    if (job->state() == Job::State::Failed && !nobody)
        m_banner->showError(job->error(), tr("Try again"));
}

void SignInPage::setBusy(bool busy)
{
    m_sandboxDoor->setEnabled(!busy);
    m_fileDoor->setEnabled(!busy);
    m_progress->setVisible(busy);
    lookForGcloud();
}

void SignInPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (!m_job && droppedFile(event->mimeData()).endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
        event->acceptProposedAction();
}

void SignInPage::dropEvent(QDropEvent *event)
{
    const QString path = droppedFile(event->mimeData());
    event->acceptProposedAction();
    useCredentialFile(path);
}

} // namespace nimbook::ui
