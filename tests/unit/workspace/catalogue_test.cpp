// SPDX-License-Identifier: Apache-2.0
#include "workspace/catalogue.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using workspace::Catalogue;

class CatalogueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto loaded = Catalogue::load();
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
        m_catalogue = *loaded;
    }

    void containerImages_areDistinctAndComplete()
    {
        QSet<QString> ids;
        static const QRegularExpression reference(QStringLiteral("^[a-z0-9.-]+(/[a-z0-9._-]+)+:[A-Za-z0-9._-]+$"));
        for (const auto &image : m_catalogue.containerImages()) {
            ids += image.id;
            QVERIFY2(reference.match(image.reference).hasMatch(), qPrintable(image.reference));
            QVERIFY(!image.title.isEmpty() && !image.description.isEmpty());
            QCOMPARE(m_catalogue.containerImage(image.id), std::optional(image));
        }
        QCOMPARE(ids.size(), m_catalogue.containerImages().size());
        QVERIFY(!m_catalogue.containerImage(QStringLiteral("nothing")));
        QVERIFY(!m_catalogue.defaultContainerImage().contains(QLatin1String("cuda")));
        QVERIFY(!m_catalogue.defaultContainerImage().isEmpty());
    }

    void bootImages_nameFamiliesThatGoogleWouldTake()
    {
        static const QRegularExpression family(QStringLiteral("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"));
        QVERIFY(!m_catalogue.bootImages().isEmpty());
        for (const auto &image : m_catalogue.bootImages()) {
            QVERIFY2(family.match(image.family).hasMatch(), qPrintable(image.family));
            QVERIFY(family.match(image.project).hasMatch());
            QVERIFY(image.minimumDiskGb >= 10);
        }
    }

    void gpus_eachHasCountsAndAPricedMachineOrNone()
    {
        QSet<QString> types;
        for (const auto &gpu : m_catalogue.gpus()) {
            types += gpu.acceleratorType;
            QVERIFY(!gpu.counts.isEmpty() && !gpu.machineTypes.isEmpty());
            QCOMPARE(gpu.acceleratorType.isEmpty(), gpu.counts == QList<int>{0});
            for (const QString &machine : gpu.machineTypes) {
                // The newest series have no list price from a good source: an estimate must be absent, not wrong.
                const bool priced = m_catalogue.runningPrice(machine, gpu.acceleratorType, gpu.counts.constFirst(), 100,
                                                             QStringLiteral("pd-balanced"), false).has_value();
                static const QStringList unpriced{QStringLiteral("a3"), QStringLiteral("a4"), QStringLiteral("g4")};
                QCOMPARE(priced, !unpriced.contains(machine.section(QLatin1Char('-'), 0, 0)));
            }
        }
        for (const char *expected : {"", "nvidia-tesla-t4", "nvidia-l4", "nvidia-tesla-a100", "nvidia-a100-80gb", "nvidia-tesla-v100",
                                     "nvidia-tesla-p100", "nvidia-tesla-p4", "nvidia-h100-80gb"})
            QVERIFY2(types.contains(QLatin1String(expected)), expected);
    }

    void machineTypes_areGooglesOwn()
    {
        const QString data = qEnvironmentVariable("NIMBOOK_CONTRACT_DATA");
        if (data.isEmpty())
            QSKIP("NIMBOOK_CONTRACT_DATA is not set: Google's lists of machine types are not here");
        const QSet<QString> machines = firstColumn(data + QStringLiteral("/catalogue/machinetypes.csv"));
        const QSet<QString> accelerators = firstColumn(data + QStringLiteral("/catalogue/acceleratortypes.csv"));
        for (const auto &gpu : m_catalogue.gpus()) {
            QVERIFY2(gpu.acceleratorType.isEmpty() || accelerators.contains(gpu.acceleratorType), qPrintable(gpu.acceleratorType));
            for (const QString &machine : gpu.machineTypes)
                QVERIFY2(machines.contains(machine), qPrintable(machine));
        }
    }

    void prices_addUp()
    {
        const QString disk = QStringLiteral("pd-balanced");
        // N1 and T4 are added: 0.19 + 0.35 + 100 GB at 0.10 a month of 730 h
        QCOMPARE(m_catalogue.runningPrice(QStringLiteral("n1-standard-4"), QStringLiteral("nvidia-tesla-t4"), 1, 100, disk, false)->microsPerHour,
                 190'000 + 350'000 + 13'699);
        QCOMPARE(m_catalogue.runningPrice(QStringLiteral("n1-standard-4"), QStringLiteral("nvidia-tesla-t4"), 2, 100, disk, false)->microsPerHour,
                 190'000 + 700'000 + 13'699);
        // G2 holds its L4 already
        QCOMPARE(m_catalogue.runningPrice(QStringLiteral("g2-standard-4"), QStringLiteral("nvidia-l4"), 1, 0, disk, false)->microsPerHour, 706'830);
        QCOMPARE(m_catalogue.runningPrice(QStringLiteral("g2-standard-4"), QStringLiteral("nvidia-l4"), 1, 0, disk, true)->microsPerHour, 230'000);
        QCOMPARE(m_catalogue.stoppedPrice(100, disk)->microsPerHour, 13'699);
        QVERIFY(m_catalogue.stoppedPrice(100, disk)->asOf.isValid());
    }

    void unknownParts_giveNoPrice()
    {
        const QString disk = QStringLiteral("pd-balanced");
        QVERIFY(!m_catalogue.runningPrice(QStringLiteral("z9-standard-4"), {}, 0, 100, disk, false));
        QVERIFY(!m_catalogue.runningPrice(QStringLiteral("n1-standard-4"), QStringLiteral("nvidia-new"), 1, 100, disk, false));
        QVERIFY(!m_catalogue.runningPrice(QStringLiteral("n1-standard-8"), {}, 0, 100, disk, true));
        QVERIFY(!m_catalogue.stoppedPrice(100, QStringLiteral("hyperdisk-ml")));
    }

    void fileWithoutDateOrSource_isRefused()
    {
        QTemporaryDir folder;
        for (const char *name : {"containers.json", "images.json", "gpus.json", "prices.json"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("{\"entries\": []}");
        }
        const auto loaded = Catalogue::load(folder.path());
        QVERIFY(!loaded);
        QVERIFY(loaded.error().message.contains(QLatin1String("containers.json")));
        QVERIFY(!Catalogue::load(folder.filePath(QStringLiteral("absent"))));
    }

private:
    static QSet<QString> firstColumn(const QString &path)
    {
        QFile file(path);
        QSet<QString> names;
        if (file.open(QIODevice::ReadOnly)) {
            const auto lines = file.readAll().split('\n');
            for (const QByteArray &line : lines)
                names += QString::fromUtf8(line.split(';').constFirst());
        }
        return names;
    }

    Catalogue m_catalogue;
};

QTEST_GUILESS_MAIN(CatalogueTest)
#include "catalogue_test.moc"
