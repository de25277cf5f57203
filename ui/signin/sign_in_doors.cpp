// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/sign_in_doors.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"
#include "ui/signin/door_button.h"

#include "auth/credential_file.h"
#include "auth/metadata_server.h"

#include <QDir>
#include <QFileInfo>
#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {
constexpr int mostAccountsShown = 3; // the others are in the account menu once somebody is signed in
}

SignInDoors::SignInDoors(QWidget *parent)
    : QWidget(parent)
    , m_accounts(new QVBoxLayout)
    , m_sandbox(new DoorButton(QStringLiteral("laptop"), tr("Try it on this computer"),
                               tr("No account needed, nothing costs money. A small cloud runs here, with real machines and a real notebook."), this))
    , m_google(new DoorButton(QStringLiteral("cloud"), tr("Sign in to Google Cloud"),
                              tr("In your browser, on Google's own page. Nimbook never sees your password."), this))
    , m_file(new DoorButton(QStringLiteral("key"), tr("Use a credential file"),
                            tr("Choose one, or drop it here: a service account key, or the file that gcloud keeps."), this))
    , m_gcloud(quietButton(tr("Use the sign-in that gcloud keeps on this computer"), QStringLiteral("console"), QStringLiteral("gcloudButton")))
    , m_machine(quietButton(tr("Use the service account of this machine"), QStringLiteral("machine"), QStringLiteral("thisMachineButton")))
{
    m_sandbox->setObjectName(QStringLiteral("sandboxButton"));
    m_google->setObjectName(QStringLiteral("googleButton"));
    m_file->setObjectName(QStringLiteral("credentialFileButton"));
    m_accounts->setSpacing(grid / 2);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid + grid / 2);
    layout->addLayout(m_accounts);
    layout->addWidget(m_sandbox);
    layout->addWidget(m_google);
    layout->addWidget(m_file);
    layout->addWidget(m_gcloud, 0, Qt::AlignHCenter);
    layout->addWidget(m_machine, 0, Qt::AlignHCenter);

    connect(m_sandbox, &DoorButton::clicked, this, &SignInDoors::sandboxChosen);
    connect(m_google, &DoorButton::clicked, this, &SignInDoors::browserChosen);
    connect(m_file, &DoorButton::clicked, this, &SignInDoors::fileChosen);
    connect(m_gcloud, &QPushButton::clicked, this, [this] { Q_EMIT gcloudChosen(m_gcloudPath); });
    connect(m_machine, &QPushButton::clicked, this, &SignInDoors::machineChosen);
    lookAround();
}

QPushButton *SignInDoors::quietButton(const QString &text, const QString &icon, const QString &objectName)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(objectName);
    button->setFlat(true);
    button->setIcon(symbolicIcon(icon));
    return button;
}

void SignInDoors::lookAround()
{
    m_gcloudPath = auth::CredentialFile::defaultPath();
    m_gcloud->setVisible(!m_gcloudPath.isEmpty() && QFileInfo::exists(m_gcloudPath));
    m_gcloud->setToolTip(QDir::toNativeSeparators(m_gcloudPath));
    m_machine->setVisible(auth::mayRunOnGoogle());
}

void SignInDoors::setKnownAccounts(const QList<workspace::KnownAccount> &accounts)
{
    while (QLayoutItem *item = m_accounts->takeAt(0)) {
        if (QWidget *widget = item->widget())
            widget->deleteLater(); // one of them may be what was pressed
        delete item;
    }
    for (const auto &account : accounts.mid(0, mostAccountsShown)) {
        auto *button = new DoorButton(QStringLiteral("account"), tr("Continue as %1").arg(account.name), QString(), this);
        button->setObjectName(QStringLiteral("knownAccountButton"));
        m_accounts->addWidget(button);
        connect(button, &DoorButton::clicked, this, [this, key = account.key] { Q_EMIT accountChosen(key); });
        button->show();
    }
}

void SignInDoors::focusFirst()
{
    QWidget *first = m_accounts->isEmpty() ? nullptr : m_accounts->itemAt(0)->widget();
    (first ? first : m_sandbox)->setFocus();
}

} // namespace nimbook::ui
