// SPDX-License-Identifier: Apache-2.0
#include "ui/create/summary_card.h"

#include "ui/common/look.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace nimbook::ui {

using Field = models::CreateForm::Field;

namespace {

QLabel *makeSummaryText(const QString &objectName, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    return label;
}

} // namespace

SummaryCard::SummaryCard(models::CreateForm &form, QWidget *parent)
    : QWidget(parent)
    , m_form(form)
    , m_price(makeSummaryText(QStringLiteral("priceLabel"), this))
    , m_priceNote(makeMutedLabel({}, this))
    , m_stopped(makeSummaryText(QStringLiteral("stoppedPriceLabel"), this))
    , m_machine(makeSummaryText(QStringLiteral("machineSummaryLabel"), this))
    , m_installed(makeSummaryText(QStringLiteral("installedLabel"), this))
{
    m_price->setFont(titleFont(font()));
    m_priceNote->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addWidget(m_price);
    layout->addWidget(m_stopped);
    layout->addWidget(m_priceNote);
    layout->addSpacing(grid * 2);
    layout->addWidget(makeMutedLabel(tr("What you get"), this));
    layout->addWidget(m_machine);
    layout->addSpacing(grid * 2);
    layout->addWidget(makeMutedLabel(tr("What will be installed"), this));
    layout->addWidget(m_installed);

    connect(&m_form, &models::CreateForm::changed, this, &SummaryCard::showSummary);
    showSummary();
}

void SummaryCard::showSummary()
{
    const models::CreateInput &input = m_form.input();
    const auto running = m_form.runningPrice();
    const auto stopped = m_form.stoppedPrice();
    const bool known = !input.machineType.isEmpty();
    m_price->setText(!known ? tr("Price follows") : running ? tr("about %1 per hour").arg(models::moneyText(running->microsPerHour)) : tr("Price not known"));
    m_stopped->setText(stopped ? tr("Stopped: %1 per hour for the disk").arg(models::moneyText(stopped->microsPerHour)) : QString());
    m_stopped->setVisible(stopped.has_value());
    const QString date = running ? QLocale().toString(running->asOf, QLocale::ShortFormat) : QString();
    m_priceNote->setText(running && m_form.hasPricesOfGoogle() ? tr("Google's price list for this region, read %1. Google's bill counts.").arg(date)
                     : running ? tr("Estimate from the list prices of us-central1, %1. Google's bill counts.").arg(date)
                     : known ? tr("The bundled price list does not have every part of this machine.")
                             : tr("It is worked out when zone and machine type are known."));

    QStringList machine;
    if (const int parts = m_form.gpu().parts.value(input.machineType); parts > 0)
        machine << tr("1/%1 of one %2").arg(parts).arg(m_form.gpu().title);
    else if (!input.acceleratorType.isEmpty())
        machine << tr("%1 × %2").arg(input.gpuCount).arg(m_form.gpu().title);
    for (const cloud::MachineType &type : m_form.machineTypes()) {
        if (type.name == input.machineType)
            machine << models::machineTypeText(type, m_form.gpu());
    }
    machine << tr("%1 GB disk, deleted with the machine").arg(QLocale().toString(input.diskSizeGb));
    if (!input.zone.isEmpty())
        machine << tr("in %1, project %2").arg(input.zone, m_form.project());
    if (input.spot)
        machine << (input.spotEnd == cloud::SpotEnd::Stop ? tr("Spot: Google may stop it at any time; the disk stays")
                                                          : tr("Spot: Google may delete it with its disk at any time"));
    if (!input.externalAddress)
        machine << tr("No external address");
    m_machine->setText(machine.join(u'\n'));

    QStringList installed{m_form.bootImage().title};
    if (!input.acceleratorType.isEmpty() && !m_form.bootImage().hasDriver)
        installed << tr("NVIDIA driver (some minutes at the first start)");
    installed << (input.acceleratorType.isEmpty() ? tr("Docker") : tr("Docker with NVIDIA's container toolkit"));
    installed << tr("Jupyter in %1").arg(input.containerImage.isEmpty() ? tr("your image") : input.containerImage);
    m_installed->setText(installed.join(u'\n'));
}

} // namespace nimbook::ui
