// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace nimbook::ui {

/// Name, version, licence, and what it stands on. Deletes itself when closed.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget *parent);
};

} // namespace nimbook::ui
