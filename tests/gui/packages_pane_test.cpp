// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/log_view.h"
#include "ui/packages/packages_pane.h"

#include "support/sandbox_machine.h"
#include "support/screenshots.h"
#include "support/wheel.h"

#include <QAbstractButton>
#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTreeView>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxMachine;
using ui::PackagesPane;

/// requirements.txt edited and installed on a machine of the sandbox, with the real pip.
class PackagesPaneTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void log_followsItsEndUntilSomebodyReads();
    void log_keepsItsLastLinesOnly();
    void notebookClosed_saysWhyAndOffersToOpenIt();
    void nonsense_isMarkedAndCannotBeInstalled();
    void wheel_isInstalledWithItsOutput();
    void installed_isRecordedInTheProject();
    void wantedAndInstalled_areCompared();
    void newMachineWithTheLock_isMadeAsRecorded();
    void filesAlone_areEnoughToRecreate();
    void unknownPackage_isToldInPipsWords();
    void textOfTheMachine_isThereAgain();
    void revert_bringsTheMachinesTextBack();

private:
    template<typename T>
    T *find(const char *name)
    {
        return m_pane->findChild<T *>(QString::fromLatin1(name));
    }
    bool isEnabled(const char *button) { return find<QAbstractButton>(button)->isEnabled(); }
    workspace::MachineSession &session() { return *m_machine.app->space->session(m_machine.ref); }
    QString bannerText()
    {
        QString all;
        for (const QLabel *label : find<QWidget>("packagesBanner")->findChildren<QLabel *>())
            all += label->text() + u'\n';
        return all;
    }
    /// Package, wanted, installed, state of every row.
    QStringList wantedRows()
    {
        QStringList rows;
        const QAbstractItemModel *model = find<QTreeView>("wantedPackagesView")->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model->columnCount(); ++column)
                cells += model->index(row, column).data().toString();
            rows += cells.join(u'|');
        }
        return rows;
    }
    /// A folder of the machine's disk, as the computer sees it.
    QString onDisk(const QString &end) const
    {
        QDirIterator folders(m_machine.sandbox().stateDirectory(), QDir::Dirs | QDir::NoDotAndDotDot | QDir::Files, QDirIterator::Subdirectories);
        while (folders.hasNext())
            if (folders.next().endsWith(end))
                return folders.filePath();
        return {};
    }

    SandboxMachine m_machine;
    std::unique_ptr<PackagesPane> m_pane;
};

void PackagesPaneTest::initTestCase()
{
    const QString problem = m_machine.make(QStringLiteral("packages-1"));
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_pane = std::make_unique<PackagesPane>(session());
    m_pane->resize(900, 480);
    m_pane->show();
}

void PackagesPaneTest::cleanupTestCase()
{
    m_pane.reset();
    m_machine.end();
}

void PackagesPaneTest::log_followsItsEndUntilSomebodyReads()
{
    ui::LogView log;
    log.resize(300, 200);
    log.show();
    for (int line = 0; line < 200; ++line)
        log.append(QStringLiteral("line %1\n").arg(line));
    QTRY_COMPARE(log.blockCount(), 200);
    QCOMPARE(log.verticalScrollBar()->value(), log.verticalScrollBar()->maximum());
    log.verticalScrollBar()->setValue(10);
    log.append(QStringLiteral("one more"));
    QTRY_COMPARE(log.blockCount(), 201);
    QCOMPARE(log.verticalScrollBar()->value(), 10);
}

void PackagesPaneTest::log_keepsItsLastLinesOnly()
{
    ui::LogView log;
    for (int line = 0; line < 25'000; ++line)
        log.append(QString::number(line));
    QTRY_COMPARE(log.blockCount(), ui::LogView::maximumLines);
    QCOMPARE(log.document()->lastBlock().text(), QStringLiteral("24999"));
}

void PackagesPaneTest::notebookClosed_saysWhyAndOffersToOpenIt()
{
    find<QPlainTextEdit>("requirementsEdit")->setPlainText(QStringLiteral("numpy\n"));
    QVERIFY(!isEnabled("installButton"));
    QVERIFY(!isEnabled("savePackagesButton"));
    auto *open = find<QAbstractButton>("packagesOpenNotebookButton");
    QVERIFY(open->isVisible());
    testing::pictures(*m_pane, QStringLiteral("packages-closed"));
    open->click();
    QVERIFY(!open->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(session().isNotebookOpen(), 90'000);
    QTRY_VERIFY(isEnabled("installButton"));
    QCOMPARE(find<QPlainTextEdit>("requirementsEdit")->toPlainText(), QStringLiteral("numpy\n")); // typed before it was connected
}

void PackagesPaneTest::nonsense_isMarkedAndCannotBeInstalled()
{
    auto *edit = find<QPlainTextEdit>("requirementsEdit");
    edit->setPlainText(QStringLiteral("numpy\npip install pandas\n"));
    QVERIFY(!isEnabled("installButton"));
    QVERIFY(isEnabled("savePackagesButton"));
    QVERIFY2(find<QLabel>("packagesNoteLabel")->text().contains(QStringLiteral("Line 2")), qPrintable(find<QLabel>("packagesNoteLabel")->text()));
    QCOMPARE(edit->extraSelections().size(), 1);
    testing::pictures(*m_pane, QStringLiteral("packages-nonsense"));
    edit->setPlainText(QStringLiteral("numpy\n"));
    QVERIFY(isEnabled("installButton"));
    QVERIFY(edit->extraSelections().isEmpty());
}

void PackagesPaneTest::wheel_isInstalledWithItsOutput()
{
    const QString wheel = testing::makeWheel(m_machine.folder().path(), QStringLiteral("pane_probe"), QStringLiteral("2.0"));
    QVERIFY(!wheel.isEmpty());
    QSignalSpy uploaded(session().transfers(), &transfer::TransferQueue::finished);
    session().transfers()->upload({wheel}, QStringLiteral("/src"));
    QTRY_COMPARE_WITH_TIMEOUT(uploaded.count(), 1, 20'000);

    find<QPlainTextEdit>("requirementsEdit")->setPlainText(QStringLiteral("# ours\n./pane_probe-2.0-py3-none-any.whl\n"));
    QVERIFY(m_pane->hasUnsavedChanges());
    find<QAbstractButton>("installButton")->click();
    QVERIFY(!isEnabled("installButton"));
    QTRY_VERIFY_WITH_TIMEOUT(bannerText().contains(QStringLiteral("pane-probe-2.0")), 60'000);
    QTRY_VERIFY(find<QPlainTextEdit>("packagesLogEdit")->toPlainText().contains(QStringLiteral("Successfully installed")));
    QVERIFY(!m_pane->hasUnsavedChanges());
    testing::pictures(*m_pane, QStringLiteral("packages-installed"));
}

void PackagesPaneTest::installed_isRecordedInTheProject()
{
    QTRY_COMPARE_WITH_TIMEOUT(wantedRows(), QStringList{QStringLiteral("pane_probe|==2.0|2.0|✓ installed")}, 15'000);
    QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("lockLabel")->text().contains(QStringLiteral("The machine is still so")), 15'000);
    QFile file(onDisk(QStringLiteral("/src/nimbook.lock")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject lock = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(lock[QStringLiteral("added")].toArray().size(), 1);
    QVERIFY2(lock[QStringLiteral("added")].toArray().first().toString().startsWith(QStringLiteral("pane-probe @ file:///src/")),
             qPrintable(lock[QStringLiteral("added")].toArray().first().toString()));
    QVERIFY(lock[QStringLiteral("packages")].toArray().contains(QStringLiteral("pane-probe==2.0")));
    const QString digest = lock[QStringLiteral("image")].toObject()[QStringLiteral("digest")].toString();
    QVERIFY2(QRegularExpression(QStringLiteral("^quay\\.io/jupyter/[a-z-]+@sha256:[0-9a-f]{64}$")).match(digest).hasMatch(), qPrintable(digest));
}

void PackagesPaneTest::wantedAndInstalled_areCompared()
{
    find<QPlainTextEdit>("requirementsEdit")->setPlainText(QStringLiteral("numpy>=1.2  # there\nnumpy>=99\nno-such-thing==1\npyserial; sys_platform == 'win32'\n-i https://example.com/\n"));
    find<QAbstractButton>("savePackagesButton")->click();
    QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("wantedSummaryLabel")->text(), QStringLiteral("1 missing, 1 in another version"), 15'000);
    const QStringList rows = wantedRows();
    QCOMPARE(rows.size(), 5);
    QVERIFY2((rows[0].startsWith(QStringLiteral("numpy|>=1.2|1.")) || rows[0].startsWith(QStringLiteral("numpy|>=1.2|2."))) && rows[0].endsWith(QStringLiteral("✓ installed")), qPrintable(rows[0]));
    QVERIFY2(rows[1].endsWith(QStringLiteral("another version")), qPrintable(rows[1]));
    QVERIFY2(rows[2] == QStringLiteral("no-such-thing|==1|–|+ missing"), qPrintable(rows[2]));
    QVERIFY2(rows[3].endsWith(QStringLiteral("not needed here")), qPrintable(rows[3]));
    QVERIFY2(rows[4].endsWith(QStringLiteral("for pip to see")), qPrintable(rows[4]));
    testing::pictures(*m_pane, QStringLiteral("packages-compared"));
}

void PackagesPaneTest::newMachineWithTheLock_isMadeAsRecorded()
{
    // Another machine is one whose disk has the project and nothing of what pip put beside the image.
    const QString python = onDisk(QStringLiteral("/nimbook/python"));
    QVERIFY(QDir(python + QStringLiteral("/lib")).removeRecursively());
    find<QAbstractButton>("refreshPackagesButton")->click();
    QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>("recreateButton")->isVisible(), 15'000);
    QTRY_VERIFY(isEnabled("recreateButton"));
    QVERIFY(find<QLabel>("lockLabel")->text().contains(QStringLiteral("1 package missing")));
    testing::pictures(*m_pane, QStringLiteral("packages-recreate"));

    // Opening the notebook once more must not record the loss.
    const auto opened = App::endOf(session().openNotebook());
    QVERIFY2(opened.ok(), opened.why());
    QTRY_VERIFY_WITH_TIMEOUT(isEnabled("recreateButton"), 15'000);

    // A recorded file that is not there: said where the button is.
    const QString wheel = onDisk(QStringLiteral("/src/pane_probe-2.0-py3-none-any.whl"));
    QVERIFY(QFile::rename(wheel, wheel + QStringLiteral(".away")));
    find<QAbstractButton>("recreateButton")->click();
    QVERIFY(find<QWidget>("packagesFlowLine")->isVisible());
    const auto refused = App::endOf(session().currentFlow());
    QCOMPARE(refused.state, Job::State::Failed);
    QTRY_VERIFY2(bannerText().contains(refused.error.message), qPrintable(bannerText()));
    QVERIFY(!find<QWidget>("packagesFlowLine")->isVisible());
    testing::pictures(*m_pane, QStringLiteral("packages-not-recreated"));
    QVERIFY(QFile::rename(wheel + QStringLiteral(".away"), wheel));

    QTRY_VERIFY_WITH_TIMEOUT(isEnabled("recreateButton"), 15'000);
    find<QAbstractButton>("recreateButton")->click();
    const auto recreated = App::endOf(session().currentFlow());
    QVERIFY2(recreated.ok(), recreated.why());
    QCOMPARE(recreated.step(QStringLiteral("installRecorded"))->detail, QStringLiteral("pane-probe-2.0"));
    QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("lockLabel")->text().contains(QStringLiteral("The machine is still so")), 15'000);
    QVERIFY(!find<QAbstractButton>("recreateButton")->isVisible());
}

void PackagesPaneTest::filesAlone_areEnoughToRecreate()
{
    session().disconnectFromMachine();
    QTRY_VERIFY(!isEnabled("recreateButton"));
    QVERIFY(!isEnabled("refreshPackagesButton"));
    QVERIFY(App::endOf(session().connectFiles()).ok());
    QVERIFY(!session().isNotebookOpen());
    QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>("recreateButton")->isVisible() && isEnabled("recreateButton"), 15'000);
    const QString told = find<QLabel>("lockLabel")->text();
    QVERIFY2(told.contains(session().containerImage()) && told.contains(QStringLiteral("1 package beside")), qPrintable(told));
    testing::pictures(*m_pane, QStringLiteral("packages-files-alone"));

    find<QAbstractButton>("recreateButton")->click();
    const auto recreated = App::endOf(session().currentFlow());
    QVERIFY2(recreated.ok(), recreated.why());
    QVERIFY(session().isNotebookOpen());
    QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("lockLabel")->text().contains(QStringLiteral("The machine is still so")), 15'000);
}

void PackagesPaneTest::unknownPackage_isToldInPipsWords()
{
    find<QPlainTextEdit>("requirementsEdit")->setPlainText(QStringLiteral("./there-is-no-such.whl\n"));
    find<QAbstractButton>("installButton")->click();
    QTRY_VERIFY_WITH_TIMEOUT(bannerText().contains(QStringLiteral("there-is-no-such")), 60'000);
    testing::pictures(*m_pane, QStringLiteral("packages-failed"));
    QTRY_VERIFY(isEnabled("installButton"));
}

void PackagesPaneTest::textOfTheMachine_isThereAgain()
{
    PackagesPane again(session());
    QTRY_COMPARE_WITH_TIMEOUT(again.findChild<QPlainTextEdit *>(QStringLiteral("requirementsEdit"))->toPlainText(), QStringLiteral("./there-is-no-such.whl\n"), 15'000);
    QVERIFY(!again.hasUnsavedChanges());
}

void PackagesPaneTest::revert_bringsTheMachinesTextBack()
{
    auto *edit = find<QPlainTextEdit>("requirementsEdit");
    edit->setPlainText(QStringLiteral("scipy\n"));
    QVERIFY(m_pane->hasUnsavedChanges());
    find<QAbstractButton>("revertPackagesButton")->click();
    QCOMPARE(edit->toPlainText(), QStringLiteral("./there-is-no-such.whl\n"));
    QVERIFY(!m_pane->hasUnsavedChanges());
}

QTEST_MAIN(PackagesPaneTest)
#include "packages_pane_test.moc"
