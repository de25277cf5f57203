// SPDX-License-Identifier: Apache-2.0
#include "ui/files/mirror_bar.h"

#include "transfer/remote_files.h"
#include "ui/common/elided_label.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/common/symbolic_icon.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace nimbook::ui {

using sync::Mirror;

MirrorBar::MirrorBar(const QString &machineName, QWidget *parent) : QWidget(parent), m_machineName(machineName), m_lines(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("mirrorBar"));
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(0);
    hide();
}

QString MirrorBar::title(const Mirror &mirror, const QString &machineName)
{
    const QString here = transfer::displayName(mirror.folders().here);
    const QString there = transfer::displayName(mirror.folders().there);
    return mirror.direction() == Mirror::Direction::Down ? tr("Following %1 on %2 into %3").arg(there, machineName, here)
                                                         : tr("Following %1 up into %2 on %3").arg(here, there, machineName);
}

void MirrorBar::follow(transfer::TransferQueue &queue, Mirror::Direction direction, const sync::FolderPair &folders)
{
    for (const Mirror *running : mirrors()) {
        if (running->direction() == direction && running->folders().here == folders.here && running->folders().there == folders.there)
            return;
    }
    auto *mirror = new Mirror(queue, direction, folders, this);
    m_mirrors.append(mirror);
    addLine(mirror);
    connect(mirror, &Mirror::copied, this, [this, direction] { Q_EMIT copied(direction); });
    Q_EMIT started(mirror, title(*mirror, m_machineName));
    mirror->startAndForget();
    show();
}

QList<Mirror *> MirrorBar::mirrors() const
{
    QList<Mirror *> running;
    for (const QPointer<Mirror> &mirror : m_mirrors) {
        if (mirror && !mirror->isFinished())
            running.append(mirror);
    }
    return running;
}

void MirrorBar::addLine(Mirror *mirror)
{
    auto *line = new QWidget(this);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(grid, grid / 4, grid / 2, grid / 4);
    row->setSpacing(grid);
    auto *icon = new QToolButton(line); // a button, for its icon follows the palette; nothing to press
    icon->setIcon(symbolicIcon(QStringLiteral("mirror")));
    icon->setAutoRaise(true);
    icon->setFocusPolicy(Qt::NoFocus);
    icon->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *text = new ElidedLabel(Qt::ElideMiddle, line);
    text->setFullText(title(*mirror, m_machineName));
    auto *state = new ElidedLabel(Qt::ElideRight, line);
    state->setObjectName(QStringLiteral("mirrorStateLabel"));
    state->setMuted(true);
    state->setFullText(tr("Looking at both sides"));
    const auto button = [&](const QString &words, const QString &objectName) {
        auto *made = new QToolButton(line);
        made->setText(words);
        made->setObjectName(objectName);
        made->setAccessibleName(words + u' ' + text->fullText());
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::StrongFocus);
        return made;
    };
    auto *open = button(tr("Open folder"), QStringLiteral("openMirrorButton"));
    auto *stop = button(tr("Stop"), QStringLiteral("stopMirrorButton"));
    row->addWidget(icon);
    row->addWidget(text, 3);
    row->addWidget(state, 2);
    row->addWidget(open);
    row->addWidget(stop);
    auto *under = new Separator(Qt::Horizontal, this);
    m_lines->addWidget(line);
    m_lines->addWidget(under);

    const auto goAway = [this, line, under] {
        line->deleteLater();
        under->deleteLater();
        m_lines->removeWidget(line);
        m_lines->removeWidget(under);
        setVisible(m_lines->count() > 0);
    };
    connect(open, &QToolButton::clicked, this, [folder = mirror->folders().here] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    connect(mirror, &Job::progressChanged, state, [state](const Progress &progress) { state->setFullText(progress.text); });
    connect(stop, &QToolButton::clicked, this, [mirror = QPointer<Mirror>(mirror), goAway] {
        if (mirror && !mirror->isFinished())
            mirror->cancel();
        else
            goAway();
    });
    connect(mirror, &Job::finished, line, [mirror, state, stop, goAway] {
        if (mirror->state() != Job::State::Failed) {
            goAway();
            return;
        }
        state->setFullText(mirror->error().message);
        stop->setText(tr("Close"));
    });
}

} // namespace nimbook::ui
