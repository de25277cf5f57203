// SPDX-License-Identifier: Apache-2.0
#include "models/instance_filter.h"
#include "models/instance_groups.h"
#include "models/instance_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using cloud::Instance;
using cloud::InstanceStatus;
using models::InstanceFilter;
using models::InstanceGroups;
using models::InstanceModel;

/// The rail's model: headings and machines, which move when they change their state.
class InstanceGroupsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void machines_standUnderTheirHeadings();
    void stateChange_movesTheRowAndKeepsTheIndex();
    void lastOfAGroup_takesItsHeadingAlong();
    void filter_takesAwayAndBringsBack();
    void thousands_areGroupedOnceAndFast();

private:
    static Instance machine(const QString &name, InstanceStatus status);
    QStringList texts() const;

    std::unique_ptr<InstanceModel> m_model;
    std::unique_ptr<InstanceFilter> m_filter;
    std::unique_ptr<InstanceGroups> m_groups;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

Instance InstanceGroupsTest::machine(const QString &name, InstanceStatus status)
{
    Instance made;
    made.ref = {QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), name};
    made.status = status;
    return made;
}

QStringList InstanceGroupsTest::texts() const
{
    QStringList all;
    for (int row = 0; row < m_groups->rowCount(); ++row) {
        const QModelIndex index = m_groups->index(row);
        const bool heading = index.data(InstanceGroups::IsHeadingRole).toBool();
        all << (heading ? QStringLiteral("# %1 %2").arg(index.data().toString(), index.data(InstanceGroups::CountRole).toString())
                        : index.data().toString());
    }
    return all;
}

void InstanceGroupsTest::init()
{
    m_model = std::make_unique<InstanceModel>();
    m_filter = std::make_unique<InstanceFilter>();
    m_filter->setSourceModel(m_model.get());
    m_groups = std::make_unique<InstanceGroups>(*m_filter);
    m_tester = std::make_unique<QAbstractItemModelTester>(m_groups.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void InstanceGroupsTest::cleanup()
{
    m_tester.reset();
    m_groups.reset();
    m_filter.reset();
    m_model.reset();
}

void InstanceGroupsTest::machines_standUnderTheirHeadings()
{
    m_model->addMachines({machine("b", InstanceStatus::Running), machine("z", InstanceStatus::Terminated), machine("a", InstanceStatus::Running),
                          machine("s", InstanceStatus::Staging), machine("p", InstanceStatus::Suspended)});
    QCOMPARE(texts(), (QStringList{"# Running 2", "a", "b", "# Changing 1", "s", "# Stopped 2", "p", "z"}));
    QVERIFY(!(m_groups->index(0).flags() & Qt::ItemIsSelectable));
    QVERIFY(m_groups->index(1).flags() & Qt::ItemIsSelectable);
    m_filter->sort(InstanceModel::Name, Qt::DescendingOrder); // the table's order is not the rail's
    QCOMPARE(texts().mid(0, 3), (QStringList{"# Running 2", "a", "b"}));
    QCOMPARE(m_groups->index(1).data(InstanceModel::RefRole).value<cloud::InstanceRef>().name, QStringLiteral("a"));
}

void InstanceGroupsTest::stateChange_movesTheRowAndKeepsTheIndex()
{
    m_model->addMachines({machine("a", InstanceStatus::Running), machine("b", InstanceStatus::Running), machine("c", InstanceStatus::Terminated)});
    const QPersistentModelIndex held = m_groups->indexOf(machine("a", InstanceStatus::Running).ref);
    QSignalSpy removed(m_groups.get(), &QAbstractItemModel::rowsRemoved);
    m_model->updateMachine(machine("a", InstanceStatus::Stopping));
    QCOMPARE(texts(), (QStringList{"# Running 1", "b", "# Changing 1", "a", "# Stopped 1", "c"}));
    QVERIFY(held.isValid());
    QCOMPARE(held.data().toString(), QStringLiteral("a"));
    m_model->updateMachine(machine("a", InstanceStatus::Terminated));
    QCOMPARE(texts(), (QStringList{"# Running 1", "b", "# Stopped 2", "a", "c"}));
    QVERIFY(held.isValid());
    QCOMPARE(held.row(), 3);
    QCOMPARE(removed.size(), 1); // only the empty heading
}

void InstanceGroupsTest::lastOfAGroup_takesItsHeadingAlong()
{
    m_model->addMachines({machine("a", InstanceStatus::Running), machine("c", InstanceStatus::Terminated)});
    m_model->removeMachine(machine("a", InstanceStatus::Running).ref);
    QCOMPARE(texts(), (QStringList{"# Stopped 1", "c"}));
    m_model->setMachines({});
    QCOMPARE(m_groups->rowCount(), 0);
}

void InstanceGroupsTest::filter_takesAwayAndBringsBack()
{
    m_model->addMachines({machine("trainer-1", InstanceStatus::Running), machine("eval-2", InstanceStatus::Running), machine("old", InstanceStatus::Terminated)});
    m_filter->setFilterText(QStringLiteral("trainer"));
    QCOMPARE(texts(), (QStringList{"# Running 1", "trainer-1"}));
    m_filter->setFilterText({});
    QCOMPARE(texts(), (QStringList{"# Running 2", "eval-2", "trainer-1", "# Stopped 1", "old"}));
}

void InstanceGroupsTest::thousands_areGroupedOnceAndFast()
{
    m_tester.reset(); // it walks the whole model on every signal
    QList<Instance> many;
    for (int number = 0; number < 10'000; ++number)
        many.append(machine(QStringLiteral("m%1").arg(number), number % 4 ? InstanceStatus::Running : InstanceStatus::Terminated));
    QSignalSpy inserted(m_groups.get(), &QAbstractItemModel::rowsInserted);
    QElapsedTimer timer;
    timer.start();
    m_model->addMachines(many);
    QCOMPARE(m_groups->rowCount(), 10'002);
    QCOMPARE(inserted.size(), 1);
    m_model->updateMachine(machine(QStringLiteral("m5000"), InstanceStatus::Stopping));
    QCOMPARE(m_groups->rowCount(), 10'003);
    // Generous, for a machine that builds meanwhile: an order of growth is what this guards.
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(InstanceGroupsTest)
#include "instance_groups_test.moc"
