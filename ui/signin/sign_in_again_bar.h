// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/error_banner.h"
#include "workspace/workspace.h"

#include <QPointer>

namespace nimbook::ui {

/// The one bar that says that the sign-in has ended, whatever number of calls wait for the next one. Hidden while nothing waits.
class SignInAgainBar : public ErrorBanner {
    Q_OBJECT
public:
    SignInAgainBar(workspace::Workspace &workspace, QWidget *parent);

    void showBrowserPage(const QUrl &page, bool opened);

private:
    void ask(const Error &why);
    void begin();
    void onEnded(const Job &job);
    void showBusy(const QString &message, const QString &nextStep);

    workspace::Workspace &m_workspace;
    QPointer<Job> m_job;
};

} // namespace nimbook::ui
