// SPDX-License-Identifier: Apache-2.0
#include "models/quantities.h"
#include "models/transfer_filter.h"
#include "models/transfer_model.h"
#include "models/transfer_summary.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using models::TransferModel;
using transfer::Transfer;
using namespace std::chrono_literals;

class TransferModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void newTransfer_standsOnTop();
    void change_touchesOnlyItsRow();
    void equalIdsOfTwoQueues_areTwoRows();
    void queueGone_takesItsRowsAlong();
    void action_followsTheState_data();
    void action_followsTheState();
    void strangeTitle_isShownHarmless();
    void tooltip_namesWhatFailed();
    void filter_keepsWhatNeedsSomebody();
    void filterChange_isToldOnce();
    void sorting_comparesTheTransfers_data();
    void sorting_comparesTheTransfers();
    void summary_isOneLine_data();
    void summary_isOneLine();
    void filesUnderWay_standBelowTheirTransfer();
    void pausedSinceTheLastStart_saysSo();
    void removalOfMany_keepsTheRest_data();
    void removalOfMany_keepsTheRest();
    void hundredThousandRows_doNotStall();
    void thousandsOfRows_areUpdatedQuickly();
    void numbers_carryUnits_data();
    void numbers_carryUnits();
    void times_areRelative();

private:
    static Transfer make(transfer::TransferId id, Transfer::State state, qint64 done = 0, qint64 total = 1000)
    {
        Transfer transfer;
        transfer.id = id;
        transfer.state = state;
        transfer.title = QStringLiteral("file-%1").arg(id);
        transfer.machineName = QStringLiteral("trainer-1");
        transfer.destination = QStringLiteral("/src");
        transfer.bytesDone = done;
        transfer.bytesTotal = total;
        return transfer;
    }
};

void TransferModelTest::newTransfer_standsOnTop()
{
    TransferModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.put(1, make(1, Transfer::State::Done));
    model.put(1, make(2, Transfer::State::Running));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.key(model.index(0, 0)).id, transfer::TransferId(2));
    QVERIFY(model.index(0, TransferModel::Name).data().toString().contains(QStringLiteral("file-2")));
    model.remove(1, {2, 77});
    QCOMPARE(model.rowCount(), 1);
}

void TransferModelTest::change_touchesOnlyItsRow()
{
    TransferModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (transfer::TransferId id = 1; id <= 3; ++id)
        model.put(1, make(id, Transfer::State::Running));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.put(1, make(2, Transfer::State::Running, 500));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 1);
    QCOMPARE(changed.first().at(1).toModelIndex().row(), 1);
    QCOMPARE(model.index(1, 0).data(TransferModel::FractionRole).toDouble(), 0.5);
    QCOMPARE(model.index(1, TransferModel::Bytes).data().toString(), QStringLiteral("500 bytes of 1.0 kB"));
}

void TransferModelTest::equalIdsOfTwoQueues_areTwoRows()
{
    TransferModel model;
    model.put(1, make(1, Transfer::State::Running));
    model.put(2, make(1, Transfer::State::Running));
    QCOMPARE(model.rowCount(), 2);
}

void TransferModelTest::queueGone_takesItsRowsAlong()
{
    TransferModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.put(1, make(1, Transfer::State::Running));
    model.put(2, make(1, Transfer::State::Running));
    model.put(1, make(2, Transfer::State::Running));
    model.removeSource(1);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.key(model.index(0, 0)).source, 2);
}

void TransferModelTest::action_followsTheState_data()
{
    QTest::addColumn<Transfer::State>("state");
    QTest::addColumn<Transfer::Direction>("direction");
    QTest::addColumn<TransferModel::RowAction>("action");
    using A = TransferModel::RowAction;
    using S = Transfer::State;
    const auto up = Transfer::Direction::Upload;
    const auto down = Transfer::Direction::Download;
    QTest::newRow("waiting") << S::Waiting << up << A::Cancel;
    QTest::newRow("needs answer") << S::NeedsAnswer << up << A::Cancel;
    QTest::newRow("running") << S::Running << down << A::Cancel;
    QTest::newRow("uploaded") << S::Done << up << A::None;
    QTest::newRow("downloaded") << S::Done << down << A::Reveal;
    QTest::newRow("some failed") << S::DoneWithErrors << down << A::Retry;
    QTest::newRow("failed") << S::Failed << up << A::Retry;
    QTest::newRow("paused") << S::Paused << up << A::Resume;
    QTest::newRow("cancelled") << S::Cancelled << up << A::Retry;
}

void TransferModelTest::action_followsTheState()
{
    QFETCH(Transfer::State, state);
    QFETCH(Transfer::Direction, direction);
    QFETCH(TransferModel::RowAction, action);
    Transfer transfer = make(1, state);
    transfer.direction = direction;
    QCOMPARE(TransferModel::actionFor(transfer), action);
    QVERIFY(!TransferModel::stateText(transfer).isEmpty());
    TransferModel model;
    model.put(1, transfer);
    QCOMPARE(model.index(0, TransferModel::Action).data().toString().isEmpty(), action == TransferModel::RowAction::None);
}

void TransferModelTest::strangeTitle_isShownHarmless()
{
    TransferModel model;
    Transfer transfer = make(1, Transfer::State::Running);
    transfer.title = QStringLiteral("two\nlines");
    transfer.currentFile = transfer.title;
    model.put(1, transfer);
    QVERIFY(!model.index(0, TransferModel::Name).data().toString().contains(u'\n'));
}

void TransferModelTest::tooltip_namesWhatFailed()
{
    Transfer transfer = make(1, Transfer::State::DoneWithErrors);
    for (int file = 0; file < 7; ++file)
        transfer.errors.append({ErrorKind::FileSystem, QStringLiteral("no %1.").arg(file), {}, {}, {}});
    const QString tip = TransferModel::toolTip(transfer);
    QVERIFY(tip.contains(QStringLiteral("no 4.")));
    QVERIFY(!tip.contains(QStringLiteral("no 5.")));
    QVERIFY(tip.contains(QStringLiteral("2 more")));
    QCOMPARE(TransferModel::stateText(transfer), QStringLiteral("7 files failed"));
}

void TransferModelTest::filter_keepsWhatNeedsSomebody()
{
    TransferModel model;
    models::TransferFilter filter;
    filter.setSourceModel(&model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.put(1, make(1, Transfer::State::Done));
    model.put(1, make(2, Transfer::State::Failed));
    model.put(1, make(3, Transfer::State::Running));
    filter.setOnlyUnfinished(true);
    QCOMPARE(filter.rowCount(), 2);
    model.put(1, make(3, Transfer::State::Done));
    QCOMPARE(filter.rowCount(), 1);
    filter.setOnlyUnfinished(false);
    QCOMPARE(filter.rowCount(), 3);
}

void TransferModelTest::filterChange_isToldOnce()
{
    TransferModel model;
    models::TransferFilter filter;
    filter.setSourceModel(&model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (transfer::TransferId id = 1; id <= 1000; ++id)
        model.put(1, make(id, id % 7 ? Transfer::State::Done : Transfer::State::Running));
    const QPersistentModelIndex running = filter.index(1000 - 700, 0);
    const QString name = running.data().toString();
    QVERIFY(name.contains(QStringLiteral("file-700")));
    QSignalSpy laidOut(&filter, &QAbstractItemModel::layoutChanged);
    QSignalSpy inserted(&filter, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&filter, &QAbstractItemModel::rowsRemoved);
    filter.setOnlyUnfinished(true);
    QCOMPARE(filter.rowCount(), 142);
    QCOMPARE(running.data().toString(), name); // what is selected or open is a persistent index
    filter.setOnlyUnfinished(false);
    QCOMPARE(filter.rowCount(), 1000);
    QCOMPARE(running.data().toString(), name);
    QCOMPARE(laidOut.count(), 2); // and not a signal for each of hundreds of holes
    QCOMPARE(inserted.count() + removed.count(), 0);
}

void TransferModelTest::sorting_comparesTheTransfers_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QList<transfer::TransferId>>("expected");
    QTest::newRow("title") << int(TransferModel::Name) << QList<transfer::TransferId>{1, 2, 3};
    QTest::newRow("size") << int(TransferModel::Bytes) << QList<transfer::TransferId>{3, 1, 2};
    QTest::newRow("rate") << int(TransferModel::Rate) << QList<transfer::TransferId>{1, 3, 2};
    QTest::newRow("time left") << int(TransferModel::TimeLeft) << QList<transfer::TransferId>{1, 2, 3};
    QTest::newRow("state") << int(TransferModel::State) << QList<transfer::TransferId>{3, 2, 1}; // equal ones: the newest first
}

void TransferModelTest::sorting_comparesTheTransfers()
{
    QFETCH(int, column);
    QFETCH(QList<transfer::TransferId>, expected);
    TransferModel model;
    models::TransferFilter filter;
    filter.setSourceModel(&model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Transfer two = make(2, Transfer::State::Running, 0, 3000);
    two.bytesPerSecond = 300;
    two.underway = {{QStringLiteral("b"), 25, 100}, {QStringLiteral("a"), 0, 10}}; // rows below it
    Transfer three = make(3, Transfer::State::Running, 0, 500);
    three.bytesPerSecond = 10;
    model.put(1, {make(1, Transfer::State::Done, 1000, 1000), two, three});
    filter.sort(column);
    for (int row = 0; row < 3; ++row)
        QCOMPARE(model.key(filter.mapToSource(filter.index(row, 0))).id, expected.at(row));
    filter.sort(column, Qt::DescendingOrder);
    QCOMPARE(model.key(filter.mapToSource(filter.index(0, 0))).id, expected.last());
}

void TransferModelTest::summary_isOneLine_data()
{
    QTest::addColumn<QList<Transfer>>("transfers");
    QTest::addColumn<QString>("expected");
    Transfer running = make(1, Transfer::State::Running, 412'000'000, 1'180'000'000);
    running.bytesPerSecond = 96'000'000;
    QTest::newRow("none") << QList<Transfer>{} << QString();
    QTest::newRow("one running") << QList<Transfer>{running} << QStringLiteral("1 transfer · 412 MB of 1.2 GB · 96 MB/s · 8 s left");
    QTest::newRow("waiting ones count") << QList<Transfer>{running, make(2, Transfer::State::Waiting, 0, 0), make(3, Transfer::State::Done)}
                                        << QStringLiteral("2 transfers · 412 MB of 1.2 GB · 96 MB/s · 8 s left");
    QTest::newRow("total not known") << QList<Transfer>{running, make(2, Transfer::State::Planning, 0, -1)} << QStringLiteral("2 transfers · 412 MB · 96 MB/s");
    QTest::newRow("question") << QList<Transfer>{make(1, Transfer::State::NeedsAnswer)} << QStringLiteral("1 transfer · waiting for your answer · 0 bytes of 1.0 kB");
    QTest::newRow("done") << QList<Transfer>{make(1, Transfer::State::Done)} << QStringLiteral("1 transfer finished");
    QTest::newRow("failed") << QList<Transfer>{make(1, Transfer::State::Done), make(2, Transfer::State::Failed)} << QStringLiteral("1 transfer is not complete");
}

void TransferModelTest::summary_isOneLine()
{
    QFETCH(QList<Transfer>, transfers);
    QFETCH(QString, expected);
    QCOMPARE(models::summarize(transfers).text(), expected);
}

void TransferModelTest::filesUnderWay_standBelowTheirTransfer()
{
    TransferModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Transfer transfer = make(1, Transfer::State::Running, 500);
    transfer.underway = {{QStringLiteral("a\nb"), 25, 100}, {QStringLiteral("c"), 0, 10}};
    model.put(1, make(7, Transfer::State::Done));
    model.put(1, transfer);
    const QPersistentModelIndex top = model.index(0, 0);
    QCOMPARE(model.rowCount(top), 2);
    const QModelIndex file = model.index(0, TransferModel::Bytes, top);
    QCOMPARE(file.data().toString(), QStringLiteral("25 bytes of 100 bytes"));
    QCOMPARE(file.data(TransferModel::FractionRole).toDouble(), 0.25);
    QVERIFY(!model.index(0, 0, top).data().toString().contains(u'\n'));
    QCOMPARE(model.key(file).id, transfer::TransferId(1));
    transfer.underway.removeFirst();
    transfer.errors = {{ErrorKind::NoSpace, QStringLiteral("disk full"), {}, {}, {}}, {ErrorKind::NotFound, QStringLiteral("gone"), {}, {}, {}}};
    model.put(1, transfer);
    QCOMPARE(model.rowCount(top), 3);
    QCOMPARE(model.index(1, 0, top).data().toString(), QStringLiteral("disk full"));
    transfer.underway.clear();
    transfer.state = Transfer::State::DoneWithErrors;
    model.put(1, transfer);
    model.put(1, make(8, Transfer::State::Waiting)); // a new one on top: the children follow their parent
    QCOMPARE(top.row(), 1);
    QCOMPARE(model.index(1, 0, top).data().toString(), QStringLiteral("gone"));
    QCOMPARE(model.index(1, 0, top).parent().row(), 1);
    model.remove(1, {1});
    QVERIFY(!top.isValid());
}

void TransferModelTest::pausedSinceTheLastStart_saysSo()
{
    Transfer transfer = make(1, Transfer::State::Paused, 400);
    QCOMPARE(TransferModel::stateText(transfer), QStringLiteral("Paused"));
    transfer.restored = true;
    QCOMPARE(TransferModel::stateText(transfer), QStringLiteral("Paused since the last start"));
    QVERIFY(TransferModel::isPossible(TransferModel::RowAction::Resume, transfer));
    QVERIFY(!TransferModel::isPossible(TransferModel::RowAction::Pause, transfer));
    QCOMPARE(models::summarize({transfer}).text(), QStringLiteral("1 transfer is paused"));
    transfer = make(1, Transfer::State::Done);
    transfer.filesDone = transfer.filesVerified = 3;
    QCOMPARE(TransferModel::stateText(transfer), QStringLiteral("Done and verified"));
}

void TransferModelTest::removalOfMany_keepsTheRest_data()
{
    QTest::addColumn<int>("every"); ///< which are removed
    QTest::newRow("one run") << 0;
    QTest::newRow("some runs") << 20;
    QTest::newRow("many holes") << 2;
}

void TransferModelTest::removalOfMany_keepsTheRest()
{
    QFETCH(int, every);
    TransferModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QList<transfer::TransferId> gone;
    for (transfer::TransferId id = 1; id <= 400; ++id) {
        model.put(1, make(id, Transfer::State::Done));
        if (every > 0 ? id % every == 0 : id > 50 && id < 350)
            gone.append(id);
    }
    const QPersistentModelIndex kept = model.index(399, 0); // the oldest
    model.remove(1, gone);
    QCOMPARE(model.rowCount(), 400 - int(gone.size()));
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY(!gone.contains(model.key(model.index(row, 0)).id));
    if (every != 2) // many holes are one reset
        QCOMPARE(kept.row(), model.rowCount() - 1);
    model.put(1, make(1, Transfer::State::Running, 10));
    QCOMPARE(model.index(model.rowCount() - 1, 0).data(TransferModel::StateRole).toInt(), int(Transfer::State::Running));
}

void TransferModelTest::hundredThousandRows_doNotStall()
{
    TransferModel model;
    models::TransferFilter filter;
    filter.setSourceModel(&model);
    QElapsedTimer timer;
    timer.start();
    QList<transfer::TransferId> all;
    QList<Transfer> arriving;
    for (transfer::TransferId id = 1; id <= 100'000; ++id) {
        arriving.append(make(id, Transfer::State::Waiting)); // the feed gathers what comes within a tenth of a second
        all.append(id);
        if (arriving.size() == 5000)
            model.put(1, std::exchange(arriving, {}));
    }
    const qint64 filled = timer.restart();
    for (int round = 0; round < 100; ++round) // also of the oldest, which a search from the top would reach last
        model.put(1, make(transfer::TransferId(round * 7 + 1), Transfer::State::Running, round));
    const qint64 changed = timer.restart();
    QCOMPARE(model.summary().active, 100'000);
    const qint64 summed = timer.restart();
    all.removeIf([](transfer::TransferId id) { return id % 3 == 0; });
    model.remove(1, all);
    const qint64 removed = timer.restart();
    QCOMPARE(filter.rowCount(), 33'333);
    qInfo("100 000 rows: filled in %lld ms, 100 changes %lld ms, summed up %lld ms, two thirds removed %lld ms", filled, changed, summed, removed);
    QVERIFY(filled < 15'000 && changed < 1000 && summed < 1000 && removed < 5000);
}

void TransferModelTest::thousandsOfRows_areUpdatedQuickly()
{
    TransferModel model;
    for (transfer::TransferId id = 1; id <= 10'000; ++id)
        model.put(1, make(id, Transfer::State::Done));
    QElapsedTimer timer;
    timer.start();
    for (int round = 0; round < 100; ++round) {
        for (transfer::TransferId id = 9'998; id <= 10'000; ++id)
            model.put(1, make(id, Transfer::State::Running, round));
    }
    const qint64 whole = timer.elapsed();
    QCOMPARE(model.rowCount(), 10'000);
    QVERIFY2(whole < 500, qPrintable(QStringLiteral("300 updates took %1 ms").arg(whole)));
}

void TransferModelTest::numbers_carryUnits_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("bytes") << models::byteText(999) << "999 bytes";
    QTest::newRow("kilobytes") << models::byteText(1'500) << "1.5 kB";
    QTest::newRow("no needless digits") << models::byteText(412'300'000) << "412 MB";
    QTest::newRow("up to the next unit") << models::byteText(999'600'000) << "1.0 GB";
    QTest::newRow("unknown") << models::byteText(-1) << "";
    QTest::newRow("rate") << models::rateText(96'000'000) << "96 MB/s";
    QTest::newRow("nothing moves") << models::rateText(0) << "";
    QTest::newRow("seconds") << models::durationText(8s) << "8 s";
    QTest::newRow("minutes") << models::durationText(90s) << "1 min 30 s";
    QTest::newRow("whole minutes") << models::durationText(120s) << "2 min";
    QTest::newRow("hours") << models::durationText(7'500s) << "2 h 5 min";
    QTest::newRow("not known") << models::durationText(-1s) << "";
}

void TransferModelTest::numbers_carryUnits()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
}

void TransferModelTest::times_areRelative()
{
    const QDateTime now(QDate(2026, 11, 23), QTime(15, 0));
    QCOMPARE(models::agoText(now.addSecs(-20), now), QStringLiteral("just now"));
    QCOMPARE(models::agoText(now.addSecs(-300), now), QStringLiteral("5 min ago"));
    QVERIFY(models::agoText(now.addSecs(-7200), now).startsWith(QStringLiteral("today")));
    QVERIFY(models::agoText(now.addDays(-1), now).startsWith(QStringLiteral("yesterday")));
    QVERIFY(models::agoText(now.addDays(-40), now).contains(QStringLiteral("26")));
    QCOMPARE(models::agoText({}, now), QString());
}

QTEST_GUILESS_MAIN(TransferModelTest)
#include "transfer_model_test.moc"
