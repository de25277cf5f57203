// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/settings_dialog.h"

#include "ui/common/look.h"
#include "ui/shell/ssh_key_fields.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

SettingsDialog::SettingsDialog(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *key = new SshKeyFields(workspace, prompts, this);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *save = buttons->addButton(tr("&Save"), QDialogButtonBox::AcceptRole);
    save->setObjectName(QStringLiteral("saveSettingsButton"));
    save->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, key, &SshKeyFields::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(key, &SshKeyFields::accepted, this, &QDialog::accept);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 3, grid * 3, grid * 3, grid * 2);
    layout->setSpacing(grid * 2);
    layout->addWidget(key);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(grid * 68);
    // Wrapped text does not make a window grow by itself.
    connect(key, &SshKeyFields::contentsChanged, this, [this, layout] {
        layout->activate();
        resize(width(), std::max(height(), layout->totalHeightForWidth(width())));
    });
    key->begin();
}

} // namespace nimbook::ui
