// SPDX-License-Identifier: Apache-2.0
#include "ui/create/preflight_banner.h"

#include <QPushButton>

namespace nimbook::ui {

using Field = models::CreateForm::Field;

PreflightBanner::PreflightBanner(models::CreateForm &form, QWidget *parent) : ErrorBanner(parent), m_form(form)
{
    setObjectName(QStringLiteral("createBanner"));
    connect(&m_form, &models::CreateForm::changed, this, &PreflightBanner::follow);
    connect(this, &ErrorBanner::retryRequested, this, [this] {
        m_enableError.reset();
        m_form.recheck();
    });
}

std::optional<Error> PreflightBanner::obstacle() const
{
    if (m_enableError)
        return m_enableError;
    const QString problem = m_form.problem(Field::Project);
    if (m_form.isApiOff())
        return Error{ErrorKind::ApiDisabled, problem, tr("Nimbook can enable it for you; it costs nothing by itself and takes Google about a minute."), {}, {}};
    if (!problem.isEmpty())
        return Error{ErrorKind::PermissionDenied, problem,
                     tr("Ask an owner of the project for the roles Compute Instance Admin (v1) and Service Account User."),
                     m_form.missingPermissions().join(u'\n'), {}};
    return m_form.loadError(Field::Zone) ? m_form.loadError(Field::Zone) : m_form.loadError(Field::MachineType);
}

void PreflightBanner::follow()
{
    const auto now = obstacle();
    if (now == m_shown || (m_enabling && m_enabling->isRunning()))
        return; // shown anew, a button would lose the focus at every key that is typed into the form
    m_shown = now;
    if (!now) {
        clear();
        return;
    }
    showError(*now, now->kind == ErrorKind::ApiDisabled || now->kind == ErrorKind::PermissionDenied ? tr("Check again") : tr("Try again"));
    if (now->kind == ErrorKind::ApiDisabled) {
        QPushButton *enable = addButton(tr("Enable Compute Engine"), QStringLiteral("enableApiButton"));
        connect(enable, &QPushButton::clicked, this, &PreflightBanner::enableApi);
    }
}

void PreflightBanner::enableApi()
{
    if (m_enabling)
        return;
    m_enabling = m_form.enableApi();
    m_shown.reset();
    showMessage(Kind::Information, tr("Enabling Compute Engine in %1…").arg(m_form.project()), tr("This takes Google about a minute; you can go on filling in the form."));
    connect(m_enabling, &Job::finished, this, [this, job = m_enabling.data()] {
        m_enabling = nullptr;
        m_enableError = job->state() == Job::State::Failed ? std::optional(job->error()) : std::nullopt;
        clear();
        m_shown.reset();
        follow();
    });
}

} // namespace nimbook::ui
