// SPDX-License-Identifier: Apache-2.0
#include "models/instance_filter.h"
#include "models/instance_model.h"
#include "models/machine_text.h"

#include "support/fake_clock.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using cloud::Instance;
using cloud::InstanceStatus;
using models::InstanceFilter;
using models::InstanceModel;

namespace {

Instance machineNamed(const QString &name, InstanceStatus status = InstanceStatus::Running, const QString &zone = QStringLiteral("us-central1-a"))
{
    Instance machine;
    machine.ref = {QStringLiteral("vision-lab"), zone, name};
    machine.status = status;
    machine.machineType = QStringLiteral("n1-standard-4");
    machine.created = QDateTime(QDate(2026, 11, 1), QTime(12, 0), Qt::UTC);
    return machine;
}

QList<Instance> manyMachines(int count)
{
    QList<Instance> machines;
    for (int number = 0; number < count; ++number) {
        Instance machine = machineNamed(QStringLiteral("worker-%1").arg(number, 5, 10, QLatin1Char('0')),
                                        number % 3 ? InstanceStatus::Running : InstanceStatus::Terminated,
                                        number % 2 ? QStringLiteral("us-central1-a") : QStringLiteral("europe-west4-b"));
        machine.created = machine.created.addSecs(-number * 61);
        machine.externalAddress = QStringLiteral("34.%1.%2.7").arg(number / 256 % 256).arg(number % 256);
        machines.append(machine);
    }
    return machines;
}

QStringList names(const QAbstractItemModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all << model.index(row, InstanceModel::Name).data().toString();
    return all;
}

} // namespace

class InstanceModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void manyMachines_changedRowByRow_keepPersistentIndexes();
    void sameMachineAgain_tellsNobody();
    void sameNameInTwoZones_isTwoRows();
    void age_followsTheClock();
    void sorting_usesRawValues_data();
    void sorting_usesRawValues();
    void filter_findsEveryWordInAnyColumnOrLabel_data();
    void filter_findsEveryWordInAnyColumnOrLabel();
    void gpu_isNamedAlsoWhereTheMachineTypeImpliesIt_data();
    void gpu_isNamedAlsoWhereTheMachineTypeImpliesIt();
    void powerButtons_followTheState();
};

void InstanceModelTest::manyMachines_changedRowByRow_keepPersistentIndexes()
{
    InstanceModel model;
    InstanceFilter sorted;
    sorted.setSourceModel(&model);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester sortedTester(&sorted, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.addMachines(manyMachines(10'000));
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(sorted.rowCount(), 10'000);

    const QPersistentModelIndex held = sorted.index(5'000, InstanceModel::Name);
    const QString name = held.data().toString();
    Instance changed = model.at(17);
    changed.status = InstanceStatus::Stopping;
    model.updateMachine(changed);
    model.removeMachine(model.at(3).ref);
    model.removeMachine(model.at(9'000).ref);
    model.addMachines({machineNamed(QStringLiteral("aaa-first"))});

    QVERIFY(held.isValid());
    QCOMPARE(held.data().toString(), name);
    QCOMPARE(held.row(), 5'000); // one before it went, one before it came
    QCOMPARE(model.rowCount(), 9'999);
    QCOMPARE(model.index(model.rowOf(changed.ref), 0).data(InstanceModel::StateRole).toInt(), int(cloud::MachineState::Stopping));
    for (int row = 0; row < model.rowCount(); row += 997)
        QCOMPARE(model.rowOf(model.at(row).ref), row);
}

void InstanceModelTest::sameMachineAgain_tellsNobody()
{
    InstanceModel model;
    model.addMachines(manyMachines(10));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    for (const Instance &machine : manyMachines(10))
        model.updateMachine(machine);
    QCOMPARE(changed.size(), 0);
    Instance other = manyMachines(10).at(4);
    other.externalAddress = QStringLiteral("1.2.3.4");
    model.updateMachine(other);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 4);
}

void InstanceModelTest::sameNameInTwoZones_isTwoRows()
{
    InstanceModel model;
    model.addMachines({machineNamed(QStringLiteral("twin")), machineNamed(QStringLiteral("twin"), InstanceStatus::Running, QStringLiteral("asia-east1-c"))});
    QCOMPARE(model.rowCount(), 2);
    model.removeMachine({QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), QStringLiteral("twin")});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.at(0).ref.zone, QStringLiteral("asia-east1-c"));
}

void InstanceModelTest::age_followsTheClock()
{
    const auto clock = std::make_shared<testing::FakeClock>(QDateTime(QDate(2026, 11, 1), QTime(12, 45), Qt::UTC));
    InstanceModel model(clock);
    model.addMachines({machineNamed(QStringLiteral("trainer-1"))});
    QCOMPARE(model.index(0, InstanceModel::Age).data().toString(), QStringLiteral("45 min"));
    clock->advance(std::chrono::hours(50));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.refreshAges();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(model.index(0, InstanceModel::Age).data().toString(), QStringLiteral("2 days"));
}

void InstanceModelTest::sorting_usesRawValues_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("name, whatever the case") << int(InstanceModel::Name) << QStringList{"alpha", "beta", "gamma"};
    QTest::newRow("age, not its text") << int(InstanceModel::Age) << QStringList{"beta", "gamma", "alpha"};
    QTest::newRow("state: running before stopped") << int(InstanceModel::State) << QStringList{"gamma", "alpha", "beta"};
    QTest::newRow("GPU by kind and count") << int(InstanceModel::Gpu) << QStringList{"beta", "alpha", "gamma"};
}

void InstanceModelTest::sorting_usesRawValues()
{
    QFETCH(int, column);
    QFETCH(QStringList, expected);
    const auto clock = std::make_shared<testing::FakeClock>(QDateTime(QDate(2026, 11, 20), QTime(12, 0), Qt::UTC));
    InstanceModel model(clock);
    InstanceFilter sorted;
    sorted.setSourceModel(&model);
    Instance alpha = machineNamed(QStringLiteral("alpha"), InstanceStatus::Stopping);
    alpha.created = clock->now().addDays(-10);
    alpha.accelerators = {{QStringLiteral("nvidia-tesla-t4"), 2}};
    Instance beta = machineNamed(QStringLiteral("beta"), InstanceStatus::Terminated);
    beta.created = clock->now().addSecs(-50);
    beta.accelerators = {{QStringLiteral("nvidia-l4"), 8}};
    Instance gamma = machineNamed(QStringLiteral("gamma"), InstanceStatus::Running);
    gamma.created = clock->now().addSecs(-7200);
    gamma.accelerators = {{QStringLiteral("nvidia-tesla-t4"), 10}};
    model.addMachines({gamma, beta, alpha});
    sorted.sort(column);
    QCOMPARE(names(sorted), expected);
}

void InstanceModelTest::filter_findsEveryWordInAnyColumnOrLabel_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nothing typed") << QString() << QStringList{"eval-2", "trainer-1"};
    QTest::newRow("part of a name") << QStringLiteral("TRAIN") << QStringList{"trainer-1"};
    QTest::newRow("zone and state") << QStringLiteral("asia stopped") << QStringList{"eval-2"};
    QTest::newRow("label") << QStringLiteral("owner=ada") << QStringList{"trainer-1"};
    QTest::newRow("internal address") << QStringLiteral("10.128.0.9") << QStringList{"eval-2"};
    QTest::newRow("GPU as people say it") << QStringLiteral("1 × l4") << QStringList{"trainer-1"};
    QTest::newRow("characters of a pattern are letters") << QStringLiteral(".*") << QStringList{};
}

void InstanceModelTest::filter_findsEveryWordInAnyColumnOrLabel()
{
    QFETCH(QString, text);
    QFETCH(QStringList, expected);
    InstanceModel model;
    InstanceFilter filter;
    filter.setSourceModel(&model);
    Instance trainer = machineNamed(QStringLiteral("trainer-1"));
    trainer.machineType = QStringLiteral("g2-standard-8");
    trainer.labels = {{QStringLiteral("owner"), QStringLiteral("ada")}};
    Instance eval = machineNamed(QStringLiteral("eval-2"), InstanceStatus::Terminated, QStringLiteral("asia-east1-c"));
    eval.internalAddress = QStringLiteral("10.128.0.9");
    model.addMachines({trainer, eval});
    filter.setFilterText(text);
    QCOMPARE(names(filter), expected);
}

void InstanceModelTest::gpu_isNamedAlsoWhereTheMachineTypeImpliesIt_data()
{
    QTest::addColumn<QString>("machineType");
    QTest::addColumn<QString>("accelerator");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("expected");
    QTest::newRow("T4 attached") << "n1-standard-4" << "nvidia-tesla-t4" << 2 << "2 × T4";
    QTest::newRow("L4 by type") << "g2-standard-24" << "" << 0 << "2 × L4";
    QTest::newRow("A100 by type") << "a2-highgpu-8g" << "" << 0 << "8 × A100";
    QTest::newRow("A100 80 GB by type") << "a2-ultragpu-1g" << "" << 0 << "1 × A100 80 GB";
    QTest::newRow("none") << "e2-medium" << "" << 0 << "";
}

void InstanceModelTest::gpu_isNamedAlsoWhereTheMachineTypeImpliesIt()
{
    QFETCH(QString, machineType);
    QFETCH(QString, accelerator);
    QFETCH(int, count);
    QFETCH(QString, expected);
    Instance machine;
    machine.machineType = machineType;
    if (count > 0)
        machine.accelerators = {{accelerator, count}};
    QCOMPARE(models::gpuText(machine), expected);
}

void InstanceModelTest::powerButtons_followTheState()
{
    using cloud::MachineState;
    QVERIFY(models::canStart(MachineState::Stopped));
    QVERIFY(!models::canStart(MachineState::Running));
    QVERIFY(!models::canStart(MachineState::Suspended)); // resume is another request
    QVERIFY(models::canStop(MachineState::Running));
    QVERIFY(models::canStop(MachineState::Starting));
    QVERIFY(!models::canStop(MachineState::Stopped));
    Instance kept = machineNamed(QStringLiteral("kept"));
    QVERIFY(models::canDelete(kept));
    kept.deletionProtection = true;
    QVERIFY(!models::canDelete(kept));
}

QTEST_GUILESS_MAIN(InstanceModelTest)
#include "instance_model_test.moc"
