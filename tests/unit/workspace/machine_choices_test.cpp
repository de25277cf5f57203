// SPDX-License-Identifier: Apache-2.0
// Compute Engine's rules for machines with GPUs, each in a test that names it. The machine types are those of machineTypes.list.
#include "workspace/machine_choices.h"

#include <QTest>

using namespace nimbook;
using workspace::fittingMachineTypes;
using workspace::GpuChoice;

namespace {

const QString l4 = QStringLiteral("nvidia-l4");
const QString rtxPro6000 = QStringLiteral("nvidia-rtx-pro-6000");

cloud::MachineType type(const char *name, int cpus, double gigabytes, const QString &gpu = {}, int count = 0)
{
    return {QString::fromLatin1(name), QStringLiteral("us-central1-b"), cpus, qint64(gigabytes * 1024), gpu, count};
}

/// A zone that has everything; in no order, as Google answers.
QList<cloud::MachineType> everyType()
{
    const QString a100 = QStringLiteral("nvidia-tesla-a100"), a100Ultra = QStringLiteral("nvidia-a100-80gb"), h100 = QStringLiteral("nvidia-h100-80gb");
    return {type("f1-micro", 1, 0.6), type("g1-small", 1, 1.7), type("e2-standard-4", 4, 16), type("c4-standard-4", 4, 15),
            type("n1-standard-1", 1, 3.75), type("n1-standard-4", 4, 15), type("n1-standard-8", 8, 30), type("n1-standard-16", 16, 60),
            type("n1-standard-32", 32, 120), type("n1-standard-64", 64, 240), type("n1-standard-96", 96, 360), type("n1-highmem-16", 16, 104),
            type("g2-standard-96", 96, 384, l4, 8), type("g2-standard-48", 48, 192, l4, 4), type("g2-standard-32", 32, 128, l4, 1),
            type("g2-standard-24", 24, 96, l4, 2), type("g2-standard-16", 16, 64, l4, 1), type("g2-standard-12", 12, 48, l4, 1),
            type("g2-standard-8", 8, 32, l4, 1), type("g2-standard-4", 4, 16, l4, 1),
            type("a2-highgpu-1g", 12, 85, a100, 1), type("a2-highgpu-2g", 24, 170, a100, 2), type("a2-highgpu-4g", 48, 340, a100, 4),
            type("a2-highgpu-8g", 96, 680, a100, 8), type("a2-megagpu-16g", 96, 1360, a100, 16),
            type("a2-ultragpu-1g", 12, 170, a100Ultra, 1), type("a2-ultragpu-2g", 24, 340, a100Ultra, 2), type("a2-ultragpu-4g", 48, 680, a100Ultra, 4),
            type("a2-ultragpu-8g", 96, 1360, a100Ultra, 8),
            type("a3-highgpu-1g", 26, 234, h100, 1), type("a3-highgpu-2g", 52, 468, h100, 2), type("a3-highgpu-4g", 104, 936, h100, 4),
            type("a3-highgpu-8g", 208, 1872, h100, 8), type("a3-megagpu-8g", 208, 1872, QStringLiteral("nvidia-h100-mega-80gb"), 8),
            type("a3-ultragpu-8g", 224, 2952, QStringLiteral("nvidia-h200-141gb"), 8), type("a4-highgpu-8g", 224, 3968, QStringLiteral("nvidia-b200"), 8),
            type("g4-standard-6", 6, 22, rtxPro6000, 1), type("g4-standard-12", 12, 45, rtxPro6000, 1), type("g4-standard-24", 24, 90, rtxPro6000, 1),
            type("g4-standard-48", 48, 180, rtxPro6000, 1), type("g4-standard-96", 96, 360, rtxPro6000, 2), type("g4-standard-192", 192, 720, rtxPro6000, 4),
            type("g4-standard-384", 384, 1440, rtxPro6000, 8)};
}

} // namespace

class MachineChoicesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_catalogue = workspace::Catalogue::load().value(); }

    void g2Standard32_hasOneL4_g2Standard24HasTwo()
    {
        const QStringList one = fitting(l4, 1), two = fitting(l4, 2);
        QVERIFY(one.contains(QStringLiteral("g2-standard-32")) && !one.contains(QStringLiteral("g2-standard-24")));
        QCOMPARE(two, QStringList(QStringLiteral("g2-standard-24"))); // by the processors one would expect more
    }

    void machineTypeOfAFixedSeries_decidesTheNumberOfGpus_data()
    {
        QTest::addColumn<QString>("gpu");
        QTest::addColumn<int>("count");
        QTest::addColumn<QStringList>("types"); // the one that is suggested first stands first
        const auto row = [](const QString &gpu, int count, const QStringList &types) { QTest::addRow("%s × %d", qPrintable(gpu), count) << gpu << count << types; };
        row(l4, 1, {"g2-standard-8", "g2-standard-4", "g2-standard-12", "g2-standard-16", "g2-standard-32"});
        row(l4, 2, {"g2-standard-24"});
        row(l4, 4, {"g2-standard-48"});
        row(l4, 8, {"g2-standard-96"});
        row("nvidia-tesla-a100", 1, {"a2-highgpu-1g"});
        row("nvidia-tesla-a100", 2, {"a2-highgpu-2g"});
        row("nvidia-tesla-a100", 4, {"a2-highgpu-4g"});
        row("nvidia-tesla-a100", 8, {"a2-highgpu-8g"});
        row("nvidia-tesla-a100", 16, {"a2-megagpu-16g"});
        row("nvidia-a100-80gb", 1, {"a2-ultragpu-1g"});
        row("nvidia-a100-80gb", 2, {"a2-ultragpu-2g"});
        row("nvidia-a100-80gb", 4, {"a2-ultragpu-4g"});
        row("nvidia-a100-80gb", 8, {"a2-ultragpu-8g"});
        row("nvidia-h100-80gb", 1, {"a3-highgpu-1g"});
        row("nvidia-h100-80gb", 2, {"a3-highgpu-2g"});
        row("nvidia-h100-80gb", 4, {"a3-highgpu-4g"});
        row("nvidia-h100-80gb", 8, {"a3-highgpu-8g"});
        row("nvidia-h100-mega-80gb", 8, {"a3-megagpu-8g"});
        row("nvidia-h200-141gb", 8, {"a3-ultragpu-8g"});
        row("nvidia-b200", 8, {"a4-highgpu-8g"});
        row(rtxPro6000, 1, {"g4-standard-48", "g4-standard-24", "g4-standard-12", "g4-standard-6"});
        row(rtxPro6000, 2, {"g4-standard-96"});
        row(rtxPro6000, 4, {"g4-standard-192"});
        row(rtxPro6000, 8, {"g4-standard-384"});
        row(l4, 3, {});
        row("nvidia-tesla-a100", 3, {});
    }
    void machineTypeOfAFixedSeries_decidesTheNumberOfGpus()
    {
        QFETCH(QString, gpu);
        QFETCH(int, count);
        QFETCH(QStringList, types);
        QVERIFY(gpuNamed(gpu).impliedByMachineType); // A2, A3, A4, G2, G4: the request names no GPU
        QCOMPARE(fitting(gpu, count), types);
        QCOMPARE(gpuNamed(gpu).counts.contains(count), !types.isEmpty()); // the catalogue offers no count that no machine has
    }

    void partOfAGpu_isCountedAsOneButHasItsPartOfTheMemory()
    {
        const GpuChoice gpu = gpuNamed(rtxPro6000);
        QCOMPARE(gpu.memoryGbOf(QStringLiteral("g4-standard-6"), 1), 12);
        QCOMPARE(gpu.memoryGbOf(QStringLiteral("g4-standard-12"), 1), 24);
        QCOMPARE(gpu.memoryGbOf(QStringLiteral("g4-standard-24"), 1), 48);
        QCOMPARE(gpu.memoryGbOf(QStringLiteral("g4-standard-48"), 1), 96);
        QCOMPARE(gpu.memoryGbOf(QStringLiteral("g4-standard-96"), 2), 192);
        QCOMPARE(fitting(rtxPro6000, 1).constFirst(), QStringLiteral("g4-standard-48")); // a whole one, unless somebody chooses less
    }

    void machineTypeWithAGpuOfItsOwn_isNotOfferedWithoutOne()
    {
        const QStringList plain = fitting({}, 0);
        for (const QString &name : plain)
            QVERIFY2(!name.startsWith(QLatin1String("g2-")) && !name.startsWith(QLatin1String("g4-")) && !name.startsWith(QLatin1String("a2-")), qPrintable(name));
        QVERIFY(plain.contains(QStringLiteral("e2-standard-4")));
    }

    void attachedGpu_goesWithN1Alone_sharedCoresExcluded()
    {
        for (const char *gpu : {"nvidia-tesla-t4", "nvidia-tesla-v100", "nvidia-tesla-p100", "nvidia-tesla-p4"}) {
            const QStringList names = fitting(QLatin1String(gpu), 1);
            QVERIFY(!names.isEmpty() && !gpuNamed(QLatin1String(gpu)).impliedByMachineType);
            for (const QString &name : names)
                QVERIFY2(name.startsWith(QLatin1String("n1-")), qPrintable(name));
        }
    }

    void n1_takesNoMoreProcessorsThanItsCardsAllow_data()
    {
        QTest::addColumn<QString>("gpu");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("most"); // of the types above, the one with the most processors that is allowed
        const auto row = [](const char *gpu, int count, int most) { QTest::addRow("%s × %d", gpu, count) << QString::fromLatin1(gpu) << count << most; };
        row("nvidia-tesla-t4", 1, 32);
        row("nvidia-tesla-t4", 2, 32);
        row("nvidia-tesla-t4", 4, 96);
        row("nvidia-tesla-p4", 1, 16);
        row("nvidia-tesla-p4", 2, 32);
        row("nvidia-tesla-p4", 4, 96);
        row("nvidia-tesla-v100", 1, 8);
        row("nvidia-tesla-v100", 2, 16);
        row("nvidia-tesla-v100", 4, 32);
        row("nvidia-tesla-v100", 8, 96);
        row("nvidia-tesla-p100", 1, 16);
        row("nvidia-tesla-p100", 2, 32);
        row("nvidia-tesla-p100", 4, 96);
    }
    void n1_takesNoMoreProcessorsThanItsCardsAllow()
    {
        QFETCH(QString, gpu);
        QFETCH(int, count);
        QFETCH(int, most);
        int seen = 0;
        for (const auto &one : fittingMachineTypes(everyType(), gpuNamed(gpu), count))
            seen = std::max(seen, one.guestCpus);
        QCOMPARE(seen, most);
        QVERIFY(gpuNamed(gpu).counts.contains(count));
    }

    void newestSeries_takeHyperdisksAlone_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<bool>("hyperdiskOnly");
        for (const char *name : {"g4-standard-48", "g4-standard-6", "a4-highgpu-8g", "c4-standard-4", "c4a-standard-4", "c4d-standard-4", "n4-standard-4"})
            QTest::newRow(name) << QString::fromLatin1(name) << true;
        for (const char *name : {"g2-standard-4", "a2-highgpu-1g", "a3-highgpu-8g", "n1-standard-4", "n2-standard-4", "e2-standard-4"})
            QTest::newRow(name) << QString::fromLatin1(name) << false;
    }
    void newestSeries_takeHyperdisksAlone()
    {
        QFETCH(QString, type);
        QFETCH(bool, hyperdiskOnly);
        QCOMPARE(workspace::diskTypeNeeded(type), hyperdiskOnly ? QStringLiteral("hyperdisk-balanced") : QString());
    }

    void quotaOfTheNewestGpus_isUnknownNotZero()
    {
        // regions.get has no metric for them; PREEMPTIBLE_NVIDIA_H100_GPUS alone is there.
        const cloud::Region region{QStringLiteral("us-central1"), {{QStringLiteral("PREEMPTIBLE_NVIDIA_H100_GPUS"), 8, 0}, {QStringLiteral("NVIDIA_L4_GPUS"), 0, 0}}};
        for (const char *gpu : {"nvidia-h100-80gb", "nvidia-h100-mega-80gb", "nvidia-h200-141gb", "nvidia-b200", "nvidia-rtx-pro-6000"})
            QVERIFY2(!workspace::quotaLeft(region, QLatin1String(gpu), false), gpu);
        QCOMPARE(workspace::quotaLeft(region, QStringLiteral("nvidia-h100-80gb"), true), std::optional(8.0));
        QCOMPARE(workspace::quotaLeft(region, l4, false), std::optional(0.0)); // named, and none granted
    }

    void spotQuota_isUsedOnlyWhereItWasGranted()
    {
        cloud::Region region{QStringLiteral("us-central1"), {{QStringLiteral("NVIDIA_T4_GPUS"), 4, 1}, {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 0, 0}}};
        const QString t4 = QStringLiteral("nvidia-tesla-t4");
        QCOMPARE(workspace::quotaLeft(region, t4, true), std::optional(3.0));
        region.quotas[1] = {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 2, 2};
        QCOMPARE(workspace::quotaLeft(region, t4, true), std::optional(0.0)); // granted, and used up
        region.quotas[1] = {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 8, 0};
        QCOMPARE(workspace::quotaLeft(region, t4, true), std::optional(8.0));
        QCOMPARE(workspace::quotaLeft(region, t4, false), std::optional(3.0));
    }

private:
    GpuChoice gpuNamed(const QString &accelerator) const
    {
        for (const auto &one : m_catalogue.gpus()) {
            if (one.acceleratorType == accelerator)
                return one;
        }
        return {};
    }
    QStringList fitting(const QString &gpu, int count) const
    {
        QStringList names;
        for (const auto &one : fittingMachineTypes(everyType(), gpuNamed(gpu), count))
            names += one.name;
        return names;
    }

    workspace::Catalogue m_catalogue;
};

QTEST_GUILESS_MAIN(MachineChoicesTest)
#include "machine_choices_test.moc"
