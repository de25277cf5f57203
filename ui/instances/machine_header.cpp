// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_header.h"

#include "models/machine_text.h"
#include "ui/common/accent_button.h"
#include "ui/common/elided_label.h"
#include "ui/common/look.h"
#include "ui/common/state_badge.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machine_look.h"

#include <QAction>
#include <QGridLayout>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

namespace nimbook::ui {

MachineHeader::MachineHeader(const workspace::Catalogue &catalogue, MachineActions &actions, QWidget *parent)
    : QWidget(parent)
    , m_catalogue(catalogue)
    , m_name(new ElidedLabel(Qt::ElideMiddle, this))
    , m_badge(new StateBadge(this))
    , m_facts(new ElidedLabel(Qt::ElideRight, this))
    , m_money(new ElidedLabel(Qt::ElideRight, this))
    , m_open(new AccentButton(tr("Open notebook"), this))
    , m_start(actionButton(actions.start(), QStringLiteral("startButton")))
    , m_stop(actionButton(actions.stop(), QStringLiteral("stopButton")))
{
    m_name->setObjectName(QStringLiteral("machineNameLabel"));
    m_name->setFont(titleFont(font()));
    m_badge->setObjectName(QStringLiteral("machineStateBadge"));
    m_facts->setObjectName(QStringLiteral("machineFactsLabel"));
    m_money->setObjectName(QStringLiteral("machineMoneyLabel"));
    m_facts->setMuted(true);
    m_money->setMuted(true);
    m_open->setObjectName(QStringLiteral("openNotebookButton"));
    m_open->setIcon(symbolicIcon(QStringLiteral("notebook"), QPalette::HighlightedText));
    m_open->setAccessibleName(tr("Open notebook"));
    m_open->setToolTip(actions.openNotebook()->toolTip());
    QAction *open = actions.openNotebook();
    connect(m_open, &QPushButton::clicked, open, &QAction::trigger);
    connect(open, &QAction::changed, m_open, [this, open] { m_open->setEnabled(open->isEnabled()); });
    m_open->setEnabled(open->isEnabled());

    auto *more = new QToolButton(this);
    more->setObjectName(QStringLiteral("machineMenuButton"));
    more->setIcon(symbolicIcon(QStringLiteral("chevron-down")));
    more->setAccessibleName(tr("More actions for this machine"));
    more->setToolTip(tr("More: reset, disconnect, copy address, delete"));
    more->setAutoRaise(true);
    more->setFocusPolicy(Qt::StrongFocus);
    auto *menu = new QMenu(more);
    actions.addTo(menu);
    connect(more, &QToolButton::clicked, menu, [more, menu] { menu->popup(more->mapToGlobal(QPoint(0, more->height()))); });

    auto *first = new QHBoxLayout;
    first->setSpacing(grid + grid / 2);
    auto *name = new QHBoxLayout;
    name->setSpacing(grid + grid / 2);
    name->addWidget(m_name, 1);
    first->addLayout(name, 1);
    first->addWidget(m_badge);
    first->addSpacing(grid);
    first->addWidget(m_start);
    first->addWidget(m_stop);
    first->addWidget(m_open);
    first->addWidget(more);

    auto *second = new QHBoxLayout;
    second->setSpacing(grid * 2);
    second->addWidget(m_facts, 1);
    second->addWidget(m_money, 1);
    m_money->setAlignment(Qt::AlignRight | Qt::AlignVCenter);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 3, grid * 2, grid * 2, grid);
    layout->setSpacing(grid / 2);
    layout->addLayout(first);
    layout->addLayout(second);

    m_tick.setInterval(15'000);
    connect(&m_tick, &QTimer::timeout, this, &MachineHeader::showMoney);
    m_tick.start();
}

QToolButton *MachineHeader::actionButton(QAction *action, const QString &objectName)
{
    auto *button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setObjectName(objectName);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void MachineHeader::setMachine(const cloud::Instance &machine)
{
    m_machine = machine;
    const cloud::MachineState state = machine.state();
    const MachineLook look = machineLook(state);
    m_name->setFullText(machine.ref.name);
    m_name->setToolTip(tr("%1, id %2").arg(machine.ref.name, machine.id));
    m_badge->setState(look.mark, look.tone, models::stateText(state));
    m_badge->setToolTip(machine.statusMessage);
    QStringList facts;
    facts << models::gpuText(machine) << machine.machineType << machine.ref.zone
          << (machine.externalAddress.isEmpty() ? machine.internalAddress : machine.externalAddress);
    if (machine.spot)
        facts << tr("spot");
    facts.removeAll(QString());
    m_facts->setFullText(facts.join(QStringLiteral(" · ")));
    m_start->setVisible(models::canStart(state) || state == cloud::MachineState::Stopping);
    m_stop->setVisible(!m_start->isVisibleTo(this));
    showMoney();
}

void MachineHeader::showMoney()
{
    qint64 disk = 0;
    for (const cloud::AttachedDisk &attached : m_machine.disks)
        disk += attached.sizeGb;
    // The instance does not name the type of its disks; the one Nimbook makes is the fair guess.
    const QString diskType = QStringLiteral("pd-balanced");
    const bool running = models::machineGroup(m_machine.state()) == models::MachineGroup::Running;
    QStringList parts;
    std::optional<workspace::Price> price;
    if (running) {
        const QString gpu = m_machine.accelerators.isEmpty() ? QString() : m_machine.accelerators.first().type;
        const int count = m_machine.accelerators.isEmpty() ? 0 : m_machine.accelerators.first().count;
        price = m_catalogue.runningPrice(m_machine.machineType, gpu, count, disk, diskType, m_machine.spot);
        const std::chrono::seconds up(m_machine.lastStarted.isValid() ? m_machine.lastStarted.secsTo(QDateTime::currentDateTimeUtc()) : 0);
        if (m_machine.lastStarted.isValid())
            parts << tr("up %1").arg(models::ageText(up));
        if (price) {
            parts << tr("about %1").arg(models::priceText(price->microsPerHour));
            if (m_machine.lastStarted.isValid())
                parts << tr("about $%1 since start").arg(QString::number(double(price->microsPerHour) * double(up.count()) / 3600e6, 'f', 2));
        }
    } else {
        price = m_catalogue.stoppedPrice(disk, diskType);
        if (price && price->microsPerHour > 0)
            parts << tr("the disk costs about %1").arg(models::priceText(price->microsPerHour));
    }
    m_money->setFullText(parts.join(QStringLiteral(" · ")));
    m_money->setToolTip(price ? tr("An estimate from list prices of us-central1 of %1, never a bill.").arg(QLocale().toString(price->asOf, QLocale::ShortFormat))
                              : QString());
}

} // namespace nimbook::ui
