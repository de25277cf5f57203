// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/sign_in_page.h"

#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/prompts.h"
#include "ui/common/symbolic_icon.h"
#include "ui/signin/client_form.h"
#include "ui/signin/sign_in_doors.h"
#include "ui/signin/sign_in_progress.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardPaths>

namespace nimbook::ui {

using workspace::Workspace;

namespace {

QString droppedFile(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
}

} // namespace

SignInPage::SignInPage(Workspace &workspace, Prompts &prompts, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_prompts(prompts)
    , m_doors(new SignInDoors(this))
    , m_client(new ClientForm(this))
    , m_progress(new SignInProgress(this))
    , m_banner(new ErrorBanner(this))
    , m_keyringBanner(new ErrorBanner(this))
    , m_back(new QPushButton(symbolicIcon(QStringLiteral("arrow-left")), {}, this))
{
    setAcceptDrops(true);
    m_banner->setObjectName(QStringLiteral("signInBanner"));
    m_keyringBanner->setObjectName(QStringLiteral("keyringBanner"));
    m_back->setObjectName(QStringLiteral("backToAccountButton"));
    m_back->setFlat(true);

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
    inner->addSpacing(grid);
    inner->addWidget(m_banner);
    inner->addWidget(m_doors);
    inner->addWidget(m_client);
    inner->addWidget(m_progress);
    inner->addSpacing(grid);
    inner->addWidget(m_keyringBanner);

    auto *middle = new QWidget(this);
    auto *centred = new QVBoxLayout(middle);
    centred->addStretch(2);
    // Stretches, not an alignment: wrapped text is asked for its height at the width that it really gets.
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(column);
    across->addStretch(1);
    centred->addLayout(across);
    centred->addStretch(3);
    auto *scroll = new QScrollArea(this); // a low window, many accounts, a long error: nothing is cut off
    scroll->setObjectName(QStringLiteral("signInScrollArea"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(middle);
    for (QWidget *transparent : {static_cast<QWidget *>(scroll->viewport()), middle})
        transparent->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_back, 0, Qt::AlignLeft);
    layout->addWidget(scroll, 1);

    connectParts();
    showPart(Part::Doors);
    showKeyring();
    showAccounts();
}

void SignInPage::connectParts()
{
    connect(m_doors, &SignInDoors::sandboxChosen, this, &SignInPage::enterSandbox);
    connect(m_doors, &SignInDoors::browserChosen, this, &SignInPage::signInWithBrowser);
    connect(m_doors, &SignInDoors::fileChosen, this, &SignInPage::chooseCredentialFile);
    connect(m_doors, &SignInDoors::gcloudChosen, this, &SignInPage::useFile);
    connect(m_doors, &SignInDoors::accountChosen, this, &SignInPage::switchAccount);
    connect(m_doors, &SignInDoors::machineChosen, this, [this] {
        m_again = [this] { follow(m_workspace.signInAsThisMachine(), tr("Asking this machine who it is…")); };
        m_again();
    });
    connect(m_client, &ClientForm::clientGiven, this, &SignInPage::goToBrowser);
    connect(m_client, &ClientForm::fileRequested, this, &SignInPage::chooseClientFile);
    connect(m_client, &ClientForm::refused, this, [this](const Error &why) { m_banner->showError(why); });
    connect(m_client, &ClientForm::backRequested, this, [this] {
        m_banner->clear();
        showPart(Part::Doors);
    });
    connect(m_progress, &SignInProgress::cancelRequested, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connect(m_progress, &SignInProgress::otherClientRequested, this, [this] {
        if (m_job)
            m_job->cancel();
        m_job = nullptr; // its end is no news any more
        showPart(Part::Client);
    });
    connect(m_back, &QPushButton::clicked, this, &SignInPage::backRequested);
    connect(m_banner, &ErrorBanner::retryRequested, this, [this] {
        if (m_again)
            m_again();
    });
    connect(&m_workspace.secrets(), &auth::SecretStore::persistenceChanged, this, &SignInPage::showKeyring);
    connect(&m_workspace, &Workspace::knownAccountsChanged, this, &SignInPage::showAccounts);
    connect(&m_workspace, &Workspace::accountChanged, this, &SignInPage::showAccounts);
    connect(&m_workspace, &Workspace::signOutIncomplete, this, [this](const Error &why) {
        m_banner->showMessage(ErrorBanner::Kind::Warning, why.message, why.nextStep);
    });
}

void SignInPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_doors->lookAround();
    if (m_part == Part::Doors)
        m_doors->focusFirst();
}

void SignInPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape)
        return QWidget::keyPressEvent(event);
    if (m_job)
        m_job->cancel();
    else if (m_part == Part::Client)
        showPart(Part::Doors);
    else if (m_workspace.account())
        Q_EMIT backRequested();
}

void SignInPage::showAccounts()
{
    const workspace::Account *active = m_workspace.account();
    m_back->setVisible(active != nullptr);
    if (active)
        m_back->setText(tr("Back to %1").arg(active->displayName()));
    QList<workspace::KnownAccount> others = m_workspace.knownAccounts();
    others.removeIf([active](const workspace::KnownAccount &known) { return active && known.key == active->key(); });
    m_doors->setKnownAccounts(others);
}

void SignInPage::showPart(Part part)
{
    m_part = part;
    m_doors->setVisible(part == Part::Doors);
    m_client->setVisible(part == Part::Client);
    m_progress->setVisible(part == Part::Progress);
    if (part == Part::Client)
        m_client->begin();
    else if (part == Part::Doors && isVisible())
        m_doors->focusFirst();
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
                                 useFile(path);
                         });
}

void SignInPage::chooseClientFile()
{
    m_prompts.chooseFile(this, tr("Choose the file of an OAuth client"), QStandardPaths::writableLocation(QStandardPaths::DownloadLocation),
                         tr("JSON files (*.json);;All files (*)"), [this](const QString &path) {
                             if (path.isEmpty())
                                 return;
                             if (const auto client = auth::OAuthClient::read(path))
                                 m_client->setClient(*client);
                             else
                                 m_banner->showError(client.error());
                         });
}

void SignInPage::useFile(const QString &path)
{
    // The console's download folder holds both kinds; which one it is, is told by the file and not asked of the person.
    if (const auto client = auth::OAuthClient::read(path)) {
        goToBrowser(*client);
        return;
    }
    m_again = [this, path] { useFile(path); };
    follow(m_workspace.signInWithCredentialFile(path), tr("Signing in with %1…").arg(QFileInfo(path).fileName()));
}

void SignInPage::signInWithBrowser()
{
    // The keyring may have to be unlocked first: that takes as long as it takes.
    auto *search = m_workspace.findOAuthClient();
    m_job = search;
    m_banner->clear();
    m_progress->begin();
    m_progress->setText(tr("Looking for the client ID…"));
    showPart(Part::Progress);
    connect(search, &Job::finished, this, [this, search] {
        if (m_job != search)
            return; // another door was taken meanwhile
        m_job = nullptr;
        if (const auto client = search->result())
            goToBrowser(*client);
        else
            showPart(search->state() == Job::State::Cancelled ? Part::Doors : Part::Client);
    });
}

void SignInPage::goToBrowser(const auth::OAuthClient &client)
{
    m_again = [this, client] { goToBrowser(client); };
    m_client->setClient(client);
    follow(m_workspace.signInWithBrowser(client), tr("Opening the browser…"));
    m_inBrowser = true;
}

void SignInPage::showBrowserPage(const QUrl &page, bool opened)
{
    if (m_job)
        m_progress->showBrowserPage(page, opened);
}

void SignInPage::switchAccount(const QString &key)
{
    m_again = [this, key] { switchAccount(key); };
    follow(m_workspace.switchAccount(key), tr("Signing in…"));
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
    m_inBrowser = false;
    m_job = job;
    m_banner->clear();
    m_progress->begin();
    m_progress->setText(what);
    showPart(Part::Progress);
    connect(job, &Job::progressChanged, this, [this, what](const Progress &progress) {
        if (!progress.text.isEmpty())
            m_progress->setText(progress.text);
    });
    connect(job, &Job::finished, this, &SignInPage::onFinished);
}

void SignInPage::onFinished()
{
    auto *job = qobject_cast<Job *>(sender());
    if (!job || job != m_job)
        return; // an older attempt
    m_job = nullptr;
    // NotSignedIn: the server does not know the client, so that is what to look at.
    const bool wrongClient = m_inBrowser && job->state() == Job::State::Failed && job->error().kind == ErrorKind::NotSignedIn;
    showPart(wrongClient ? Part::Client : Part::Doors);
    const bool nobody = m_restoring && job->error().kind == ErrorKind::NotFound;
    if (job->state() == Job::State::Failed && !nobody)
        m_banner->showError(job->error(), tr("Try again"));
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
    useFile(path);
}

} // namespace nimbook::ui
