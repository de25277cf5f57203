// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/sign_in_progress.h"

#include "ui/common/busy_spinner.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace nimbook::ui {

SignInProgress::SignInProgress(QWidget *parent)
    : QWidget(parent), m_text(new QLabel(this)), m_hint(makeMutedLabel({}, this)), m_browser(new QWidget(this)),
      m_copy(new QPushButton(symbolicIcon(QStringLiteral("copy")), tr("Copy the address"), this))
{
    m_text->setObjectName(QStringLiteral("signInProgressLabel"));
    m_text->setWordWrap(true);
    m_hint->setObjectName(QStringLiteral("browserHintLabel"));
    m_hint->setWordWrap(true);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("cancelSignInButton"));
    auto *row = new QHBoxLayout;
    row->setSpacing(grid + grid / 2);
    row->addWidget(new BusySpinner(grid * 2 + grid / 2, this));
    row->addWidget(m_text, 1);
    row->addWidget(cancel);

    auto *open = new QPushButton(symbolicIcon(QStringLiteral("globe")), tr("Open the page again"), this);
    open->setObjectName(QStringLiteral("openBrowserButton"));
    open->setFlat(true);
    m_copy->setObjectName(QStringLiteral("copyAddressButton"));
    m_copy->setFlat(true);
    m_copy->setToolTip(tr("For a browser that does not open by itself. It must run on this computer."));
    auto *ways = new QHBoxLayout;
    ways->addStretch();
    ways->addWidget(open);
    ways->addWidget(m_copy);
    auto *other = new QPushButton(symbolicIcon(QStringLiteral("key")), tr("Use another client ID"), this);
    other->setObjectName(QStringLiteral("otherClientButton"));
    other->setFlat(true);
    ways->addWidget(other);
    ways->addStretch();
    auto *browser = new QVBoxLayout(m_browser);
    browser->setContentsMargins(0, 0, 0, 0);
    browser->addWidget(m_hint);
    browser->addLayout(ways);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid, 0, grid, 0);
    layout->setSpacing(grid * 2);
    layout->addLayout(row);
    layout->addWidget(m_browser);

    connect(cancel, &QPushButton::clicked, this, &SignInProgress::cancelRequested);
    connect(other, &QPushButton::clicked, this, &SignInProgress::otherClientRequested);
    connect(open, &QPushButton::clicked, this, [this] { showBrowserPage(m_page, QDesktopServices::openUrl(m_page)); });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_page.toString(QUrl::FullyEncoded));
        m_copy->setText(tr("Copied"));
    });
    begin();
}

void SignInProgress::begin()
{
    m_page.clear();
    m_browser->hide();
}

void SignInProgress::setText(const QString &text)
{
    m_text->setText(text);
}

void SignInProgress::showBrowserPage(const QUrl &page, bool opened)
{
    m_page = page;
    m_text->setText(tr("Continue in your browser"));
    m_hint->setText(opened ? tr("Choose the account there and allow access to Google Cloud. Nimbook goes on by itself when you are done.")
                           : tr("No browser opened by itself. Copy the address into one on this computer; Nimbook goes on by itself when you are done."));
    m_copy->setText(tr("Copy the address"));
    m_browser->show();
}

} // namespace nimbook::ui
