// SPDX-License-Identifier: Apache-2.0
#include "bench/models_bench.h"

#include "models/instance_filter.h"
#include "models/instance_model.h"
#include "models/transfer_filter.h"
#include "models/transfer_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>

#include <functional>

namespace nimbook::bench {

namespace {

constexpr double patienceMs = 100; // after that a window feels stuck

class Steps {
public:
    explicit Steps(Report &report, const QString &model) : m_report(report), m_model(model) {}

    /// \a times steps of one kind; the longest counts.
    void take(const QString &what, int times, const std::function<void(int)> &step)
    {
        double longest = 0;
        QElapsedTimer all;
        all.start();
        for (int i = 0; i < times; ++i) {
            QElapsedTimer one;
            one.start();
            step(i);
            longest = std::max(longest, double(one.nsecsElapsed()) / 1e6);
        }
        const double total = double(all.nsecsElapsed()) / 1e6;
        m_rows << QStringList{what, QString::number(times), number(total), number(longest), longest <= patienceMs ? QString() : QStringLiteral("a stall")};
        m_report.figure({{QStringLiteral("model"), m_model}, {QStringLiteral("what"), what}, {QStringLiteral("steps"), times},
                         {QStringLiteral("totalMs"), total}, {QStringLiteral("longestMs"), longest}});
        m_worst = std::max(m_worst, longest);
    }

    void print()
    {
        m_report.table({QStringLiteral("step"), QStringLiteral("times"), QStringLiteral("all, ms"), QStringLiteral("longest, ms"), QString()}, m_rows);
        m_report.target(m_model + QStringLiteral(", longest step in ms"), m_worst, patienceMs, true);
    }

private:
    Report &m_report;
    QString m_model;
    QList<QStringList> m_rows;
    double m_worst = 0;
};

transfer::Transfer transferNumber(int i)
{
    using transfer::Transfer;
    Transfer row;
    row.id = transfer::TransferId(i + 1);
    row.direction = i % 2 ? Transfer::Direction::Upload : Transfer::Direction::Download;
    row.state = i % 7 ? Transfer::State::Done : Transfer::State::Running;
    row.title = QStringLiteral("checkpoint-%1.pt").arg(i);
    row.machineName = QStringLiteral("trainer-%1").arg(i % 50);
    row.destination = QStringLiteral("/src/outputs");
    row.filesTotal = 1;
    row.bytesTotal = 1'000'000 + i;
    row.bytesDone = row.state == Transfer::State::Done ? row.bytesTotal : i;
    return row;
}

cloud::Instance machineNumber(int i)
{
    cloud::Instance machine;
    machine.ref = {QStringLiteral("vision-lab"), i % 2 ? QStringLiteral("us-central1-a") : QStringLiteral("europe-west4-b"),
                   QStringLiteral("worker-%1").arg(i, 5, 10, QLatin1Char('0'))};
    machine.status = i % 3 ? cloud::InstanceStatus::Running : cloud::InstanceStatus::Terminated;
    machine.machineType = QStringLiteral("g2-standard-8");
    machine.created = QDateTime(QDate(2026, 11, 1), QTime(12, 0), Qt::UTC).addSecs(-i * 61);
    machine.externalAddress = QStringLiteral("34.%1.%2.7").arg(i / 256 % 256).arg(i % 256);
    machine.labels.insert(QStringLiteral("nimbook"), QStringLiteral("team-%1").arg(i % 20));
    return machine;
}

/// What a view paints: one screen of rows, all columns.
void paint(const QAbstractItemModel &model, int firstRow)
{
    for (int row = firstRow; row < std::min(firstRow + 50, model.rowCount()); ++row) {
        for (int column = 0; column < model.columnCount(); ++column)
            model.index(row, column).data(Qt::DisplayRole);
    }
}

void benchTransfers(int count, Report &report)
{
    report.heading(QStringLiteral("Transfer list, %1 rows").arg(count));
    Steps steps(report, QStringLiteral("transfer list"));
    models::TransferModel model;
    models::TransferFilter filter;
    filter.setSourceModel(&model);
    QList<transfer::Transfer> arriving; // the feed gathers what comes within a tenth of a second
    const int single = std::min(count / 2, 2000);
    for (int i = 0; i < count - single; ++i)
        arriving << transferNumber(i);
    steps.take(QStringLiteral("add 500 rows"), int(arriving.size() + 499) / 500, [&](int i) { model.put(1, arriving.mid(i * 500, 500)); });
    steps.take(QStringLiteral("add a row"), single, [&](int i) { model.put(1, transferNumber(count - single + i)); });
    if (model.rowCount() != count)
        report.fail(QStringLiteral("the list has %1 rows").arg(model.rowCount()));
    steps.take(QStringLiteral("update a row"), std::min(count, 2000), [&](int i) {
        transfer::Transfer row = transferNumber(int(i * 7919ll % count));
        row.bytesDone += 1;
        model.put(1, row);
    });
    steps.take(QStringLiteral("paint a screen"), 200, [&](int i) { paint(filter, int(i * 104'729ll % count)); });
    steps.take(QStringLiteral("sort by size"), 1, [&](int) {
        filter.sort(models::TransferModel::Bytes, Qt::DescendingOrder);
        paint(filter, 0);
    });
    steps.take(QStringLiteral("update a row, sorted"), std::min(count, 200), [&](int i) {
        transfer::Transfer row = transferNumber(int(i * 7919ll % count));
        row.bytesDone += 2;
        model.put(1, row);
    });
    steps.take(QStringLiteral("hide what has ended"), 1, [&](int) {
        filter.setOnlyUnfinished(true);
        paint(filter, 0); // the list is made when somebody looks
    });
    steps.take(QStringLiteral("show all again"), 1, [&](int) {
        filter.setOnlyUnfinished(false);
        paint(filter, 0);
    });
    steps.print();
    // Apart from the times: the tester asks every index itself.
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
    model.put(1, transferNumber(count));
    model.remove(1, {transfer::TransferId(count / 2)});
}

void benchMachines(int count, Report &report)
{
    report.heading(QStringLiteral("Machine list, %1 rows").arg(count));
    Steps steps(report, QStringLiteral("machine list"));
    QList<cloud::Instance> machines;
    for (int i = 0; i < count; ++i)
        machines << machineNumber(i);
    models::InstanceModel model;
    models::InstanceFilter filter;
    filter.setSourceModel(&model);
    steps.take(QStringLiteral("add 500 rows"), (count + 499) / 500, [&](int i) { model.addMachines(machines.mid(i * 500, 500)); });
    if (model.rowCount() != count)
        report.fail(QStringLiteral("the list has %1 rows").arg(model.rowCount()));
    steps.take(QStringLiteral("update a row"), std::min(count, 2000), [&](int i) {
        cloud::Instance machine = machines[qsizetype(i * 7919ll % count)];
        machine.status = cloud::InstanceStatus::Stopping;
        model.updateMachine(machine);
    });
    steps.take(QStringLiteral("paint a screen"), 200, [&](int i) { paint(filter, int(i * 104'729ll % count)); });
    steps.take(QStringLiteral("type a letter into the filter"), 1, [&](int) { filter.setFilterText(QStringLiteral("worker-04")); });
    steps.take(QStringLiteral("clear the filter"), 1, [&](int) { filter.setFilterText(QString()); });
    steps.take(QStringLiteral("sort by name"), 1, [&](int) { filter.sort(models::InstanceModel::Name); });
    steps.print();
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
    model.removeMachine(machines.first().ref);
}

} // namespace

void benchModels(const Options &options, Report &report)
{
    benchTransfers(options.transferRows, report);
    benchMachines(options.machineRows, report);
}

} // namespace nimbook::bench
