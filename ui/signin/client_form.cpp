// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/client_form.h"

#include "ui/common/accent_button.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QDesktopServices>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

namespace nimbook::ui {

ClientForm::ClientForm(QWidget *parent)
    : QWidget(parent), m_id(new QLineEdit(this)), m_secret(new QLineEdit(this)), m_continue(new AccentButton(tr("Continue in the browser"), this))
{
    auto *explanation = new QLabel(
        tr("Google wants to know which program asks. In the Google Cloud console, make an OAuth client of the type “Desktop app” once, "
           "and give Nimbook its file or its two fields."),
        this);
    explanation->setObjectName(QStringLiteral("clientExplanationLabel"));
    explanation->setWordWrap(true);
    auto *console = new QPushButton(symbolicIcon(QStringLiteral("globe")), tr("Open the console"), this);
    console->setObjectName(QStringLiteral("openConsoleButton"));
    console->setFlat(true);

    m_id->setObjectName(QStringLiteral("clientIdEdit"));
    m_id->setPlaceholderText(QStringLiteral("123456-abc.apps.googleusercontent.com"));
    m_id->setMaxLength(64 * 1024); // the whole file may be pasted here
    m_id->setAccessibleName(tr("Client ID"));
    m_secret->setObjectName(QStringLiteral("clientSecretEdit"));
    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setAccessibleName(tr("Client secret"));
    auto *fields = new QFormLayout;
    fields->setSpacing(grid);
    fields->addRow(tr("Client ID"), m_id);
    fields->addRow(tr("Client secret"), m_secret);

    auto *load = new QPushButton(symbolicIcon(QStringLiteral("folder")), tr("Load the JSON file…"), this);
    load->setObjectName(QStringLiteral("loadClientButton"));
    auto *back = new QPushButton(tr("Back"), this);
    back->setObjectName(QStringLiteral("clientBackButton"));
    m_continue->setObjectName(QStringLiteral("continueInBrowserButton"));
    m_continue->setAutoDefault(true);
    for (QPushButton *button : {load, back, static_cast<QPushButton *>(m_continue)})
        button->setMinimumHeight(grid * 4);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(grid);
    buttons->addWidget(load);
    buttons->addStretch();
    buttons->addWidget(back);
    buttons->addWidget(m_continue);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid + grid / 2);
    layout->addWidget(explanation);
    layout->addWidget(console, 0, Qt::AlignLeft);
    layout->addLayout(fields);
    layout->addLayout(buttons);

    connect(m_id, &QLineEdit::textEdited, this, &ClientForm::onIdEdited);
    connect(m_id, &QLineEdit::returnPressed, this, &ClientForm::submit);
    connect(m_secret, &QLineEdit::returnPressed, this, &ClientForm::submit);
    connect(console, &QPushButton::clicked, this,
            [] { QDesktopServices::openUrl(QUrl(QStringLiteral("https://console.cloud.google.com/auth/clients"))); });
    connect(load, &QPushButton::clicked, this, &ClientForm::fileRequested);
    connect(back, &QPushButton::clicked, this, &ClientForm::backRequested);
    connect(m_continue, &QPushButton::clicked, this, &ClientForm::submit);
}

void ClientForm::begin()
{
    m_id->setFocus();
}

void ClientForm::setClient(const auth::OAuthClient &client)
{
    m_loaded = client;
    m_id->setText(client.id);
    m_secret->setText(QString::fromUtf8(client.secret.reveal()));
    m_continue->setFocus();
}

void ClientForm::onIdEdited(const QString &text)
{
    if (!text.trimmed().startsWith(QLatin1Char('{')))
        return;
    // The whole file was pasted; half of one while it is typed is no fault yet.
    if (const auto client = auth::OAuthClient::parse(text.toUtf8(), tr("what was pasted")))
        setClient(*client);
}

void ClientForm::submit()
{
    if (m_id->text().trimmed().startsWith(QLatin1Char('{'))) {
        const auto pasted = auth::OAuthClient::parse(m_id->text().toUtf8(), tr("what was pasted"));
        if (!pasted)
            return Q_EMIT refused(pasted.error());
    }
    auto client = auth::OAuthClient::fromFields(m_id->text(), m_secret->text());
    if (!client)
        return Q_EMIT refused(client.error());
    if (m_loaded && m_loaded->id == client->id) {
        client->authUri = m_loaded->authUri;
        client->tokenUri = m_loaded->tokenUri;
        client->revokeUri = m_loaded->revokeUri;
    }
    Q_EMIT clientGiven(*client);
}

} // namespace nimbook::ui
