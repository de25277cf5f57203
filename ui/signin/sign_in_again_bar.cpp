// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/sign_in_again_bar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>

namespace nimbook::ui {

using workspace::Workspace;

SignInAgainBar::SignInAgainBar(Workspace &workspace, QWidget *parent) : ErrorBanner(parent), m_workspace(workspace)
{
    setObjectName(QStringLiteral("signInAgainBanner"));
    setDismissable(false); // what waits would wait for ever
    connect(this, &ErrorBanner::retryRequested, this, &SignInAgainBar::begin);
    connect(&workspace, &Workspace::signInNeeded, this, &SignInAgainBar::ask);
    connect(&workspace, &Workspace::signedInAgain, this, [this] {
        if (!m_job)
            clear();
    });
    if (const Error *why = workspace.signInProblem())
        ask(*why);
}

void SignInAgainBar::ask(const Error &why)
{
    if (m_job)
        return; // its own end says how it went
    Error shown = why;
    const QString rest = tr("Notebooks, tunnels and transfers go on meanwhile; what needs Google waits.");
    shown.nextStep = why.nextStep.isEmpty() ? rest : why.nextStep + QLatin1Char(' ') + rest;
    showError(shown, tr("Sign in again"));
}

void SignInAgainBar::begin()
{
    if (m_job)
        return;
    m_job = m_workspace.signInAgain();
    showBusy(tr("Signing in again…"), {});
    connect(m_job, &Job::finished, this, [this, job = m_job.data()] { onEnded(*job); });
}

void SignInAgainBar::showBusy(const QString &message, const QString &nextStep)
{
    showMessage(Kind::Information, message, nextStep);
    auto *cancel = addButton(tr("Cancel"), QStringLiteral("cancelSignInAgainButton"));
    connect(cancel, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
}

void SignInAgainBar::showBrowserPage(const QUrl &page, bool opened)
{
    if (!m_job)
        return;
    showBusy(tr("Continue in your browser"), opened ? tr("Sign in there as before; what waits here goes on by itself.")
                                                    : tr("No browser opened by itself: copy the address into one on this computer."));
    auto *copy = addButton(tr("Copy the address"), QStringLiteral("copyAddressAgainButton"));
    connect(copy, &QPushButton::clicked, this, [page] { QGuiApplication::clipboard()->setText(page.toString(QUrl::FullyEncoded)); });
}

void SignInAgainBar::onEnded(const Job &job)
{
    m_job.clear();
    const Error *why = m_workspace.signInProblem();
    if (!why)
        return clear();
    ask(job.state() == Job::State::Failed ? job.error() : *why);
}

} // namespace nimbook::ui
