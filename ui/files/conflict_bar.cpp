// SPDX-License-Identifier: Apache-2.0
#include "ui/files/conflict_bar.h"

#include "models/remote_path.h"
#include "ui/common/error_banner.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

using transfer::ConflictAnswer;
using transfer::LocalCopyJob;
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
    m_copies.removeIf([](const QPointer<LocalCopyJob> &job) { return !job || job->isFinished() || job->conflicts().isEmpty(); });
    if (oldest) {
        if (oldest->id != m_asking)
            ask(*oldest);
    } else if (!m_copies.isEmpty()) {
        if (m_copies.first() != m_askingCopy)
            askForCopy(*m_copies.first());
    } else {
        m_asking = 0;
        m_askingCopy = nullptr;
        m_banner->clear();
        hide();
    }
}

void ConflictBar::watch(LocalCopyJob *job)
{
    connect(job, &LocalCopyJob::conflicted, this, [this, job] {
        m_copies.append(job);
        lookAround();
    });
    connect(job, &Job::finished, this, &ConflictBar::lookAround);
}

QString ConflictBar::namesOf(const QStringList &conflicts)
{
    constexpr qsizetype most = 3;
    QStringList names;
    for (const QString &path : conflicts.first(std::min(most, conflicts.size())))
        names.append(transfer::displayName(models::remoteName(path)));
    const qsizetype more = conflicts.size() - names.size();
    return more > 0 ? tr("%1 and %2 more").arg(names.join(QStringLiteral(", "))).arg(more) : names.join(QStringLiteral(", "));
}

void ConflictBar::ask(const Transfer &transfer)
{
    m_asking = transfer.id;
    m_askingCopy = nullptr;
    const QString place = transfer::displayName(transfer.destination);
    showQuestion(transfer.direction != Transfer::Direction::Download
                     ? tr("%1 on %2 has %3 already.").arg(place, transfer.machineName, namesOf(transfer.conflicts))
                     : tr("%1 on this computer has %2 already.").arg(place, namesOf(transfer.conflicts)));
}

void ConflictBar::askForCopy(LocalCopyJob &job)
{
    m_asking = 0;
    m_askingCopy = &job;
    showQuestion(tr("%1 on this computer has %2 already.").arg(transfer::displayName(job.destination()), namesOf(job.conflicts())));
}

void ConflictBar::showQuestion(const QString &question)
{
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
    const auto asking = std::exchange(m_asking, 0);
    const auto copy = std::exchange(m_askingCopy, nullptr);
    m_banner->clear();
    hide();
    if (m_queue && asking != 0)
        m_queue->answerConflicts(asking, given);
    if (copy)
        copy->answer(given);
    lookAround();
}

} // namespace nimbook::ui
