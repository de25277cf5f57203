// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/create_form.h"
#include "ui/common/error_banner.h"

namespace nimbook::ui {

/// What stands in the way of making any machine in this project, above the form: the API is off (a button switches it on), permissions
/// are missing (the list is in the details), or Google could not be asked.
class PreflightBanner : public ErrorBanner {
    Q_OBJECT
public:
    explicit PreflightBanner(models::CreateForm &form, QWidget *parent = nullptr);

private:
    std::optional<Error> obstacle() const;
    void follow();
    void enableApi();

    models::CreateForm &m_form;
    std::optional<Error> m_shown;
    QPointer<Job> m_enabling;
    std::optional<Error> m_enableError;
};

} // namespace nimbook::ui
