// SPDX-License-Identifier: Apache-2.0
#include "ui/common/flow_line.h"

#include "support/screenshots.h"

#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;

namespace {

/// Goes on when the test says so.
class PulledFlow final : public Flow {
public:
    PulledFlow()
    {
        addStep(QStringLiteral("startContainer"), QStringLiteral("Start the container"), [] {});
        addStep(QStringLiteral("openTunnel"), QStringLiteral("Open the tunnel"), [] {});
    }
    void pulled(qint64 done, qint64 total) { setStepProgress({done, total, Progress::Unit::Bytes, {}}); }
    void stepOn() { stepDone(); }
};

} // namespace

class FlowLineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runningStep_isShownWithItsBytes_untilTheFlowEnds()
    {
        QWidget window;
        window.resize(640, 60);
        ui::FlowLine line(&window);
        line.setGeometry(window.rect());
        window.show();
        QVERIFY(!line.isVisible());
        PulledFlow flow;
        QVERIFY(ui::leadsToContainer(flow));
        line.setFlow(&flow);
        flow.start();
        auto *row = line.findChild<QWidget *>(QStringLiteral("flowLineStepRow"));
        QTRY_COMPARE(row->accessibleName(), QStringLiteral("Start the container: under way"));
        QVERIFY(line.isVisible());
        flow.pulled(1'200'000'000, 4'800'000'000);
        QTRY_VERIFY2(row->accessibleDescription().contains(QStringLiteral("1.2 GB of 4.8 GB")), qPrintable(row->accessibleDescription()));
        QCOMPARE(row->findChild<QProgressBar *>()->value(), 25);
        testing::pictures(window, QStringLiteral("flow-line"));
        flow.stepOn();
        QTRY_COMPARE(row->accessibleName(), QStringLiteral("Open the tunnel: under way"));
        flow.stepOn();
        QTRY_VERIFY(flow.isFinished() && !line.isVisible());
    }

    void cancelButton_cancelsTheFlow()
    {
        ui::FlowLine line;
        PulledFlow flow;
        QSignalSpy ended(&flow, &Job::finished);
        flow.start();
        line.setFlow(&flow);
        line.show();
        QTRY_VERIFY(flow.isRunning());
        line.findChild<QPushButton *>(QStringLiteral("cancelFlowLineButton"))->click();
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(flow.state(), Job::State::Cancelled);
        QVERIFY(!line.isVisible());
    }
};

QTEST_MAIN(FlowLineTest)
#include "flow_line_test.moc"
