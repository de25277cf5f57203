// SPDX-License-Identifier: Apache-2.0
#include "models/instance_filter.h"
#include "models/instance_groups.h"
#include "models/instance_model.h"
#include "ui/common/error_banner.h"
#include "ui/common/flow_panel.h"
#include "ui/common/state_badge.h"
#include "ui/common/step_row.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/delete_question.h"
#include "ui/instances/machine_look.h"
#include "ui/instances/machine_rail.h"
#include "ui/instances/machines_page.h"

#include "support/screenshots.h"

#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace nimbook;
using cloud::Instance;
using cloud::InstanceStatus;
using models::InstanceModel;

namespace {

class ThreeSteps final : public Flow {
public:
    ThreeSteps()
    {
        addStep(QStringLiteral("startMachine"), QStringLiteral("Start the machine"), [] {});
        addStep(QStringLiteral("startContainer"), QStringLiteral("Start the container"), [] {});
        addStep(QStringLiteral("openTunnel"), QStringLiteral("Open the tunnel"), [] {});
    }
    void skip() { stepSkipped(QStringLiteral("it runs already")); }
    void report() { setStepProgress({1'900'000'000, 4'700'000'000, Progress::Unit::Bytes, QStringLiteral("Pulling image")}); }
    void refuse()
    {
        fail({ErrorKind::RemoteCommandFailed, QStringLiteral("Could not start the container on trainer-1: no space left on the disk."),
              QStringLiteral("Make the disk larger, or delete files below /src."), QStringLiteral("exit 125\nwrite /var/lib/docker: no space left on device"), {}});
    }
};

Instance machine(const QString &name, InstanceStatus status)
{
    Instance made;
    made.ref = {QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), name};
    made.status = status;
    made.machineType = QStringLiteral("n1-standard-8");
    made.accelerators = {{QStringLiteral("nvidia-tesla-t4"), 1}};
    made.externalAddress = QStringLiteral("34.72.10.9");
    made.created = QDateTime::currentDateTimeUtc().addSecs(-90'000);
    return made;
}

} // namespace

/// The parts of the machine screens on models alone: no workspace, no network.
class InstancesWidgetsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fiveThousandRows_updateWithoutMovingThePerson();
    void page_saysLoadingEmptyErrorAndNoProject();
    void columns_areChosenAndRemembered();
    void rail_marksQuietlyAndTellsOnlyThePersonsChoice();
    void flowPanel_ticksAndExplainsAFailure();
    void banner_copiesMessageAndDetails();
    void states_differInShapeNotOnlyInColour();
    void icons_followThePaletteAndAllLoad();
    void deleteQuestion_tellsKeptFromLostDisks();
    void durations_haveUnits_data();
    void durations_haveUnits();
};

void InstancesWidgetsTest::fiveThousandRows_updateWithoutMovingThePerson()
{
    InstanceModel model;
    models::InstanceFilter filter;
    filter.setSourceModel(&model);
    ui::MachinesPage page(model, filter);
    page.resize(1000, 600);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QList<Instance> many;
    for (int number = 0; number < 5'000; ++number)
        many.append(machine(QStringLiteral("worker-%1").arg(number, 4, 10, QLatin1Char('0')), number % 5 ? InstanceStatus::Running : InstanceStatus::Terminated));
    page.setSituation({true, true, QStringLiteral("Vision Lab"), {}, {}});
    model.addMachines(many);
    QTreeView *view = page.view();
    QVERIFY(view->isVisible());
    view->setCurrentIndex(filter.index(2'500, 0));
    view->scrollTo(filter.index(2'500, 0), QAbstractItemView::PositionAtCenter);
    const int scrolled = view->verticalScrollBar()->value();
    const QString name = view->currentIndex().data().toString();

    QElapsedTimer timer;
    timer.start();
    for (int number = 0; number < 5'000; number += 5) {
        Instance changed = many.at(number);
        changed.status = InstanceStatus::Staging;
        model.updateMachine(changed);
    }
    QCoreApplication::processEvents();
    const qint64 took = timer.elapsed();
    QCOMPARE(view->currentIndex().data().toString(), name);
    QCOMPARE(view->verticalScrollBar()->value(), scrolled);
    QVERIFY2(took < 3'000, qPrintable(QStringLiteral("1000 changes took %1 ms").arg(took)));
    qInfo("1000 changed rows among 5000: %lld ms", took);
    testing::pictures(page, QStringLiteral("machines-5000"));
}

void InstancesWidgetsTest::page_saysLoadingEmptyErrorAndNoProject()
{
    InstanceModel model;
    models::InstanceFilter filter;
    filter.setSourceModel(&model);
    ui::MachinesPage page(model, filter);
    page.resize(900, 600);
    page.show();
    const auto title = [&page] { return page.findChild<QLabel *>(QStringLiteral("emptyTitleLabel"))->text(); };
    QCOMPARE(title(), QStringLiteral("Which project?"));
    QSignalSpy choose(&page, &ui::MachinesPage::chooseProjectRequested);
    page.findChild<QPushButton *>(QStringLiteral("emptyChooseProjectButton"))->click();
    QCOMPARE(choose.size(), 1);

    page.setSituation({true, false, QStringLiteral("Vision Lab"), {}, {}});
    QVERIFY(title().startsWith(QStringLiteral("Looking")));
    testing::pictures(page, QStringLiteral("machines-loading"));
    page.setSituation({true, false, QStringLiteral("Vision Lab"), {},
                       Error{ErrorKind::ApiDisabled, QStringLiteral("Compute Engine is not enabled in vision-lab."), QStringLiteral("Enable it in the console."), {}, {}}});
    QVERIFY(title().contains(QStringLiteral("could not be listed")));
    testing::pictures(page, QStringLiteral("machines-error"));
    QSignalSpy retry(&page, &ui::MachinesPage::retryRequested);
    page.findChild<QPushButton *>(QStringLiteral("retryListButton"))->click();
    QCOMPARE(retry.size(), 1);
    page.setSituation({true, true, QStringLiteral("Vision Lab"), {}, {}});
    QCOMPARE(title(), QStringLiteral("No machines yet"));
}

void InstancesWidgetsTest::columns_areChosenAndRemembered()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("window.ini")), QSettings::IniFormat);
    InstanceModel model;
    models::InstanceFilter filter;
    filter.setSourceModel(&model);
    model.addMachines({machine(QStringLiteral("trainer-1"), InstanceStatus::Running)});
    {
        ui::MachinesPage page(model, filter);
        page.setSituation({true, true, QStringLiteral("Vision Lab"), {}, {}});
        QMenu *menu = page.findChild<QToolButton *>(QStringLiteral("columnsButton"))->menu();
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), int(InstanceModel::ColumnCount) - 1); // the name always stays
        menu->actions().at(InstanceModel::Zone - 1)->trigger();
        QVERIFY(page.view()->isColumnHidden(InstanceModel::Zone));
        page.saveColumns(settings);
    }
    ui::MachinesPage again(model, filter);
    QVERIFY(!again.view()->isColumnHidden(InstanceModel::Zone));
    again.restoreColumns(settings);
    QVERIFY(again.view()->isColumnHidden(InstanceModel::Zone));
    QVERIFY(!again.view()->isColumnHidden(InstanceModel::State));
}

void InstancesWidgetsTest::rail_marksQuietlyAndTellsOnlyThePersonsChoice()
{
    InstanceModel model;
    models::InstanceFilter filter;
    filter.setSourceModel(&model);
    models::InstanceGroups groups(filter);
    model.addMachines({machine(QStringLiteral("a"), InstanceStatus::Running), machine(QStringLiteral("b"), InstanceStatus::Terminated)});
    ui::MachineRail rail(groups);
    rail.resize(240, 500);
    rail.show();
    QVERIFY(QTest::qWaitForWindowExposed(&rail));
    QSignalSpy chosen(&rail, &ui::MachineRail::machineChosen);
    rail.setCurrent(machine(QStringLiteral("b"), InstanceStatus::Terminated).ref);
    QCOMPARE(rail.view()->currentIndex().data().toString(), QStringLiteral("b"));
    model.updateMachine(machine(QStringLiteral("b"), InstanceStatus::Staging));
    QCOMPARE(rail.view()->currentIndex().data().toString(), QStringLiteral("b"));
    QCOMPARE(chosen.size(), 0);
    const QRect row = rail.view()->visualRect(groups.indexOf(machine(QStringLiteral("a"), InstanceStatus::Running).ref));
    QTest::mouseClick(rail.view()->viewport(), Qt::LeftButton, Qt::NoModifier, row.center());
    QVERIFY(chosen.size() >= 1);
    QCOMPARE(chosen.last().at(0).value<cloud::InstanceRef>().name, QStringLiteral("a"));
    testing::pictures(rail, QStringLiteral("rail"));
}

void InstancesWidgetsTest::flowPanel_ticksAndExplainsAFailure()
{
    ui::FlowPanel panel;
    panel.resize(800, 500);
    panel.show();
    ThreeSteps flow;
    panel.setTitle(QStringLiteral("Opening the notebook on trainer-1"));
    panel.setFlow(&flow);
    flow.start();
    QTRY_COMPARE(flow.currentStep(), 0);
    flow.skip();
    QTRY_COMPARE(flow.currentStep(), 1);
    flow.report();
    const auto *running = panel.findChild<ui::StepRow *>(QStringLiteral("startContainerStepRow"));
    QVERIFY(running);
    QVERIFY(running->accessibleDescription().contains(QStringLiteral("1.9 GB of 4.7 GB")));
    QVERIFY(panel.findChild<ui::StepRow *>(QStringLiteral("startMachineStepRow"))->accessibleName().contains(QStringLiteral("was there already")));
    QVERIFY(panel.findChild<QPushButton *>(QStringLiteral("cancelFlowButton"))->isVisible());
    testing::pictures(panel, QStringLiteral("flow-pulling"));
    flow.refuse();
    auto *retry = panel.findChild<QPushButton *>(QStringLiteral("bannerRetryButton"));
    QTRY_VERIFY(retry->isVisible());
    QVERIFY(!panel.findChild<QPushButton *>(QStringLiteral("cancelFlowButton"))->isVisible());
    QCOMPARE(panel.findChild<QLabel *>(QStringLiteral("bannerNextStepLabel"))->text(), QStringLiteral("Make the disk larger, or delete files below /src."));
    QSignalSpy again(&panel, &ui::FlowPanel::retryRequested);
    QTest::mouseClick(retry, Qt::LeftButton);
    QCOMPARE(again.size(), 1);
    testing::pictures(panel, QStringLiteral("flow-no-space"));
}

void InstancesWidgetsTest::banner_copiesMessageAndDetails()
{
    ui::ErrorBanner banner;
    QVERIFY(banner.isHidden());
    banner.showError({ErrorKind::Network, QStringLiteral("<b>No answer</b>"), QStringLiteral("Try the other one"), QStringLiteral("ECONNREFUSED"), {}}, {});
    banner.resize(600, 200);
    banner.show();
    QCOMPARE(banner.findChild<QLabel *>(QStringLiteral("bannerMessageLabel"))->textFormat(), Qt::PlainText);
    auto *details = banner.findChild<QPlainTextEdit *>(QStringLiteral("bannerDetailsEdit"));
    QVERIFY(!details->isVisible());
    banner.findChild<QPushButton *>(QStringLiteral("bannerDetailsButton"))->click();
    QVERIFY(details->isVisible());
    banner.findChild<QPushButton *>(QStringLiteral("bannerCopyButton"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("<b>No answer</b>\nTry the other one\nECONNREFUSED"));
    QVERIFY(!banner.findChild<QPushButton *>(QStringLiteral("bannerRetryButton"))->isVisible());
    banner.findChild<QToolButton *>(QStringLiteral("bannerCloseButton"))->click();
    QVERIFY(banner.isHidden());
}

void InstancesWidgetsTest::states_differInShapeNotOnlyInColour()
{
    using cloud::MachineState;
    const auto shape = [](MachineState state) { return ui::machineLook(state).mark; };
    QVERIFY(shape(MachineState::Running) != shape(MachineState::Stopped));
    QVERIFY(shape(MachineState::Running) != shape(MachineState::Starting));
    QVERIFY(shape(MachineState::Stopped) != shape(MachineState::Suspended));
    QVERIFY(shape(MachineState::Deleting) != shape(MachineState::Stopping));
    ui::StateBadge badge;
    badge.setState(ui::Mark::Disc, ui::Tone::Good, QStringLiteral("Running"));
    QCOMPARE(badge.accessibleName(), QStringLiteral("State: Running"));
    for (const QPalette &palette : {QApplication::palette(), testing::darkPalette()}) {
        for (const auto tone : {ui::Tone::Good, ui::Tone::Busy, ui::Tone::Warning, ui::Tone::Bad, ui::Tone::Idle}) {
            const int distance = qAbs(ui::toneColor(tone, palette).lightness() - palette.color(QPalette::Base).lightness());
            QVERIFY2(distance > 60, qPrintable(QStringLiteral("tone %1 on %2").arg(int(tone)).arg(palette.color(QPalette::Base).name())));
        }
    }
}

void InstancesWidgetsTest::icons_followThePaletteAndAllLoad()
{
    const QPalette before = QApplication::palette();
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
    QVERIFY(files.size() > 20);
    for (const QString &file : files) {
        const QImage image = ui::symbolicIcon(file.chopped(4)).pixmap(QSize(32, 32), 1.0).toImage();
        bool drawn = false;
        for (int y = 0; y < image.height() && !drawn; ++y) {
            for (int x = 0; x < image.width() && !drawn; ++x)
                drawn = qAlpha(image.pixel(x, y)) > 100;
        }
        QVERIFY2(drawn, qPrintable(file));
    }
    const QIcon icon = ui::symbolicIcon(QStringLiteral("stop"));
    const auto brightest = [&icon] {
        const QImage image = icon.pixmap(QSize(48, 48), 1.0).toImage().convertToFormat(QImage::Format_ARGB32);
        int found = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (qAlpha(image.pixel(x, y)) > 200)
                    found = qMax(found, qGray(image.pixel(x, y)));
            }
        }
        return found;
    };
    QVERIFY(brightest() < 100);
    QApplication::setPalette(testing::darkPalette());
    QVERIFY(brightest() > 150);
    QApplication::setPalette(before);
}

void InstancesWidgetsTest::deleteQuestion_tellsKeptFromLostDisks()
{
    Instance doomed = machine(QStringLiteral("trainer-1"), InstanceStatus::Running);
    doomed.disks = {{QStringLiteral("trainer-1"), 200, true, true}, {QStringLiteral("dataset"), 1000, false, false}};
    const ui::Question question = ui::deleteQuestion(doomed);
    const int lost = int(question.consequence.indexOf(QStringLiteral("200 GB")));
    const int stays = int(question.consequence.indexOf(QStringLiteral("These disks stay")));
    const int kept = int(question.consequence.indexOf(QStringLiteral("dataset, 1000 GB")));
    QVERIFY(lost >= 0 && stays > lost && kept > stays);
    QVERIFY(question.consequence.contains(QStringLiteral("running")));
    QVERIFY(question.text.contains(QStringLiteral("trainer-1")) && question.text.contains(QStringLiteral("vision-lab")));
}

void InstancesWidgetsTest::durations_haveUnits_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("expected");
    QTest::newRow("parts of a second") << qint64(420) << "0.4 s";
    QTest::newRow("almost one") << qint64(990) << "1 s";
    QTest::newRow("seconds") << qint64(21'400) << "21 s";
    QTest::newRow("minutes") << qint64(185'000) << "3 min 05 s";
    QTest::newRow("hours") << qint64(7'800'000) << "2 h 10 min";
}

void InstancesWidgetsTest::durations_haveUnits()
{
    QFETCH(qint64, milliseconds);
    QTEST(ui::durationText(std::chrono::milliseconds(milliseconds)), "expected");
}

QTEST_MAIN(InstancesWidgetsTest)
#include "instances_widgets_test.moc"
