// SPDX-License-Identifier: Apache-2.0
#include "ui/create/create_page.h"

#include "integration/workspace/workspace_fixture.h"
#include "support/screenshots.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using ui::CreatePage;

/// The page that makes a machine, with a real Workspace on the sandbox.
class CreatePageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void defaultsAndReturn_makeAMachine();
    void takenName_isAnsweredWithAFreeOne();
    void badName_isSaidWhileItIsTyped();
    void zoneWithoutTheGpu_cannotBeTaken();
    void stockOut_listsEveryAttemptAndOffersMoreZones();
    void refusedList_isSaidAndAskedAgain();
    void disabledApi_isEnabledByTheButton();
    void missingPermission_isListedAndStopsTheButton();
    void everyZone_hasItsPriceAndQuota();
    void otherProject_keepsWhatWasTyped();
    void command_showsWhatWillBeSent();
    void escape_leavesThePage();
    void smallWindow_needsNoSidewaysScrolling();
    void everyControl_hasANameToSpeak();

private:
    template<typename T>
    T *find(const char *name)
    {
        return m_page->findChild<T *>(QString::fromLatin1(name));
    }
    QString texts() const
    {
        QString all;
        for (const QLabel *label : m_page->findChildren<QLabel *>())
            all += label->isVisible() ? label->text() + u'\n' : QString();
        return all;
    }
    void waitUntilComplete() { QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>("createButton")->isEnabled(), 20'000); }

    QTemporaryDir m_folder;
    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<App> m_app;
    std::unique_ptr<CreatePage> m_page;
};

void CreatePageTest::initTestCase()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
    m_app = std::make_unique<App>(*m_sandbox, m_folder.path());
    QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
}

void CreatePageTest::init()
{
    m_page = std::make_unique<CreatePage>(*m_app->space);
    m_page->resize(1100, 760);
    m_page->show();
    m_page->begin();
}

void CreatePageTest::cleanup()
{
    m_page.reset();
    QCOMPARE(App::fault(*m_sandbox, {}), 200);
}

void CreatePageTest::cleanupTestCase()
{
    m_app.reset();
    m_sandbox.reset();
}

void CreatePageTest::defaultsAndReturn_makeAMachine()
{
    auto *name = find<QLineEdit>("nameEdit");
    QVERIFY(name->hasFocus() || m_page->focusWidget() == name);
    waitUntilComplete();
    testing::pictures(*m_page, QStringLiteral("create-defaults"));
    QSignalSpy requested(m_page.get(), &CreatePage::createRequested);
    QSignalSpy created(m_page.get(), &CreatePage::created);
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(requested.count(), 1);
    QVERIFY(m_page->isCreating());
    m_page->begin(); // coming back to the page must not lose the running creation
    QVERIFY(m_page->isCreating());
    testing::pictures(*m_page, QStringLiteral("create-running"));
    QVERIFY(created.wait(60'000));
    const auto ref = created.first().first().value<cloud::InstanceRef>();
    QCOMPARE(ref.name, QStringLiteral("notebook-1"));
    const cloud::Instance *machine = m_app->space->machines()->find(ref);
    QVERIFY(machine);
    QVERIFY(!machine->accelerators.isEmpty());
    QVERIFY(machine->metadata.contains(QStringLiteral("startup-script")));
    QCOMPARE(created.count(), 1);
}

void CreatePageTest::takenName_isAnsweredWithAFreeOne()
{
    waitUntilComplete();
    QCOMPARE(find<QLineEdit>("nameEdit")->text(), QStringLiteral("notebook-2")); // the first is the one of the test before
    auto *name = find<QLineEdit>("nameEdit");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("notebook-1"));
    QTRY_VERIFY(texts().contains(QStringLiteral("already")));
    QVERIFY(!find<QAbstractButton>("createButton")->isEnabled());
}

void CreatePageTest::badName_isSaidWhileItIsTyped()
{
    waitUntilComplete();
    auto *name = find<QLineEdit>("nameEdit");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("My machine"));
    QVERIFY2(texts().contains(QStringLiteral("capital")), qPrintable(texts()));
    QSignalSpy requested(m_page.get(), &CreatePage::createRequested);
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(requested.count(), 0);
    testing::pictures(*m_page, QStringLiteral("create-bad-name"));
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("my-machine"));
    QVERIFY(find<QAbstractButton>("createButton")->isEnabled());
}

void CreatePageTest::zoneWithoutTheGpu_cannotBeTaken()
{
    waitUntilComplete();
    auto *zone = find<QComboBox>("zoneCombo");
    int refused = 0;
    for (int row = 0; row < zone->count(); ++row) {
        if (!(zone->model()->flags(zone->model()->index(row, 0)) & Qt::ItemIsEnabled)) {
            ++refused;
            QVERIFY2(zone->itemData(row, Qt::ToolTipRole).toString().contains(zone->itemData(row).toString()), qPrintable(zone->itemText(row)));
        }
    }
    QVERIFY(refused > 0);
    auto *gpu = find<QComboBox>("gpuCombo");
    gpu->setCurrentIndex(gpu->findData(QString()));
    Q_EMIT gpu->activated(gpu->currentIndex());
    for (int row = 0; row < zone->count(); ++row)
        QVERIFY(zone->model()->flags(zone->model()->index(row, 0)) & Qt::ItemIsEnabled);
    waitUntilComplete();
    QVERIFY(find<QComboBox>("machineTypeCombo")->currentText().startsWith(QStringLiteral("e2-")));
}

void CreatePageTest::stockOut_listsEveryAttemptAndOffersMoreZones()
{
    waitUntilComplete();
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-central1-a,us-central1-b,us-central1-c,us-central1-f")), 200);
    auto *name = find<QLineEdit>("nameEdit");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("wanted-1"));
    find<QSpinBox>("diskSizeSpin")->setValue(123);
    find<QAbstractButton>("createButton")->click();
    QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>("moreZonesButton"), 60'000);
    for (const char *zone : {"us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"})
        QVERIFY2(texts().contains(QLatin1String(zone)), qPrintable(texts()));
    QVERIFY(find<QWidget>("create4StepRow"));
    QVERIFY(find<QAbstractButton>("keepTryingButton"));
    testing::pictures(*m_page, QStringLiteral("create-stock-out"));
    find<QAbstractButton>("closeFlowButton")->click();
    QCOMPARE(name->text(), QStringLiteral("wanted-1"));
    QCOMPARE(find<QSpinBox>("diskSizeSpin")->value(), 123);
    // when every zone may be asked, then one far away makes it, and the page tells which
    find<QComboBox>("reachCombo")->setCurrentIndex(1);
    Q_EMIT find<QComboBox>("reachCombo")->activated(1);
    QSignalSpy created(m_page.get(), &CreatePage::created);
    find<QAbstractButton>("createButton")->click();
    QVERIFY(created.wait(60'000));
    const auto ref = created.first().first().value<cloud::InstanceRef>();
    QVERIFY2(!ref.zone.startsWith(QLatin1String("us-central1")), qPrintable(ref.text()));
    QVERIFY(m_app->space->machines()->find(ref));
}

void CreatePageTest::refusedList_isSaidAndAskedAgain()
{
    waitUntilComplete();
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("forbidden@zones.list")), 200);
    m_page->begin();
    auto *banner = find<QWidget>("createBanner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QVERIFY(!find<QAbstractButton>("createButton")->isEnabled());
    testing::pictures(*m_page, QStringLiteral("create-refused"));
    QCOMPARE(App::fault(*m_sandbox, {}), 200);
    QAbstractButton *again = nullptr;
    for (QAbstractButton *button : banner->findChildren<QAbstractButton *>())
        again = button->isVisible() && button->text().contains(QStringLiteral("again")) ? button : again;
    QVERIFY(again);
    again->click();
    waitUntilComplete();
    QVERIFY(!banner->isVisible());
}

void CreatePageTest::disabledApi_isEnabledByTheButton()
{
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("disabled-api=") + SandboxFixture::emptyProject()), 200);
    m_page->begin();
    QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>("enableApiButton"), 20'000);
    QVERIFY(!find<QAbstractButton>("createButton")->isEnabled());
    testing::pictures(*m_page, QStringLiteral("create-api-off"));
    find<QAbstractButton>("enableApiButton")->click();
    waitUntilComplete();
    QVERIFY(!find<QWidget>("createBanner")->isVisible());
}

void CreatePageTest::missingPermission_isListedAndStopsTheButton()
{
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("missing-permission=compute.instances.create,iam.serviceAccounts.actAs")), 200);
    m_page->begin();
    auto *banner = find<QWidget>("createBanner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(texts().contains(QStringLiteral("lacks 2 permission")), 20'000);
    QVERIFY(!find<QAbstractButton>("createButton")->isEnabled());
    QVERIFY(banner->findChild<QPlainTextEdit *>()->toPlainText().contains(QStringLiteral("compute.instances.create")));
    testing::pictures(*m_page, QStringLiteral("create-permissions"));
}

void CreatePageTest::everyZone_hasItsPriceAndQuota()
{
    waitUntilComplete();
    auto *zone = find<QComboBox>("zoneCombo");
    QTRY_VERIFY_WITH_TIMEOUT(!m_app->space->prices().isEmpty(), 30'000);
    const int far = zone->findData(QStringLiteral("europe-west4-a"));
    QTRY_VERIFY2(zone->itemText(far).contains(QStringLiteral("an hour")), qPrintable(zone->itemText(far)));
    QVERIFY2(zone->itemText(far).contains(QStringLiteral("quota for")), qPrintable(zone->itemText(far)));
    QVERIFY(zone->itemText(far).section(u'·', 1, 1) != zone->itemText(zone->findData(QStringLiteral("us-central1-a"))).section(u'·', 1, 1));
    QVERIFY2(texts().contains(QStringLiteral("Google's price list for this region")), qPrintable(texts()));
    testing::pictures(*m_page, QStringLiteral("create-prices"));
}

void CreatePageTest::otherProject_keepsWhatWasTyped()
{
    waitUntilComplete();
    auto *name = find<QLineEdit>("nameEdit");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("kept-name"));
    find<QSpinBox>("diskSizeSpin")->setValue(321);
    auto *project = find<QComboBox>("createProjectCombo");
    QCOMPARE(project->currentData().toString(), SandboxFixture::emptyProject());
    project->setCurrentIndex(project->findData(SandboxFixture::fullProject()));
    Q_EMIT project->activated(project->currentIndex());
    QCOMPARE(m_app->space->currentProject(), SandboxFixture::fullProject());
    waitUntilComplete();
    QVERIFY2(texts().contains(SandboxFixture::fullProject()), qPrintable(texts()));
    QCOMPARE(name->text(), QStringLiteral("kept-name"));
    QCOMPARE(find<QSpinBox>("diskSizeSpin")->value(), 321);
    m_app->space->setCurrentProject(SandboxFixture::emptyProject());
    QTRY_VERIFY(m_app->space->machines()->isLoaded());
}

void CreatePageTest::command_showsWhatWillBeSent()
{
    waitUntilComplete();
    find<QAbstractButton>("showCommandButton")->click();
    auto *text = find<QPlainTextEdit>("commandTextEdit");
    QVERIFY(text->toPlainText().contains(QStringLiteral("--maintenance-policy=TERMINATE")));
    auto *kind = find<QComboBox>("commandKindCombo");
    kind->setCurrentText(QStringLiteral("nimbookctl"));
    QVERIFY2(text->toPlainText().startsWith(QStringLiteral("nimbookctl create-instance \\\n")), qPrintable(text->toPlainText()));
    kind->setCurrentText(QStringLiteral("Request to Compute Engine"));
    QVERIFY(text->toPlainText().contains(QStringLiteral("\"onHostMaintenance\": \"TERMINATE\"")));
    QVERIFY(text->toPlainText().startsWith(QStringLiteral("POST ") + m_sandbox->computeEndpoint().toString()));
    auto *processor = find<QComboBox>("cpuPlatformCombo");
    processor->setCurrentIndex(processor->findData(QStringLiteral("Intel Skylake")));
    Q_EMIT processor->activated(processor->currentIndex());
    QCOMPARE(kind->currentText(), QStringLiteral("Request to Compute Engine"));
    QVERIFY(text->toPlainText().contains(QStringLiteral("\"minCpuPlatform\": \"Intel Skylake\"")));
    find<QAbstractButton>("advancedButton")->click();
    QVERIFY(find<QPlainTextEdit>("startupScriptEdit")->toPlainText().startsWith(QStringLiteral("#!")));
    find<QAbstractButton>("addLabelButton")->click();
    testing::picture(*find<QScrollArea>("createFormArea")->widget(), QStringLiteral("create-advanced"));
}

void CreatePageTest::escape_leavesThePage()
{
    QSignalSpy cancelled(m_page.get(), &CreatePage::cancelled);
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTest::keyClick(m_page.get(), Qt::Key_Escape);
    QTRY_COMPARE(cancelled.count(), 1);
}

void CreatePageTest::smallWindow_needsNoSidewaysScrolling()
{
    waitUntilComplete();
    m_page->resize(660, 520); // what is left of 900 × 600 beside the rail
    QCoreApplication::processEvents();
    QVERIFY2(m_page->width() <= 660, qPrintable(QString::number(m_page->width())));
    for (QScrollArea *area : m_page->findChildren<QScrollArea *>())
        QVERIFY2(area->widget()->width() <= area->viewport()->width(), qPrintable(QStringLiteral("%1: %2 in %3").arg(area->objectName()).arg(area->widget()->width()).arg(area->viewport()->width())));
    testing::pictures(*m_page, QStringLiteral("create-small"));
}

void CreatePageTest::everyControl_hasANameToSpeak()
{
    for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(m_page.get()) || widget->objectName().startsWith(u"qt_") || qobject_cast<const QLabel *>(widget))
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool inside = qobject_cast<const QLineEdit *>(widget) && (qobject_cast<const QSpinBox *>(widget->parentWidget()));
        QVERIFY2(inside || !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()) || qobject_cast<const QComboBox *>(widget),
                 qPrintable(widget->objectName() + u' ' + QString::fromLatin1(widget->metaObject()->className())));
    }
}

QTEST_MAIN(CreatePageTest)
#include "create_page_test.moc"
