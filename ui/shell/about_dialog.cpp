// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/about_dialog.h"

#include "ui/common/look.h"

#include <QDialogButtonBox>
#include <QIcon>
#include <QLabel>
#include <QVBoxLayout>

namespace nimbook::ui {

AboutDialog::AboutDialog(QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Nimbook"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *picture = new QLabel(this);
    picture->setPixmap(QIcon(QStringLiteral(":/icons/nimbook.svg")).pixmap(QSize(grid * 8, grid * 8), devicePixelRatioF()));
    auto *name = new QLabel(tr("Nimbook %1").arg(QStringLiteral(NIMBOOK_VERSION)), this);
    name->setFont(titleFont(font()));
    auto *what = new QLabel(tr("A GPU notebook on Google Cloud, at a click."), this);
    auto *stands = makeMutedLabel(tr("Stands on Qt %1, libssh and Jupyter. Licence: Apache 2.0.").arg(QString::fromLatin1(qVersion())), this);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 4, grid * 3, grid * 4, grid * 2);
    layout->setSpacing(grid);
    for (QWidget *widget : {static_cast<QWidget *>(picture), static_cast<QWidget *>(name), static_cast<QWidget *>(what), static_cast<QWidget *>(stands)})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addSpacing(grid);
    layout->addWidget(buttons);
}

} // namespace nimbook::ui
