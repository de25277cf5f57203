// SPDX-License-Identifier: Apache-2.0
#include "ui/files/staging_bar.h"

#include "ui/common/elided_label.h"
#include "ui/common/look.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace nimbook::ui {

StagingBar::StagingBar(models::DragStaging &staging, QWidget *parent)
    : QWidget(parent), m_staging(staging), m_text(new ElidedLabel(Qt::ElideMiddle, this)), m_progress(new QProgressBar(this))
{
    setObjectName(QStringLiteral("stagingBar"));
    m_progress->setObjectName(QStringLiteral("stagingProgress"));
    m_progress->setAccessibleName(tr("Preparing the copies"));
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(grid * 12, grid);
    auto *cancel = new QToolButton(this);
    cancel->setObjectName(QStringLiteral("cancelStagingButton"));
    cancel->setText(tr("Cancel"));
    cancel->setAccessibleName(tr("Cancel preparing the copies"));
    cancel->setAutoRaise(true);
    cancel->setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(grid, 0, grid / 2, 0);
    row->setSpacing(grid);
    row->addWidget(m_text, 1);
    row->addWidget(m_progress);
    row->addWidget(cancel);
    hide();
    connect(cancel, &QToolButton::clicked, &staging, &models::DragStaging::giveUp);
    connect(&staging, &models::DragStaging::waitingChanged, this, &StagingBar::follow);
    connect(&staging, &models::DragStaging::progressed, this, [this](const QString &text, int percent) {
        m_text->setFullText(text);
        m_progress->setRange(0, percent < 0 ? 0 : 100);
        m_progress->setValue(percent);
    });
}

void StagingBar::follow()
{
    if (m_staging.isAwaited() && isHidden()) {
        m_text->setFullText(tr("Preparing the files for other programs…"));
        m_progress->setRange(0, 0);
    }
    setVisible(m_staging.isAwaited());
}

} // namespace nimbook::ui
