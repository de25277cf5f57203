// SPDX-License-Identifier: Apache-2.0
// The live parts of a machine's page: the monitor with recorded numbers, then monitor and terminal on a real machine of the sandbox.
#include "gui/shell_window.h"
#include "models/disk_notices.h"
#include "ui/terminal/terminal_pane.h"
#include "ui/terminal/terminal_view.h"
#include "workspace/machine_monitor.h"

#include <QAbstractButton>
#include <QRegularExpression>
#include <QSignalSpy>

#include <cmath>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using nimbook::testing::Window;
using monitor::MachineSample;

namespace {

/// A quarter of an hour of training on two GPUs.
QList<MachineSample> recordedHour()
{
    QList<MachineSample> samples;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (int i = 0; i < 180; ++i) {
        const double wave = std::sin(i / 7.0);
        MachineSample sample;
        sample.time = now.addSecs(5 * (i - 179));
        sample.cpu = 40 + 20 * wave;
        sample.cores = 8;
        sample.memoryTotal = 32e9;
        sample.memoryUsed = 9e9 + i * 2e7;
        sample.disks = {{"/", 100e9, 60e9, 40e9}};
        sample.received = 4e6 + 3e6 * wave;
        sample.sent = 2e5;
        sample.read = i % 30 == 0 ? 120e6 : 1e6;
        sample.written = 3e6;
        sample.gpuPresence = monitor::GpuPresence::Ready;
        sample.gpus = {{0, "NVIDIA L4", 80 + 15 * wave, 18e9, 24e9, 66 + 4 * wave, 60 + 8 * wave, 72, false},
                       {1, "NVIDIA L4", 60 - 20 * wave, 9e9, 24e9, 58, 48, 72, false}};
        samples.append(sample);
    }
    return samples;
}

} // namespace

class MachineLiveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_sandbox = std::make_unique<SandboxFixture>();
        QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
    }

    void recordedNumbers_areDrawnWithUnitsAndWhatIsMissingIsSaid()
    {
        Window window(*m_sandbox);
        QCOMPARE(window.app.signIn(SandboxFixture::fullProject()), QString());
        const cloud::InstanceRef ref = window.app.space->machines()->machines().constFirst().ref;
        window.window->workPage()->showMachine(ref);
        auto *page = window.window->workPage()->currentMachinePage();
        QVERIFY(page);
        page->showTab(ui::MachinePage::Monitor);
        testing::pictures(*window.window, "monitor-unconnected");
        QTRY_VERIFY(window.find<QAbstractButton>("monitorConnectButton"));

        workspace::MachineMonitor &monitor = page->session().monitor();
        for (const MachineSample &sample : recordedHour())
            monitor.add(sample);
        QTRY_COMPARE(now(window, "memoryCard"), "13 GB of 32 GB");
        QVERIFY2(QRegularExpression("^\\d+ %, \\d+ %$").match(now(window, "gpuCard")).hasMatch(), qPrintable(now(window, "gpuCard")));
        QCOMPARE(now(window, "gpuMemoryCard"), "18 GB of 24 GB, 9.0 GB of 24 GB");
        QVERIFY(now(window, "diskCard").contains("40 GB free"));
        QCOMPARE(window.find<QLabel>("gpuNoteLabel")->text(), "2 × NVIDIA L4");
        testing::pictures(*window.window, "monitor");
        window.window->resize(720, 600);
        testing::pictures(*window.window, "monitor-narrow");
        window.window->resize(1200, 760);

        MachineSample mig = monitor.history().last();
        mig.gpus = {{0, "NVIDIA A100-SXM4-40GB", {}, 25e6, 40e9, {}, 51, 400, true}};
        monitor.add(mig);
        QTRY_VERIFY(window.find<QLabel>("gpuNoteLabel")->text().contains("MIG"));
        QCOMPARE(now(window, "gpuCard"), "not told");

        MachineSample plain = mig;
        plain.gpus.clear();
        plain.gpuPresence = monitor::GpuPresence::None;
        monitor.add(plain);
        QTRY_COMPARE(window.find<QLabel>("gpuNoteLabel")->text(), "This machine has no GPU.");
        QVERIFY(!window.find<QWidget>("gpuCard"));

        QVERIFY(window.said("machineBanner").isEmpty());
        plain.disks = {{"/", 100e9, 95e9, 5e9}};
        monitor.add(plain);
        QTRY_VERIFY2(window.said("machineBanner").contains("nearly full: 5.0 GB left on /"), qPrintable(window.said("machineBanner")));
        testing::pictures(*window.window, "disk-full");
    }

    void diskThatFills_isToldOnceEach_alsoByAPageThatIsMadeLater()
    {
        Window window(*m_sandbox);
        QCOMPARE(window.app.signIn(SandboxFixture::fullProject()), QString());
        bool watched = false;
        models::DiskNotices notices(*window.app.space, [&](const cloud::InstanceRef &) { return watched; });
        QSignalSpy told(&notices, &models::DiskNotices::notice);
        const cloud::InstanceRef ref = window.app.space->machines()->machines().constFirst().ref;
        workspace::MachineMonitor &monitor = window.app.space->session(ref)->monitor();
        MachineSample sample = recordedHour().constLast();
        sample.disks = {{"/", 100e9, 95e9, 5e9}, {"/mnt/data", 500e9, 100e9, 400e9}};
        monitor.add(sample);
        monitor.add(sample); // told already
        QCOMPARE(told.size(), 1);
        QVERIFY(told.last()[0].toString().contains(ref.name));
        sample.disks[1] = {"/mnt/data", 500e9, 497e9, 3e9}; // a second one, while the first is full
        monitor.add(sample);
        QCOMPARE(told.size(), 2);
        QCOMPARE(told.last()[1].toString(), QStringLiteral("3.0 GB left on /mnt/data"));

        window.window->workPage()->showMachine(ref); // its page is made only now
        QTRY_VERIFY2(window.said("machineBanner").contains("5.0 GB left on /, 3.0 GB left on /mnt/data"), qPrintable(window.said("machineBanner")));

        sample.disks[0] = {"/", 100e9, 50e9, 50e9}; // room again, and full again
        monitor.add(sample);
        watched = true;
        sample.disks[0] = {"/", 100e9, 96e9, 4e9};
        monitor.add(sample);
        QCOMPARE(told.size(), 2); // the page says it to whoever looks
        QTRY_VERIFY2(window.said("machineBanner").contains("4.0 GB left on /"), qPrintable(window.said("machineBanner")));
    }

    void samplesOlderThanAnHour_areDropped()
    {
        workspace::MachineMonitor monitor(std::chrono::seconds(5));
        MachineSample sample;
        sample.time = QDateTime::currentDateTimeUtc();
        const QDateTime first = sample.time;
        for (const int minute : {0, 20, 59, 60, 61}) {
            sample.time = first.addSecs(minute * 60);
            monitor.add(sample);
        }
        QCOMPARE(monitor.history().size(), 4);
        QCOMPARE(monitor.history().constFirst().time, first.addSecs(20 * 60));
        QCOMPARE(monitor.history().constLast().time, first.addSecs(61 * 60));
    }

    void connectedMachine_isDrawnAndAnswersInTheTerminal()
    {
        Window window(*m_sandbox);
        QCOMPARE(window.app.signIn(SandboxFixture::emptyProject()), QString());
        const auto spec = window.app.spec("live-1");
        const auto made = App::endOf(window.app.space->createMachine(spec));
        QVERIFY2(made.ok(), made.why());
        window.window->workPage()->showMachine(spec.ref);
        auto *page = window.window->workPage()->currentMachinePage();
        QVERIFY(page);
        page->showTab(ui::MachinePage::Terminal);
        testing::pictures(*window.window, "terminal-unconnected");
        QTRY_VERIFY(window.find<QAbstractButton>("terminalConnectButton"));
        window.find<QAbstractButton>("terminalConnectButton")->click();
        auto *pane = window.find<ui::TerminalPane>("terminalPane");
        QTRY_VERIFY_WITH_TIMEOUT(window.find<ui::TerminalView>("machineTerminalView"), 90'000);
        ui::TerminalView *view = pane->view();
        QTRY_VERIFY_WITH_TIMEOUT(!screenText(*view).trimmed().isEmpty(), 30'000); // the prompt
        view->setFocus();
        QTest::keyClicks(view, "echo $((6*7)); printf '\\033[1;32mgreen\\033[0m \\033[7mturned\\033[0m\\n'; ls --color=always /");
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_VERIFY2_WITH_TIMEOUT(screenText(*view).contains("\n42\n"), qPrintable(screenText(*view)), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(screenText(*view).contains("usr"), 30'000);
        testing::pictures(*window.window, "terminal");

        // Ctrl+L is the shell's while the keyboard is in it, and F6 the window's.
        QTest::keyClick(view, Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(!screenText(*view).contains("\n42\n"), 30'000);
        QTest::keyClick(view, Qt::Key_F6);
        QTRY_VERIFY(!view->hasFocus());

        workspace::MachineMonitor &monitor = page->session().monitor();
        monitor.setInterval(std::chrono::seconds(1));
        page->showTab(ui::MachinePage::Monitor);
        QTRY_VERIFY_WITH_TIMEOUT(!monitor.history().isEmpty() && monitor.history().last().cpu, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(now(window, "cpuCard").contains('%'), 10'000);
        QCOMPARE(window.find<QLabel>("gpuNoteLabel")->text(), "This machine has no GPU.");

        page->showTab(ui::MachinePage::Terminal);
        QTest::keyClicks(view, "exit 7");
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_VERIFY2_WITH_TIMEOUT(window.said("terminalBanner").contains("ended with status 7"), qPrintable(window.said("terminalBanner")), 30'000);
        auto *anew = window.find<QAbstractButton>("newShellButton");
        QVERIFY(anew);
        anew->click();
        QTRY_VERIFY_WITH_TIMEOUT(window.said("terminalBanner").isEmpty(), 30'000);
    }

private:
    static QString now(const Window &window, const char *card)
    {
        const auto *frame = window.find<QWidget>(card);
        const auto *label = frame ? frame->findChild<QLabel *>("nowLabel") : nullptr;
        return label ? label->text() : QString();
    }
    static QString screenText(const ui::TerminalView &view)
    {
        QString text;
        for (int line = 0; line < view.screen()->historySize() + view.screen()->rows(); ++line)
            text += view.screen()->text(line) + '\n';
        return text;
    }

    std::unique_ptr<SandboxFixture> m_sandbox;
};

QTEST_MAIN(MachineLiveTest)
#include "machine_live_test.moc"
