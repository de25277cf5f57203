// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/create_form.h"

#include <QWidget>

class QLabel;

namespace nimbook::ui {

/// What the machine will cost and what it will be, beside the form, following every choice.
class SummaryCard : public QWidget {
    Q_OBJECT
public:
    explicit SummaryCard(models::CreateForm &form, QWidget *parent = nullptr);

private:
    void showSummary();

    models::CreateForm &m_form;
    QLabel *m_price;
    QLabel *m_priceNote;
    QLabel *m_stopped;
    QLabel *m_machine;
    QLabel *m_installed;
};

} // namespace nimbook::ui
