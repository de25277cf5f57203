// SPDX-License-Identifier: Apache-2.0
#include "models/sync_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using models::SyncModel;
using sync::Action;
using sync::Difference;

class SyncModelTest : public QObject {
    Q_OBJECT

    static sync::Item item(const QString &path, Difference difference, qint64 here, qint64 there)
    {
        sync::Item made{path, false, difference, {}, {}};
        if (here >= 0)
            made.here = sync::TreeEntry{path, false, here, 1000, 0644};
        if (there >= 0)
            made.there = sync::TreeEntry{path, false, there, 2000, 0644};
        return made;
    }
    static QList<sync::Item> some()
    {
        return {item("a", Difference::OnlyHere, 1000, -1),    item("b", Difference::ChangedThere, 10, 2'000'000), item("c", Difference::ChangedBoth, 5, 7),
                item("d", Difference::DeletedHere, -1, 3),    item("e", Difference::KindsDiffer, 5, 0)};
    }

private Q_SLOTS:
    void ticks_startWithWhatLosesNothing_andCount()
    {
        SyncModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy totals(&model, &SyncModel::totalsChanged);
        model.setItems(some());
        QCOMPARE(model.choices().size(), 2);
        QCOMPARE(SyncModel::totalsText(model.totals()), QStringLiteral("↑ 1 file, 1.0 kB · ↓ 1 file, 2.0 MB"));
        QCOMPARE(model.count(SyncModel::Group::Differs), 2);
        QCOMPARE(model.count(SyncModel::Group::Deleted), 1);

        QVERIFY(model.setData(model.index(2, 0), Qt::Checked, Qt::CheckStateRole)); // the newer side is proposed
        QCOMPARE(Action(model.index(2, 0).data(SyncModel::ActionRole).toInt()), Action::Download);
        model.setAction(model.index(2, 0), Action::KeepBoth);
        model.setAction(model.index(3, 0), Action::DeleteThere);
        QCOMPARE(model.totals().keepBoth, 1);
        QCOMPARE(model.totals().deleteThere, 1);
        QVERIFY(SyncModel::totalsText(model.totals()).contains(QStringLiteral("deleted on the machine")));
        model.setAction(model.index(0, 0), Action::DeleteThere); // not possible for what is only here
        QCOMPARE(model.totals().up, 1);
        QVERIFY(!model.setData(model.index(4, 0), Qt::Checked, Qt::CheckStateRole)); // a file against a folder cannot be ticked
        QVERIFY(!model.index(4, 0).data(Qt::CheckStateRole).isValid());
        for (int row = 0; row < model.rowCount(); ++row)
            model.setAction(model.index(row, 0), Action::Nothing);
        QCOMPARE(model.totals(), SyncModel::Totals());
        QVERIFY(model.choices().isEmpty());
        QVERIFY(totals.count() >= 5);
    }

    void filter_showsOneGroup_andNothingJumpsWhenTicked()
    {
        SyncModel model;
        models::SyncFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setItems(some());
        filter.setGroup(int(SyncModel::Group::Differs));
        QCOMPARE(filter.rowCount(), 2);
        filter.setGroup(-1);
        filter.sort(SyncModel::Doing);
        const QString top = filter.index(0, 0).data().toString();
        filter.setData(filter.index(0, 0), Qt::Checked, Qt::CheckStateRole);
        QCOMPARE(filter.index(0, 0).data().toString(), top);
    }

    void hundredThousandRows_areTickedWithoutAStall()
    {
        QList<sync::Item> items;
        for (int i = 0; i < 100'000; ++i)
            items.append(item(QStringLiteral("folder/%1").arg(i), Difference::OnlyHere, 10, -1));
        SyncModel model;
        QElapsedTimer timer;
        timer.start();
        model.setItems(items);
        for (int row = 0; row < 10'000; ++row)
            model.setAction(model.index(row, 0), Action::Nothing);
        QCOMPARE(model.totals().up, 90'000);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(SyncModelTest)
#include "sync_model_test.moc"
