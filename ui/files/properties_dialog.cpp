// SPDX-License-Identifier: Apache-2.0
#include "ui/files/properties_dialog.h"

#include "ui/common/error_banner.h"
#include "ui/common/look.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace nimbook::ui {

namespace {

quint32 bitOf(size_t box)
{
    return 0400u >> box;
}

QLabel *propertyLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

PropertiesDialog::PropertiesDialog(const Subject &subject, QWidget *parent)
    : QDialog(parent)
    , m_before(subject.permissions & 07777)
    , m_size(propertyLabel(subject.size, this))
    , m_octal(propertyLabel({}, this))
    , m_banner(new ErrorBanner(this))
    , m_apply(nullptr)
{
    setObjectName(QStringLiteral("propertiesDialog"));
    setWindowTitle(tr("Properties of %1").arg(subject.name));
    setAttribute(Qt::WA_DeleteOnClose);
    m_size->setObjectName(QStringLiteral("propertiesSizeLabel"));
    m_octal->setObjectName(QStringLiteral("propertiesOctalLabel"));
    m_banner->setObjectName(QStringLiteral("propertiesBanner"));

    auto *name = propertyLabel(subject.name, this);
    QFont bold = name->font();
    bold.setWeight(QFont::DemiBold);
    name->setFont(bold);
    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignRight);
    form->setHorizontalSpacing(grid * 2);
    form->setVerticalSpacing(grid);
    const auto row = [&](const QString &title, QWidget *value) { form->addRow(makeMutedLabel(title, this), value); };
    row(tr("Name"), name);
    row(tr("Kind"), propertyLabel(subject.kind, this));
    row(tr("Location"), propertyLabel(subject.location, this));
    row(tr("Size"), m_size);
    row(tr("Changed"), propertyLabel(subject.modified, this));
    QWidget *boxes = makeBoxes();
    boxes->setEnabled(subject.mayChange);
    row(tr("Permissions"), boxes);
    row(QString(), m_octal);

    auto *buttons = new QDialogButtonBox(this);
    m_apply = buttons->addButton(tr("Apply"), QDialogButtonBox::AcceptRole);
    m_apply->setObjectName(QStringLiteral("applyPermissionsButton"));
    auto *close = buttons->addButton(QDialogButtonBox::Close);
    close->setText(tr("Close"));
    close->setObjectName(QStringLiteral("closePropertiesButton"));
    connect(m_apply, &QPushButton::clicked, this, [this] { Q_EMIT permissionsChosen(permissions()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 2, grid * 2, grid * 2, grid * 2);
    layout->setSpacing(grid * 2);
    layout->addWidget(m_banner);
    layout->addLayout(form);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(grid * 52);
    follow();
    close->setFocus();
}

QWidget *PropertiesDialog::makeBoxes()
{
    auto *panel = new QWidget(this);
    auto *table = new QGridLayout(panel);
    table->setContentsMargins(0, 0, 0, 0);
    table->setHorizontalSpacing(grid * 2);
    table->setVerticalSpacing(grid / 2);
    const QStringList who{tr("Owner"), tr("Group"), tr("Everybody")};
    const QStringList what{tr("Read"), tr("Write"), tr("Run")};
    const QStringList names{QStringLiteral("owner"), QStringLiteral("group"), QStringLiteral("others")};
    for (int row = 0; row < 3; ++row) {
        table->addWidget(new QLabel(who[row], panel), row, 0);
        for (int column = 0; column < 3; ++column) {
            auto *box = new QCheckBox(what[column], panel);
            const size_t number = size_t(row * 3 + column);
            box->setObjectName(names[row] + QStringList{QStringLiteral("Read"), QStringLiteral("Write"), QStringLiteral("Run")}[column] + QStringLiteral("Box"));
            box->setAccessibleName(tr("%1 may: %2").arg(who[row], what[column]));
            box->setChecked(m_before & bitOf(number));
            connect(box, &QCheckBox::toggled, this, &PropertiesDialog::follow);
            table->addWidget(box, row, column + 1);
            m_boxes[number] = box;
        }
    }
    table->setColumnStretch(4, 1);
    return panel;
}

quint32 PropertiesDialog::permissions() const
{
    quint32 bits = m_before & ~0777u;
    for (size_t box = 0; box < m_boxes.size(); ++box)
        bits |= m_boxes[box]->isChecked() ? bitOf(box) : 0;
    return bits;
}

void PropertiesDialog::follow()
{
    const quint32 now = permissions();
    QString text;
    for (size_t box = 0; box < m_boxes.size(); ++box)
        text += now & bitOf(box) ? QChar(u"rwx"[box % 3]) : QChar(u'-');
    m_octal->setText(tr("%1 in numbers, %2 in letters").arg(QString::number(now, 8).rightJustified(3, u'0'), text));
    if (m_apply)
        m_apply->setEnabled(now != m_before);
}

void PropertiesDialog::setSize(const QString &text)
{
    m_size->setText(text);
}

void PropertiesDialog::showProblem(const QString &message)
{
    m_banner->showMessage(ErrorBanner::Kind::Error, message);
}

void PropertiesDialog::applied(quint32 permissions)
{
    m_before = permissions;
    close();
}

} // namespace nimbook::ui
