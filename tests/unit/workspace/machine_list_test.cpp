// SPDX-License-Identifier: Apache-2.0
#include "fake_compute.h"
#include "workspace/machine_list.h"

#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using nimbook::testing::FakeCompute;
using workspace::MachineList;

class MachineListTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstAnswer_addsMachinesSortedByName()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("b"), QStringLiteral("RUNNING"), QStringLiteral("2"));
        fake.set(QStringLiteral("a"), QStringLiteral("TERMINATED"), QStringLiteral("1"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        QSignalSpy added(&list, &MachineList::machineAdded);

        refresh(list);

        QVERIFY(list.isLoaded());
        QCOMPARE(added.size(), 2);
        QCOMPARE(list.machines().size(), 2);
        QCOMPARE(list.machines().constFirst().ref.name, QStringLiteral("a"));
        QVERIFY(list.find(FakeCompute::ref(QStringLiteral("b"))));
    }

    void nextAnswers_tellOnlyWhatIsDifferent()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("stays"), QStringLiteral("RUNNING"), QStringLiteral("1"));
        fake.set(QStringLiteral("changes"), QStringLiteral("RUNNING"), QStringLiteral("2"));
        fake.set(QStringLiteral("goes"), QStringLiteral("RUNNING"), QStringLiteral("3"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);
        QSignalSpy added(&list, &MachineList::machineAdded);
        QSignalSpy changed(&list, &MachineList::machineChanged);
        QSignalSpy removed(&list, &MachineList::machineRemoved);

        fake.set(QStringLiteral("changes"), QStringLiteral("STOPPING"), QStringLiteral("2"));
        fake.machines.remove(QStringLiteral("goes"));
        refresh(list);

        QCOMPARE(added.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.at(0).at(0).value<cloud::Instance>().ref.name, QStringLiteral("changes"));
        QCOMPARE(removed.size(), 1);
    }

    void machineMadeAnew_isAnotherMachine()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"), QStringLiteral("1"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);
        QSignalSpy added(&list, &MachineList::machineAdded);
        QSignalSpy removed(&list, &MachineList::machineRemoved);

        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"), QStringLiteral("2"));
        refresh(list);

        QCOMPARE(removed.size(), 1);
        QCOMPARE(added.size(), 1);
    }

    void zoneThatIsSilent_keepsItsMachines()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);
        QSignalSpy removed(&list, &MachineList::machineRemoved);

        fake.machines.clear();
        fake.unreachable = {QStringLiteral("zones/us-central1-a")};
        refresh(list);

        QCOMPARE(removed.size(), 0);
        QVERIFY(list.find(FakeCompute::ref(QStringLiteral("vm"))));
        QCOMPARE(list.unreachableZones().size(), 1);
    }

    void failure_keepsMachinesAndSaysWhy()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);

        fake.failure = testing::FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required 'compute.instances.list' permission"));
        refresh(list);

        QVERIFY(list.lastError());
        QCOMPARE(list.lastError()->kind, ErrorKind::PermissionDenied);
        QVERIFY(list.find(FakeCompute::ref(QStringLiteral("vm"))));

        fake.failure.reset();
        refresh(list);
        QVERIFY(!list.lastError());
    }

    void machineThatChanges_isLookedAtOftenByItself()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("STAGING"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"));
        QSignalSpy changed(&list, &MachineList::machineChanged);
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 6000);
    }

    void refreshWhileOneIsUnderWay_asksOnceMore()
    {
        FakeCompute fake;
        MachineList list(fake.compute, QStringLiteral("lab"));
        list.refresh();
        list.refresh();
        list.refresh();
        QTRY_COMPARE(fake.listings, 2);
    }

    void listenerDeletesTheList_nothingBreaks()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("a"), QStringLiteral("RUNNING"), QStringLiteral("1"));
        fake.set(QStringLiteral("b"), QStringLiteral("RUNNING"), QStringLiteral("2"));
        QPointer<MachineList> list = new MachineList(fake.compute, QStringLiteral("lab"));
        connect(list, &MachineList::machineAdded, this, [list] { delete list; });
        list->refresh();
        QTRY_VERIFY(!list);
    }

    void freshAnswerAboutOne_isTaken()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"));
        MachineList list(fake.compute, QStringLiteral("lab"));
        refresh(list);
        cloud::Instance seen = *list.find(FakeCompute::ref(QStringLiteral("vm")));
        seen.externalAddress = QStringLiteral("127.77.0.9");
        QSignalSpy changed(&list, &MachineList::machineChanged);
        list.learn(seen);
        list.learn(seen);
        QCOMPARE(changed.size(), 1);
        seen.id = QStringLiteral("another");
        list.learn(seen);
        QCOMPARE(changed.size(), 1);
    }

private:
    static void refresh(MachineList &list)
    {
        QSignalSpy refreshed(&list, &MachineList::refreshed);
        list.refresh();
        QVERIFY(refreshed.wait(30'000));
    }
};

QTEST_GUILESS_MAIN(MachineListTest)
#include "machine_list_test.moc"
