// SPDX-License-Identifier: Apache-2.0
#include "ui/create/create_fields.h"

#include "ui/common/look.h"
#include "ui/create/form_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>


namespace nimbook::ui {

using models::CreateForm;
using Field = models::CreateForm::Field;

namespace {

QComboBox *makeFormCombo(const QString &objectName, QWidget *parent)
{
    auto *combo = new QComboBox(parent);
    combo->setObjectName(objectName);
    // A machine type's text is long; the page must still fit into 900 pixels.
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(10);
    combo->setMaxVisibleItems(16);
    return combo;
}

} // namespace

CreateFields::CreateFields(CreateForm &form, QWidget *parent)
    : QWidget(parent)
    , m_form(form)
    , m_name(new QLineEdit(this))
    , m_gpu(makeFormCombo(QStringLiteral("gpuCombo"), this))
    , m_count(makeFormCombo(QStringLiteral("gpuCountCombo"), this))
    , m_zone(makeFormCombo(QStringLiteral("zoneCombo"), this))
    , m_machineType(makeFormCombo(QStringLiteral("machineTypeCombo"), this))
    , m_diskSize(new QSpinBox(this))
    , m_container(makeFormCombo(QStringLiteral("containerCombo"), this))
    , m_ownContainer(new QLineEdit(this))
    , m_spot(new QCheckBox(tr("S&pot machine"), this))
    , m_spotEnd(makeFormCombo(QStringLiteral("spotEndCombo"), this))
    , m_reach(makeFormCombo(QStringLiteral("reachCombo"), this))
    , m_keepTrying(makeFormCombo(QStringLiteral("keepTryingCombo"), this))
{
    m_name->setObjectName(QStringLiteral("nameEdit"));
    m_name->setMaxLength(80); // more than Google takes, so that the reason can be read instead of keys doing nothing
    m_diskSize->setObjectName(QStringLiteral("diskSizeSpin"));
    m_diskSize->setRange(1, 65536);
    m_diskSize->setSingleStep(10);
    m_diskSize->setSuffix(tr(" GB"));
    m_count->setAccessibleName(tr("Number of GPUs"));
    m_count->setMinimumContentsLength(4);
    m_ownContainer->setObjectName(QStringLiteral("ownContainerEdit"));
    m_ownContainer->setAccessibleName(tr("Your own container image"));
    m_ownContainer->setPlaceholderText(QStringLiteral("registry.example.com/team/notebook:1.0"));
    m_ownContainer->hide();
    m_spot->setObjectName(QStringLiteral("spotCheck"));

    m_nameField = new FormField(tr("&Name"), m_name, this);
    m_gpuField = new FormField(tr("&GPU"), {m_gpu, m_count}, this);
    m_zoneField = new FormField(tr("&Zone"), m_zone, this);
    m_machineTypeField = new FormField(tr("&Machine type"), m_machineType, this);
    m_diskField = new FormField(tr("&Disk"), m_diskSize, this);
    m_containerField = new FormField(tr("N&otebook image"), m_container, this);

    auto *capacityField = new FormField(tr("When it has none &left"), {m_reach, m_keepTrying}, this);
    m_keepTrying->setAccessibleName(tr("How long to keep trying"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid * 2);
    for (QWidget *field : {static_cast<QWidget *>(m_nameField), static_cast<QWidget *>(m_gpuField), static_cast<QWidget *>(m_zoneField),
                           static_cast<QWidget *>(capacityField), static_cast<QWidget *>(m_machineTypeField), static_cast<QWidget *>(m_diskField), static_cast<QWidget *>(m_containerField)})
        layout->addWidget(field);
    layout->addWidget(m_ownContainer);
    auto *spotField = new FormField(tr("Price"), {m_spot, m_spotEnd}, this);
    m_spot->setAccessibleName(tr("Spot machine"));
    m_spotEnd->setAccessibleName(tr("When Google takes the Spot machine back"));
    spotField->tell(FormField::Tell::Hint, tr("Much cheaper, but Google may take it back at any time."));
    layout->addWidget(spotField);

    fillGpus();
    fillContainers();
    fillCapacity();
    connectCapacity();
    connect(&m_form, &CreateForm::listsChanged, this, &CreateFields::showLists);
    connect(&m_form, &CreateForm::changed, this, &CreateFields::showInput);
    connect(m_name, &QLineEdit::textEdited, &m_form, &CreateForm::setName);
    connect(m_gpu, &QComboBox::activated, this, [this](int index) { m_form.setGpu(m_gpu->itemData(index).toString()); });
    connect(m_count, &QComboBox::activated, this, [this](int index) { m_form.setGpuCount(m_count->itemData(index).toInt()); });
    connect(m_zone, &QComboBox::activated, this, [this](int index) { m_form.setZone(m_zone->itemData(index).toString()); });
    connect(m_machineType, &QComboBox::activated, this, [this](int index) { m_form.setMachineType(m_machineType->itemData(index).toString()); });
    connect(m_diskSize, &QSpinBox::valueChanged, this, [this](int value) {
        if (!m_showing)
            m_form.setDiskSize(value);
    });
    connect(m_container, &QComboBox::activated, this, &CreateFields::onContainerChosen);
    connect(m_ownContainer, &QLineEdit::textEdited, this, [this](const QString &text) { m_form.setContainerImage(text.trimmed()); });
    connect(m_spot, &QCheckBox::toggled, this, [this](bool on) {
        if (!m_showing)
            m_form.setSpot(on);
    });
    showLists();
    showInput();
}

void CreateFields::focusName()
{
    m_name->setFocus(Qt::OtherFocusReason);
    m_name->selectAll();
}

void CreateFields::focusZone()
{
    m_zone->setFocus(Qt::OtherFocusReason);
}

void CreateFields::fillGpus()
{
    for (const workspace::GpuChoice &gpu : m_form.catalogue().gpus())
        m_gpu->addItem(gpu.title, gpu.acceleratorType);
}

void CreateFields::fillContainers()
{
    for (const workspace::ContainerImage &image : m_form.catalogue().containerImages()) {
        m_container->addItem(image.title, image.reference);
        m_container->setItemData(m_container->count() - 1, image.description, Qt::ToolTipRole);
    }
    m_container->addItem(tr("Your own image…"), QString());
}

void CreateFields::fillCapacity()
{
    using Reach = workspace::CapacityPlan::Reach;
    m_reach->addItem(tr("Other zones of its region"), int(Reach::Region));
    m_reach->addItem(tr("Every zone that offers it"), int(Reach::Anywhere));
    m_reach->addItem(tr("No other zone"), int(Reach::ThisZone));
    m_keepTrying->addItem(tr("once"), 0);
    m_keepTrying->addItem(tr("for 15 minutes"), 15);
    m_keepTrying->addItem(tr("for 1 hour"), 60);
    m_keepTrying->addItem(tr("for 8 hours"), 8 * 60);
    m_spotEnd->addItem(tr("then stop it, keep the disk"), int(cloud::SpotEnd::Stop));
    m_spotEnd->addItem(tr("then delete it with its disk"), int(cloud::SpotEnd::Delete));
    m_spotEnd->setMinimumContentsLength(20);
}

void CreateFields::connectCapacity()
{
    connect(m_reach, &QComboBox::activated, this, [this](int index) { m_form.setReach(workspace::CapacityPlan::Reach(m_reach->itemData(index).toInt())); });
    connect(m_keepTrying, &QComboBox::activated, this, [this](int index) { m_form.setKeepTrying(std::chrono::minutes(m_keepTrying->itemData(index).toInt())); });
    connect(m_spotEnd, &QComboBox::activated, this, [this](int index) { m_form.setSpotEnd(cloud::SpotEnd(m_spotEnd->itemData(index).toInt())); });
}

void CreateFields::onContainerChosen(int index)
{
    m_ownChosen = index == m_container->count() - 1;
    m_ownContainer->setVisible(m_ownChosen);
    if (m_ownChosen)
        m_ownContainer->setFocus(Qt::OtherFocusReason);
    m_form.setContainerImage(m_ownChosen ? m_ownContainer->text().trimmed() : m_container->itemData(index).toString());
}

void CreateFields::showLists()
{
    const QScopedValueRollback showing(m_showing, true);
    m_count->clear();
    for (const int count : m_form.gpuCounts())
        m_count->addItem(tr("× %1", "number of GPUs").arg(count), count);

    m_zone->clear();
    for (const workspace::ZoneChoice &zone : m_form.zones()) {
        m_zone->addItem(m_form.zoneText(zone), zone.name);
        if (zone.offered)
            continue;
        const int row = m_zone->count() - 1;
        m_zone->setItemData(row, zone.reason, Qt::ToolTipRole);
        if (auto *items = qobject_cast<QStandardItemModel *>(m_zone->model()))
            items->item(row)->setEnabled(false);
    }
    m_machineType->clear();
    for (const cloud::MachineType &type : m_form.machineTypes())
        m_machineType->addItem(models::machineTypeText(type, m_form.gpu()), type.name);
}

void CreateFields::showInput()
{
    const QScopedValueRollback showing(m_showing, true);
    const models::CreateInput &input = m_form.input();
    if (m_name->text() != input.name)
        m_name->setText(input.name);
    m_gpu->setCurrentIndex(m_gpu->findData(input.acceleratorType));
    m_count->setVisible(m_count->count() > 1);
    m_count->setCurrentIndex(m_count->findData(input.gpuCount));
    m_zone->setCurrentIndex(m_zone->findData(input.zone));
    m_zone->setPlaceholderText(m_form.isLoading(Field::Zone) ? tr("Asking Google…") : tr("Choose a zone"));
    m_zone->setEnabled(m_zone->count() > 0);
    m_machineType->setCurrentIndex(m_machineType->findData(input.machineType));
    m_machineType->setPlaceholderText(m_form.isLoading(Field::MachineType) ? tr("Asking Google…") : tr("Choose a zone first"));
    m_machineType->setEnabled(m_machineType->count() > 0);
    m_diskSize->setValue(int(input.diskSizeGb));
    if (!m_ownChosen)
        m_container->setCurrentIndex(m_container->findData(input.containerImage));
    m_spot->setChecked(input.spot);
    m_spotEnd->setVisible(input.spot);
    m_spotEnd->setCurrentIndex(m_spotEnd->findData(int(input.spotEnd)));
    m_reach->setCurrentIndex(m_reach->findData(int(input.reach)));
    m_keepTrying->setCurrentIndex(m_keepTrying->findData(int(input.keepTrying.count())));
    showMessages();
}

void CreateFields::showMessages()
{
    const auto say = [this](FormField *field, Field what) {
        if (const QString problem = m_form.problem(what); !problem.isEmpty())
            field->tell(FormField::Tell::Problem, problem);
        else if (m_form.loadError(what))
            field->tell(FormField::Tell::Problem, tr("Not known: see above.")); // the page's banner has the whole story
        else
            field->tell(FormField::Tell::Hint, m_form.hint(what));
    };
    say(m_nameField, Field::Name);
    say(m_gpuField, Field::Gpu);
    say(m_zoneField, Field::Zone);
    say(m_machineTypeField, Field::MachineType);
    say(m_diskField, Field::DiskSize);
    say(m_containerField, Field::Container);
}

} // namespace nimbook::ui
