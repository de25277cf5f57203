// SPDX-License-Identifier: Apache-2.0
#include "ui/create/create_page.h"

#include "models/command_form.h"
#include "models/create_form.h"
#include "ui/common/accent_button.h"
#include "ui/common/flow_panel.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/create/advanced_fields.h"
#include "ui/create/command_preview.h"
#include "ui/create/create_fields.h"
#include "ui/create/fold.h"
#include "ui/create/form_field.h"
#include "ui/create/preflight_banner.h"
#include "ui/create/summary_card.h"
#include "workspace/create_machine_flow.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <functional>

namespace nimbook::ui {

using Field = models::CreateForm::Field;

namespace {

QScrollArea *makeColumn(QWidget *content, const QString &objectName, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setObjectName(objectName);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    return area;
}

} // namespace

class CreatePage::Private {
public:
    Private(CreatePage *page, workspace::Workspace &workspaceToUse) : q(page), workspace(workspaceToUse), form(workspaceToUse.catalogue()) {}

    void build();
    void begin(models::CreateForm::Keep keep);
    void showProjects();
    QWidget *buildForm();
    QWidget *buildSide();
    void follow();
    cloud::CreateSpec completeSpec() const;
    QList<models::CommandForm> commandForms() const;
    void create();
    void onFlowFinished(const workspace::CreateMachineFlow &flow);
    void offerWayOut(const Error &error);
    void offerMoreZones(const Error &error);
    void offerPatience();
    QPushButton *offer(const QString &text, const QString &objectName, std::function<void()> change);
    void showForm();

    CreatePage *q;
    workspace::Workspace &workspace;
    models::CreateForm form;
    QStackedWidget *stack = nullptr;
    QWidget *editing = nullptr;
    QScrollArea *formArea = nullptr;
    FlowPanel *progress = nullptr;
    QComboBox *project = nullptr;
    CreateFields *fields = nullptr;
    AdvancedFields *advancedFields = nullptr;
    Fold *advanced = nullptr;
    Fold *command = nullptr;
    CommandPreview *preview = nullptr;
    AccentButton *createButton = nullptr;
    QLabel *why = nullptr;
    QPointer<workspace::CreateMachineFlow> flow;
    cloud::InstanceRef ref;
};

CreatePage::CreatePage(workspace::Workspace &workspace, QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this, workspace))
{
    d->build();
    connect(&d->form, &models::CreateForm::changed, this, [this] { d->follow(); });
    connect(&workspace, &workspace::Workspace::projectsChanged, this, [this] { d->showProjects(); });
    connect(&workspace, &workspace::Workspace::currentProjectChanged, this, [this] {
        d->showProjects();
        if (isVisible() && !isCreating())
            d->begin(models::CreateForm::Keep::Choices);
    });
    connect(&workspace, &workspace::Workspace::pricesChanged, this, [this] { d->form.setPrices(d->workspace.prices()); });
    d->showProjects();
    d->follow();
}

CreatePage::~CreatePage()
{
    // A cell that is being edited writes its text when it loses the focus: let it, while there is a form to write to.
    hide();
    d->form.disconnect();
    delete d->stack;
}

void CreatePage::Private::build()
{
    progress = new FlowPanel(q);
    progress->setNote(CreatePage::tr("You can go on working; the machine is made anyway. Cancel only stops the waiting."));
    editing = new QWidget(q);
    auto *across = new QHBoxLayout(editing);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(0);
    across->addWidget(buildForm(), 3);
    across->addWidget(new Separator(Qt::Vertical, q));
    across->addWidget(buildSide(), 2);
    stack = new QStackedWidget(q);
    stack->addWidget(editing);
    stack->addWidget(progress);
    auto *layout = new QVBoxLayout(q);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack);
    QObject::connect(progress, &FlowPanel::retryRequested, q, [this] { create(); });
    QObject::connect(progress, &FlowPanel::closed, q, [this] { showForm(); });
}

QWidget *CreatePage::Private::buildForm()
{
    auto *content = new QWidget(q);
    auto *narrow = new QWidget(content); // lines of a form that run across a whole screen are hard to read
    narrow->setMaximumWidth(grid * 90);
    auto *title = new QLabel(CreatePage::tr("New machine"), content);
    title->setFont(titleFont(q->font()));
    project = new QComboBox(content);
    project->setObjectName(QStringLiteral("createProjectCombo"));
    project->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    project->setMinimumContentsLength(10);
    fields = new CreateFields(form, content);
    advancedFields = new AdvancedFields(form, workspace.startupScript(), content);
    advanced = new Fold(CreatePage::tr("Advanced"), advancedFields, QStringLiteral("advancedButton"), content);
    preview = new CommandPreview(content);
    command = new Fold(CreatePage::tr("Show the command"), preview, QStringLiteral("showCommandButton"), content);
    auto *across = new QHBoxLayout(content);
    across->setContentsMargins(0, 0, 0, 0);
    across->addWidget(narrow, 100);
    across->addStretch(1);
    auto *column = new QVBoxLayout(narrow);
    column->setContentsMargins(grid * 3, grid * 3, grid * 3, grid * 3);
    column->setSpacing(grid * 2);
    column->addWidget(title);
    column->addWidget(new PreflightBanner(form, content));
    column->addWidget(new FormField(CreatePage::tr("Pro&ject"), project, content));
    column->addWidget(fields);
    column->addWidget(advanced);
    column->addWidget(command);
    column->addStretch(1);
    QObject::connect(project, &QComboBox::activated, q, [this](int index) { workspace.setCurrentProject(project->itemData(index).toString()); });
    QObject::connect(command, &Fold::toggled, q, [this] { follow(); });
    formArea = makeColumn(content, QStringLiteral("createFormArea"), q);
    return formArea;
}

QWidget *CreatePage::Private::buildSide()
{
    auto *content = new QWidget(q);
    auto *card = new QVBoxLayout(content);
    card->setContentsMargins(grid * 3, grid * 3, grid * 3, grid);
    card->addWidget(new SummaryCard(form, content));
    card->addStretch(1);

    auto *side = new QWidget(q);
    side->setMinimumWidth(grid * 30);
    side->setMaximumWidth(grid * 48);
    why = makeMutedLabel({}, side);
    why->setObjectName(QStringLiteral("createHintLabel"));
    why->setWordWrap(true);
    auto *back = new QPushButton(CreatePage::tr("Cancel"), side);
    back->setObjectName(QStringLiteral("cancelCreateButton"));
    back->setShortcut(Qt::Key_Escape);
    createButton = new AccentButton(CreatePage::tr("Create machine"), side);
    createButton->setObjectName(QStringLiteral("createButton"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(grid);
    buttons->addWidget(back);
    buttons->addWidget(createButton, 1);
    auto *bottom = new QVBoxLayout;
    bottom->setContentsMargins(grid * 3, grid, grid * 3, grid * 3);
    bottom->setSpacing(grid);
    bottom->addWidget(why);
    bottom->addLayout(buttons);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeColumn(content, QStringLiteral("createSummaryArea"), side), 1);
    layout->addLayout(bottom);
    QObject::connect(back, &QPushButton::clicked, q, &CreatePage::cancelled);
    QObject::connect(createButton, &QPushButton::clicked, q, [this] { create(); });
    return side;
}

void CreatePage::begin()
{
    if (isCreating())
        return;
    d->begin(models::CreateForm::Keep::Nothing);
    d->advancedFields->begin();
    d->showForm();
}

void CreatePage::Private::begin(models::CreateForm::Keep keep)
{
    models::CreateForm::Start start{workspace.currentProject(), {}};
    if (const workspace::MachineList *machines = workspace.machines()) {
        const QList<cloud::Instance> all = machines->machines();
        for (const cloud::Instance &machine : all)
            start.existing.append(machine.ref);
    }
    workspace::Account *account = workspace.account();
    form.begin(account ? &account->compute() : nullptr, start, keep, account ? &account->projectApis() : nullptr);
    form.setPrices(workspace.prices());
    workspace.wantPrices();
}

void CreatePage::Private::showProjects()
{
    project->clear();
    const QString current = workspace.currentProject();
    for (const cloud::Project &each : workspace.projects())
        project->addItem(each.name.isEmpty() || each.name == each.id ? each.id : CreatePage::tr("%1 (%2)").arg(each.name, each.id), each.id);
    if (!current.isEmpty() && project->findData(current) < 0) // typed by hand: the list need not have it
        project->addItem(current, current);
    project->setCurrentIndex(project->findData(current));
}

bool CreatePage::isCreating() const
{
    return d->flow && d->flow->isRunning();
}

void CreatePage::Private::showForm()
{
    stack->setCurrentWidget(editing);
    follow();
    fields->focusName();
}

cloud::CreateSpec CreatePage::Private::completeSpec() const
{
    cloud::CreateSpec spec = form.spec();
    workspace.completeSpec(spec, form.input().containerImage);
    return spec;
}

void CreatePage::Private::follow()
{
    createButton->setEnabled(form.isComplete());
    QString reason;
    if (form.project().isEmpty())
        reason = CreatePage::tr("Choose a project first.");
    else if (form.isLoading(Field::MachineType) || form.isLoading(Field::Project))
        reason = CreatePage::tr("Asking Google what there is…");
    else if (!form.isComplete())
        reason = CreatePage::tr("Something in the form needs your attention.");
    why->setText(reason);
    why->setVisible(!reason.isEmpty());

    if (advancedFields->hasProblem())
        advanced->setOpen(true);
    if (command->isOpen())
        preview->setForms(commandForms());
}

QList<models::CommandForm> CreatePage::Private::commandForms() const
{
    workspace::Account *account = workspace.account();
    if (!account)
        return {};
    const cloud::CreateSpec spec = completeSpec();
    QList<models::CommandForm> forms;
    if (!account->isSandbox()) // of which gcloud knows nothing
        forms.append({QStringLiteral("gcloud"), models::gcloudCommand(spec)});
    // nimbookctl puts its marks on by itself.
    forms.append({QStringLiteral("nimbookctl"), models::nimbookctlCommand(form.spec(), form.capacityPlan(), form.input().containerImage, account->isSandbox())});
    forms.append({CreatePage::tr("Request to Compute Engine"), models::insertRequestText(spec, account->compute().endpoints().compute)});
    return forms;
}

void CreatePage::Private::create()
{
    if (!form.isComplete() || q->isCreating() || !workspace.machines())
        return;
    const cloud::CreateSpec spec = completeSpec();
    ref = spec.ref;
    flow = qobject_cast<workspace::CreateMachineFlow *>(workspace.createMachine(spec, form.capacityPlan()));
    progress->setTitle(CreatePage::tr("Making %1").arg(ref.name));
    progress->setFlow(flow);
    stack->setCurrentWidget(progress);
    QObject::connect(flow, &Job::finished, q, [this, made = flow.data()] { onFlowFinished(*made); });
    Q_EMIT q->createRequested(ref, flow);
}

void CreatePage::Private::onFlowFinished(const workspace::CreateMachineFlow &finished)
{
    ref = finished.spec().ref; // the zone may have become another one
    switch (finished.state()) {
    case Job::State::Succeeded:
        Q_EMIT q->created(ref);
        break;
    case Job::State::Failed:
        offerWayOut(finished.error());
        break;
    case Job::State::Cancelled: {
        const bool asked = finished.mayHaveBeenMade();
        progress->banner()->showMessage(ErrorBanner::Kind::Warning,
                                        asked ? CreatePage::tr("You stopped waiting for %1.").arg(ref.text()) : CreatePage::tr("You cancelled this before anything was made."),
                                        asked ? CreatePage::tr("Google makes it all the same and it costs money: look for it in the list, and delete it there if you do not want it.") : QString());
        break;
    }
    default:
        break;
    }
}

QPushButton *CreatePage::Private::offer(const QString &text, const QString &objectName, std::function<void()> change)
{
    QPushButton *button = progress->banner()->addButton(text, objectName);
    QObject::connect(button, &QPushButton::clicked, q, std::move(change));
    return button;
}

void CreatePage::Private::offerWayOut(const Error &error)
{
    if (error.kind == ErrorKind::StockOut || error.kind == ErrorKind::QuotaExceeded) {
        if (!workspace::isQuotaOfAllRegions(error))
            offerMoreZones(error);
        if (error.kind == ErrorKind::StockOut)
            offerPatience();
    } else if (error.kind == ErrorKind::AlreadyExists) {
        const QString name = models::freeMachineName({ref.name}, ref.name);
        offer(CreatePage::tr("Call it %1").arg(name), QStringLiteral("otherNameButton"), [this, name] {
            form.setName(name);
            showForm();
        });
    }
}

void CreatePage::Private::offerMoreZones(const Error &error)
{
    using Reach = workspace::CapacityPlan::Reach;
    if (form.input().reach == Reach::Anywhere || form.capacityPlan().zones.isEmpty())
        return;
    // A stock-out is one zone's, so the neighbours are the first answer; a quota is the whole region's.
    const bool near = form.input().reach == Reach::ThisZone && error.kind == ErrorKind::StockOut;
    offer(near ? CreatePage::tr("Ask the other zones of %1").arg(workspace::regionOfZone(ref.zone)) : CreatePage::tr("Ask every zone"),
          QStringLiteral("moreZonesButton"), [this, near] {
              form.setReach(near ? Reach::Region : Reach::Anywhere);
              create();
          });
}

void CreatePage::Private::offerPatience()
{
    if (form.input().keepTrying > std::chrono::minutes(0))
        return;
    offer(CreatePage::tr("Keep trying for an hour"), QStringLiteral("keepTryingButton"), [this] {
        form.setKeepTrying(std::chrono::minutes(60));
        create();
    });
}

void CreatePage::keyPressEvent(QKeyEvent *event)
{
    // Line edits, boxes and combos let Return pass when they have no use for it: then it means the one button of the page.
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && d->stack->currentWidget() == d->editing && d->createButton->isEnabled()) {
        d->createButton->click();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace nimbook::ui
