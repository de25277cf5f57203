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

using models::MachineMirrors;
using sync::Mirror;

MirrorBar::MirrorBar(MachineMirrors &mirrors, QWidget *parent) : QWidget(parent), m_mirrors(mirrors), m_lines(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("mirrorBar"));
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(0);
    connect(&mirrors, &MachineMirrors::changed, this, &MirrorBar::showLines);
    showLines();
}

void MirrorBar::showLines()
{
    // Few lines, and they change when somebody starts or stops one: made anew each time.
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // the button that was pressed is among them
        delete item;
    }
    for (const MachineMirrors::Line &line : m_mirrors.lines()) {
        m_lines->addWidget(makeLine(line));
        m_lines->addWidget(new Separator(Qt::Horizontal, this));
    }
    setVisible(!m_mirrors.isEmpty());
}

QWidget *MirrorBar::makeLine(const MachineMirrors::Line &line)
{
    auto *widget = new QWidget(this);
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins(grid, grid / 4, grid / 2, grid / 4);
    row->setSpacing(grid);
    auto *icon = new QToolButton(widget); // a button, for its icon follows the palette; nothing to press
    icon->setIcon(symbolicIcon(QStringLiteral("mirror")));
    icon->setAutoRaise(true);
    icon->setFocusPolicy(Qt::NoFocus);
    icon->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *text = new ElidedLabel(Qt::ElideMiddle, widget);
    text->setFullText(m_mirrors.title(line.pair));
    auto *state = new ElidedLabel(Qt::ElideRight, widget);
    state->setObjectName(QStringLiteral("mirrorStateLabel"));
    state->setMuted(true);
    if (Mirror *mirror = line.mirror) {
        const QString said = mirror->progress().text;
        state->setFullText(said.isEmpty() ? tr("Looking at both sides") : said);
        connect(mirror, &Job::progressChanged, state, [state](const Progress &progress) { state->setFullText(progress.text); });
    } else {
        state->setFullText(line.trouble.isEmpty() ? tr("Goes on when the machine runs and is connected") : line.trouble);
    }
    const auto button = [&](const QString &words, const QString &objectName) {
        auto *made = new QToolButton(widget);
        made->setText(words);
        made->setObjectName(objectName);
        made->setAccessibleName(words + u' ' + text->fullText());
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::StrongFocus);
        return made;
    };
    auto *open = button(tr("Open folder"), QStringLiteral("openMirrorButton"));
    auto *stop = button(line.trouble.isEmpty() ? tr("Stop") : tr("Close"), QStringLiteral("stopMirrorButton"));
    row->addWidget(icon);
    row->addWidget(text, 3);
    row->addWidget(state, 2);
    row->addWidget(open);
    row->addWidget(stop);
    connect(open, &QToolButton::clicked, this, [folder = line.pair.here] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    connect(stop, &QToolButton::clicked, &m_mirrors, [mirrors = &m_mirrors, pair = line.pair] { mirrors->stop(pair); });
    return widget;
}

} // namespace nimbook::ui
