// SPDX-License-Identifier: Apache-2.0
#include "monitor/sample_parser.h"

#include <QTest>

using namespace nimbook::monitor;

Q_DECLARE_METATYPE(nimbook::monitor::GpuSample)

class SampleParserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gpuLine_isReadWithWhatIsMissing_data()
    {
        constexpr double mib = 1024 * 1024;
        QTest::addColumn<QString>("line");
        QTest::addColumn<GpuSample>("expected");
        QTest::newRow("L4") << "0, NVIDIA L4, 43, 1234, 23034, 55, 38.45, 72.00, [N/A]"
                            << GpuSample{0, "NVIDIA L4", 43, 1234 * mib, 23034 * mib, 55, 38.45, 72, false};
        QTest::newRow("second of two, no MIG field") << "1, Tesla T4, 0, 0, 15360, 41, 9.87, 70.00" << GpuSample{1, "Tesla T4", 0, 0.0, 15360 * mib, 41, 9.87, 70, false};
        QTest::newRow("A100 in MIG mode") << "0, NVIDIA A100-SXM4-40GB, [N/A], 25, 40960, 34, 51.20, 400.00, Enabled"
                                          << GpuSample{0, "NVIDIA A100-SXM4-40GB", {}, 25 * mib, 40960 * mib, 34, 51.2, 400, true};
        QTest::newRow("MIG off") << "0, NVIDIA A100-SXM4-40GB, 7, 25, 40960, 34, 51.20, 400.00, Disabled"
                                 << GpuSample{0, "NVIDIA A100-SXM4-40GB", 7, 25 * mib, 40960 * mib, 34, 51.2, 400, false};
        QTest::newRow("virtual GPU") << "0, GRID T4-8Q, 3, 560, 8192, [N/A], [N/A], [N/A], [N/A]" << GpuSample{0, "GRID T4-8Q", 3, 560 * mib, 8192 * mib, {}, {}, {}, false};
        QTest::newRow("old words") << "0, Tesla K80, 99, 11000, 11441, 80, [Not Supported], [Not Supported]" << GpuSample{0, "Tesla K80", 99, 11000 * mib, 11441 * mib, 80, {}, {}, false};
        QTest::newRow("lost") << "0, NVIDIA L4, [Unknown Error], [GPU requires reset], ERR!, ERR!, ERR!, ERR!, [N/A]" << GpuSample{0, "NVIDIA L4", {}, {}, {}, {}, {}, {}, false};
    }

    void gpuLine_isReadWithWhatIsMissing()
    {
        QFETCH(QString, line);
        QFETCH(GpuSample, expected);
        const auto gpu = parseGpuLine(line);
        QVERIFY(gpu.has_value());
        QCOMPARE(*gpu, expected);
    }

    void otherLines_areNoGpus()
    {
        QVERIFY(!parseGpuLine("No devices were found"));
        QVERIFY(!parseGpuLine("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."));
        QVERIFY(!parseGpuLine(""));
        QVERIFY(!parseGpuLine("x, y, 1, 2, 3, 4, 5, 6"));
    }

    void twoBlocks_giveRatesBetweenThem()
    {
        SampleParser parser;
        const QDateTime start = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
        const auto first = feedAll(parser, block(100, 10'000, 9'000, 1'000'000, 2'000, 0), start);
        QVERIFY(first.has_value());
        QVERIFY(!first->cpu && !first->received && !first->read); // nothing to compare with

        const auto second = feedAll(parser, block(105, 10'100, 9'025, 6'000'000, 2'500, 2'048), start.addSecs(5));
        QVERIFY(second.has_value());
        QCOMPARE(*second->cpu, 75.0);
        QCOMPARE(second->cores, 2);
        QCOMPARE(*second->received, 1'000'000.0);
        QCOMPARE(*second->sent, 100.0);
        QCOMPARE(*second->read, 2'048.0 * 512 / 5);
        QCOMPARE(second->memoryTotal, 8.0 * 1024 * 1024 * 1024);
        QCOMPARE(second->memoryUsed, 2.0 * 1024 * 1024 * 1024);
        QCOMPARE(second->disks.size(), 2);
        QCOMPARE(second->disks.last().path, "/mnt/my data");
        QCOMPARE(second->gpuPresence, GpuPresence::Ready);
        QCOMPARE(second->gpus.size(), 2);
        QCOMPARE(second->time, start.addSecs(5));
    }

    void countersOfAnotherBoot_giveNoRates()
    {
        SampleParser parser;
        feedAll(parser, block(5000, 900'000, 800'000, 5'000'000, 10, 10), {});
        const auto after = feedAll(parser, block(20, 400, 300, 100, 1, 1), {});
        QVERIFY(after.has_value());
        QVERIFY(!after->cpu && !after->received && !after->written);
    }

    void halfABlock_isDropped()
    {
        SampleParser parser;
        const QDateTime now = QDateTime::currentDateTimeUtc();
        QVERIFY(!parser.feed("memory 1 1", now)); // the end of one whose beginning was lost
        QVERIFY(!parser.feed("end", now));
        parser.feed("sample 10", now);
        parser.feed("gpu 0, NVIDIA L4, 43, 1, 2, 3, 4, 5", now);
        const auto whole = feedAll(parser, {"sample 15", "gpus none", "end"}, now);
        QVERIFY(whole.has_value());
        QVERIFY(whole->gpus.isEmpty());
        QCOMPARE(whole->gpuPresence, GpuPresence::None);
    }

    void disk_isNearlyFullInTime_data()
    {
        QTest::addColumn<double>("used");
        QTest::addColumn<double>("free");
        QTest::addColumn<bool>("warns");
        QTest::newRow("half") << 50e9 << 50e9 << false;
        QTest::newRow("a tenth of a small disk") << 46e9 << 4e9 << true;
        QTest::newRow("a tenth of a large disk is still much") << 1900e9 << 100e9 << false;
        QTest::newRow("little left of a large disk") << 1990e9 << 10e9 << true;
        QTest::newRow("almost nothing of a tiny disk") << 1e9 << 0.9e9 << true;
        QTest::newRow("no disk at all") << 0.0 << 0.0 << false;
    }

    void disk_isNearlyFullInTime()
    {
        QFETCH(double, used);
        QFETCH(double, free);
        MachineSample sample;
        sample.disks = {{"/", used + free, used, free}};
        QTEST(!nearlyFullDisks(sample).isEmpty(), "warns");
        sample.disks.prepend({"/mnt/roomy", 1000e9, 1e9, 999e9});
        sample.disks.append({"/mnt/tiny", 1e9, 0.95e9, 0.05e9});
        QTEST(nearlyFullDisks(sample).size() == 2, "warns"); // each is looked at
    }

private:
    static QStringList block(double uptime, double cpu, double idle, double received, double sent, double sectors)
    {
        const auto text = [](double value) { return QString::number(value, 'f', 0); };
        return {"sample " + text(uptime), "cpu " + text(cpu) + ' ' + text(idle) + " 2", "memory 8388608 6291456",
                "disk 264212084 37038424 63298764 /", "disk 1000 10 990 /mnt/my data", "net " + text(received) + ' ' + text(sent),
                "io " + text(sectors) + " 0", "gpu 0, NVIDIA L4, 43, 1234, 23034, 55, 38.45, 72.00, [N/A]",
                "gpu 1, NVIDIA L4, [N/A], 1234, 23034, 55, 38.45, 72.00, Enabled", "gpus ready", "end"};
    }
    static std::optional<MachineSample> feedAll(SampleParser &parser, const QStringList &lines, const QDateTime &now)
    {
        std::optional<MachineSample> last;
        for (const QString &line : lines)
            last = parser.feed(line, now);
        return last;
    }
};

QTEST_GUILESS_MAIN(SampleParserTest)
#include "sample_parser_test.moc"
