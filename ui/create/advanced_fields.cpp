// SPDX-License-Identifier: Apache-2.0
#include "ui/create/advanced_fields.h"

#include "ui/common/look.h"
#include "ui/create/form_field.h"
#include "ui/create/labels_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace nimbook::ui {

using models::CreateForm;
using Field = models::CreateForm::Field;

namespace {

QPlainTextEdit *makeMonospacedEdit(const QString &objectName, int lines, QWidget *parent)
{
    auto *edit = new QPlainTextEdit(parent);
    edit->setObjectName(objectName);
    edit->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    edit->setTabChangesFocus(true);
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setFixedHeight(edit->fontMetrics().lineSpacing() * lines + 2 * edit->frameWidth() + grid * 3);
    return edit;
}

} // namespace

AdvancedFields::AdvancedFields(CreateForm &form, const QString &startupScript, QWidget *parent)
    : QWidget(parent)
    , m_form(form)
    , m_diskType(new QComboBox(this))
    , m_bootImage(new QComboBox(this))
    , m_cpuPlatform(new QComboBox(this))
    , m_noAddress(new QCheckBox(tr("No e&xternal address"), this))
    , m_scopes(makeMonospacedEdit(QStringLiteral("scopesEdit"), 2, this))
    , m_labels(new LabelsEditor(this))
{
    m_diskType->setObjectName(QStringLiteral("diskTypeCombo"));
    m_bootImage->setObjectName(QStringLiteral("bootImageCombo"));
    m_cpuPlatform->setObjectName(QStringLiteral("cpuPlatformCombo"));
    m_noAddress->setObjectName(QStringLiteral("noAddressCheck"));
    m_noAddress->setToolTip(tr("Nobody on the internet reaches the machine then; Nimbook connects through Google's Identity-Aware Proxy."));
    for (QComboBox *combo : {m_diskType, m_bootImage, m_cpuPlatform}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(10);
    }
    for (const workspace::BootImage &image : m_form.catalogue().bootImages()) {
        m_bootImage->addItem(image.title);
        m_bootImage->setItemData(m_bootImage->count() - 1, image.project + u'/' + image.family, Qt::ToolTipRole);
    }
    auto *script = makeMonospacedEdit(QStringLiteral("startupScriptEdit"), 10, this);
    script->setReadOnly(true);
    script->setPlainText(startupScript);

    m_diskTypeField = new FormField(tr("Disk &type"), m_diskType, this);
    m_bootImageField = new FormField(tr("&Boot image"), m_bootImage, this);
    m_cpuPlatformField = new FormField(tr("Oldest &processor"), m_cpuPlatform, this);
    m_scopesField = new FormField(tr("&Access scopes of the machine's service account, one a line"), m_scopes, this);
    m_labelsField = new FormField(tr("&Labels"), m_labels, this);
    auto *scriptField = new FormField(tr("Start&up script (runs as root at every start; it changes nothing that is in place)"), script, this);
    auto *addressField = new FormField(tr("Network"), m_noAddress, this);
    m_noAddress->setAccessibleName(tr("No external address"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid * 2);
    for (FormField *field : {m_diskTypeField, m_bootImageField, m_cpuPlatformField, addressField, m_scopesField, m_labelsField, scriptField})
        layout->addWidget(field);

    connect(&m_form, &CreateForm::listsChanged, this, &AdvancedFields::showLists);
    connect(&m_form, &CreateForm::changed, this, &AdvancedFields::showInput);
    connect(m_diskType, &QComboBox::activated, this, [this](int index) { m_form.setDiskType(m_diskType->itemData(index).toString()); });
    connect(m_bootImage, &QComboBox::activated, this, [this](int index) { m_form.setBootImage(index); });
    connect(m_cpuPlatform, &QComboBox::activated, this, [this](int index) { m_form.setMinCpuPlatform(m_cpuPlatform->itemData(index).toString()); });
    connect(m_noAddress, &QCheckBox::toggled, this, [this](bool without) {
        if (!m_showing)
            m_form.setExternalAddress(!without);
    });
    connect(m_scopes, &QPlainTextEdit::textChanged, this, &AdvancedFields::onScopesEdited);
    connect(m_labels, &LabelsEditor::labelsChanged, this, [this] { m_form.setLabels(m_labels->labels()); });
    showLists();
    begin();
}

void AdvancedFields::begin()
{
    const QScopedValueRollback showing(m_showing, true);
    m_labels->clear();
    m_scopes->setPlainText(m_form.input().scopes.join(u'\n'));
    showInput();
}

bool AdvancedFields::hasProblem() const
{
    for (const Field field : {Field::DiskType, Field::BootImage, Field::CpuPlatform, Field::Labels}) {
        if (!m_form.problem(field).isEmpty())
            return true;
    }
    return false;
}

void AdvancedFields::onScopesEdited()
{
    if (m_showing)
        return;
    QStringList scopes;
    for (const QString &line : m_scopes->toPlainText().split(u'\n')) {
        if (!line.trimmed().isEmpty())
            scopes.append(line.trimmed());
    }
    m_form.setScopes(scopes);
}

void AdvancedFields::showLists()
{
    const QScopedValueRollback showing(m_showing, true);
    m_diskType->clear();
    for (const cloud::DiskType &type : m_form.diskTypes()) {
        if (type.name.startsWith(u"pd-") || type.name.startsWith(u"hyperdisk-balanced")) // the others cannot be booted from
            m_diskType->addItem(type.description.isEmpty() ? type.name : tr("%1 (%2)").arg(type.description, type.name), type.name);
    }
    m_diskType->setEnabled(m_diskType->count() > 0);
    m_cpuPlatform->clear();
    m_cpuPlatform->addItem(tr("Any"), QString());
    for (const QString &platform : m_form.cpuPlatforms())
        m_cpuPlatform->addItem(platform, platform);
}

void AdvancedFields::showInput()
{
    const QScopedValueRollback showing(m_showing, true);
    const models::CreateInput &input = m_form.input();
    m_diskType->setCurrentIndex(m_diskType->findData(input.diskType));
    m_diskType->setPlaceholderText(m_form.isLoading(Field::DiskType) ? tr("Asking Google…") : input.diskType);
    m_bootImage->setCurrentIndex(int(input.bootImage));
    m_cpuPlatform->setPlaceholderText(input.minCpuPlatform); // one that this zone does not have
    m_cpuPlatform->setCurrentIndex(m_cpuPlatform->findData(input.minCpuPlatform));
    m_noAddress->setChecked(!input.externalAddress);
    const auto say = [this](FormField *field, Field what) {
        const QString problem = m_form.problem(what);
        field->tell(problem.isEmpty() ? FormField::Tell::Hint : FormField::Tell::Problem, problem.isEmpty() ? m_form.hint(what) : problem);
    };
    say(m_diskTypeField, Field::DiskType);
    say(m_bootImageField, Field::BootImage);
    say(m_cpuPlatformField, Field::CpuPlatform);
    say(m_labelsField, Field::Labels);
    m_scopesField->tell(FormField::Tell::Hint, input.scopes.isEmpty() ? tr("None: the machine cannot use Google's APIs.") : QString());
}

} // namespace nimbook::ui
