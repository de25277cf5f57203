// SPDX-License-Identifier: Apache-2.0
#include "ui/files/conflict_bar.h"

#include "models/remote_path.h"
#include "ui/common/error_banner.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

using transfer::ConflictAnswer;
using transfer::Transfer;
using transfer::TransferQueue;

ConflictBar::ConflictBar(QWidget *parent) : QWidget(parent), m_banner(new ErrorBanner(this))
{
    m_banner->setObjectName(QStringLiteral("conflictBanner"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_banner);
    hide();
}

void ConflictBar::setQueue(TransferQueue *queue)
{
    if (m_queue == queue)
        return;
    if (m_queue)
        m_queue->disconnect(this);
    m_queue = queue;
    if (queue) {
        connect(queue, &TransferQueue::changed, this, &ConflictBar::lookAround);
        connect(queue, &TransferQueue::finished, this, &ConflictBar::lookAround);
        connect(queue, &TransferQueue::removed, this, &ConflictBar::lookAround);
    }
    lookAround();
}

void ConflictBar::lookAround()
{
    const QList<Transfer> all = m_queue ? m_queue->transfers() : QList<Transfer>();
    const Transfer *oldest = nullptr;
    for (const Transfer &transfer : all) { // newest first
        if (transfer.state == Transfer::State::NeedsAnswer)
            oldest = &transfer;
    }
    if (!oldest) {
        m_asking = 0;
        m_banner->clear();
        hide();
    } else if (oldest->id != m_asking) {
        ask(*oldest);
    }
}

void ConflictBar::ask(const Transfer &transfer)
{
    m_asking = transfer.id;
    constexpr qsizetype most = 3;
    QStringList names;
    for (const QString &path : transfer.conflicts.first(std::min(most, transfer.conflicts.size())))
        names.append(transfer::displayName(models::remoteName(path)));
    const qsizetype more = transfer.conflicts.size() - names.size();
    const QString list = more > 0 ? tr("%1 and %2 more").arg(names.join(QStringLiteral(", "))).arg(more) : names.join(QStringLiteral(", "));
    const QString place = transfer::displayName(transfer.destination);
    const QString question = transfer.direction == Transfer::Direction::Upload
                                 ? tr("%1 on %2 has %3 already.").arg(place, transfer.machineName, list)
                                 : tr("%1 on this computer has %2 already.").arg(place, list);
    m_banner->showMessage(ErrorBanner::Kind::Question, question, tr("Nothing has been copied yet. The answer counts for all of them."));
    m_banner->setDismissable(false);
    const auto offer = [this](const QString &text, const char *name, ConflictAnswer given) {
        QPushButton *button = m_banner->addButton(text, QString::fromLatin1(name));
        connect(button, &QPushButton::clicked, this, [this, given] { answer(given); });
        return button;
    };
    offer(tr("Overwrite"), "overwriteButton", ConflictAnswer::Overwrite);
    offer(tr("Keep both"), "keepBothButton", ConflictAnswer::KeepBoth);
    offer(tr("Newer wins"), "newerWinsButton", ConflictAnswer::NewerWins)->setToolTip(tr("Each file is replaced only where the one that comes was changed later"));
    offer(tr("Skip these"), "skipButton", ConflictAnswer::Skip);
    QPushButton *safe = offer(tr("Cancel"), "cancelConflictButton", ConflictAnswer::Ask);
    show();
    safe->setFocus(Qt::OtherFocusReason);
}

void ConflictBar::answer(ConflictAnswer given)
{
    if (m_queue && m_asking != 0)
        m_queue->answerConflicts(m_asking, given);
    m_asking = 0;
    m_banner->clear();
    hide();
}

} // namespace nimbook::ui
