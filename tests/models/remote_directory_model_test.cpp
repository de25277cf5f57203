// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"
#include "models/remote_directory_filter.h"
#include "models/remote_directory_model.h"

#include "support/fake_remote_files.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

using namespace nimbook;
using models::RemoteDirectoryFilter;
using models::RemoteDirectoryModel;
using testing::FakeRemoteFiles;
using transfer::RemoteEntry;

class RemoteDirectoryModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void folderOpened_showsItsEntries();
    void refresh_changesRowByRow();
    void refresh_keepsSelectionOfRowsThatStay_data();
    void refresh_keepsSelectionOfRowsThatStay();
    void folderMissing_failsWithTheMachinesWords();
    void olderAnswer_neverReplacesTheNewerFolder();
    void filter_putsFoldersFirstAndCountsAsPeopleDo();
    void filter_hidesDotFilesUntilAsked();
    void strangeNames_areShownHarmlessAndKeptExactly();
    void unusableName_isShownButCannotBeTouched();
    void rename_asksTheMachineAndFollowsItsAnswer();
    void renameToBadName_isRefusedBeforeAnythingIsSent();
    void remove_failing_isReported();
    void drop_onFolder_uploadsIntoIt();
    void drop_onFile_uploadsBesideIt();
    void dropOfOwnFiles_onFolder_movesThem();
    void manyRows_areListedInOneGo();

private:
    static void open(RemoteDirectoryModel &model, FakeRemoteFiles &files, const QString &folder)
    {
        QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
        model.setFiles(&files, QStringLiteral("1:m"));
        model.setDirectory(folder);
        QTRY_COMPARE(refreshed.count(), 1);
    }
};

void RemoteDirectoryModelTest::folderOpened_showsItsEntries()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("train.py"), 2048), FakeRemoteFiles::folder(QStringLiteral("outputs"))};
    RemoteDirectoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    open(model, files, QStringLiteral("/src/../src/"));
    QCOMPARE(model.directory(), QStringLiteral("/src"));
    QCOMPARE(model.rowCount(), 2);
    const QModelIndex script = model.find(QStringLiteral("train.py"));
    QCOMPARE(script.siblingAtColumn(RemoteDirectoryModel::Size).data().toString(), QStringLiteral("2.0 kB"));
    QCOMPARE(model.path(script), QStringLiteral("/src/train.py"));
    QVERIFY(script.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("File")));
}

void RemoteDirectoryModelTest::refresh_changesRowByRow()
{
    FakeRemoteFiles files;
    auto &src = files.folders[QStringLiteral("/src")];
    src = {FakeRemoteFiles::file(QStringLiteral("b")), FakeRemoteFiles::file(QStringLiteral("d")), FakeRemoteFiles::file(QStringLiteral("e"))};
    RemoteDirectoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    open(model, files, QStringLiteral("/src"));
    const QPersistentModelIndex kept(model.find(QStringLiteral("d")));
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);

    src = {FakeRemoteFiles::file(QStringLiteral("a")), FakeRemoteFiles::file(QStringLiteral("c")), FakeRemoteFiles::file(QStringLiteral("d"), 99),
           FakeRemoteFiles::file(QStringLiteral("z"))};
    QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
    model.refresh();
    QTRY_COMPARE(refreshed.count(), 1);

    QCOMPARE(reset.count(), 0);
    QCOMPARE(changed.count(), 1);
    QVERIFY(kept.isValid());
    QCOMPARE(model.entry(kept)->size, 99);
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row)
        names << model.index(row, 0).data().toString();
    QCOMPARE(names, QStringList({QStringLiteral("a"), QStringLiteral("c"), QStringLiteral("d"), QStringLiteral("z")}));
}

void RemoteDirectoryModelTest::refresh_keepsSelectionOfRowsThatStay_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void RemoteDirectoryModelTest::refresh_keepsSelectionOfRowsThatStay()
{
    QFETCH(quint32, seed);
    FakeRemoteFiles files;
    RemoteDirectoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    auto &src = files.folders[QStringLiteral("/src")];
    const auto shuffle = [&seed, &src] {
        src.clear();
        for (int name = 0; name < 60; ++name) {
            seed = seed * 1664525u + 1013904223u;
            if (seed >> 31)
                src.append(FakeRemoteFiles::file(QStringLiteral("f%1").arg(name), seed % 100));
        }
    };
    shuffle();
    open(model, files, QStringLiteral("/src"));
    for (int round = 0; round < 5; ++round) {
        QHash<QString, QPersistentModelIndex> before;
        for (int row = 0; row < model.rowCount(); ++row)
            before.insert(model.index(row, 0).data().toString(), model.index(row, 0));
        shuffle();
        QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
        model.refresh();
        QTRY_COMPARE(refreshed.count(), 1);
        QCOMPARE(model.rowCount(), int(src.size()));
        for (const RemoteEntry &entry : std::as_const(src)) {
            QCOMPARE(*model.entry(model.find(entry.name)), entry);
            if (before.contains(entry.name))
                QCOMPARE(QModelIndex(before.value(entry.name)), model.find(entry.name));
        }
    }
}

void RemoteDirectoryModelTest::folderMissing_failsWithTheMachinesWords()
{
    FakeRemoteFiles files;
    RemoteDirectoryModel model;
    model.setFiles(&files, QStringLiteral("1:m"));
    model.setDirectory(QStringLiteral("/src/gone"));
    QTRY_COMPARE(model.state(), RemoteDirectoryModel::State::Failed);
    QCOMPARE(model.error().kind, ErrorKind::NotFound);
    QCOMPARE(model.rowCount(), 0);
}

void RemoteDirectoryModelTest::olderAnswer_neverReplacesTheNewerFolder()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/one")] = {FakeRemoteFiles::file(QStringLiteral("1"))};
    files.folders[QStringLiteral("/two")] = {FakeRemoteFiles::file(QStringLiteral("2"))};
    RemoteDirectoryModel model;
    model.setFiles(&files, QStringLiteral("1:m"));
    QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
    model.setDirectory(QStringLiteral("/one"));
    model.setDirectory(QStringLiteral("/two"));
    QTRY_COMPARE(model.state(), RemoteDirectoryModel::State::Ready);
    QCOMPARE(refreshed.count(), 1);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("2"));
}

void RemoteDirectoryModelTest::filter_putsFoldersFirstAndCountsAsPeopleDo()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("run10")), FakeRemoteFiles::file(QStringLiteral("run2"), 500),
                                             FakeRemoteFiles::folder(QStringLiteral("zoo")), FakeRemoteFiles::file(QStringLiteral("Abc"), 7)};
    RemoteDirectoryModel model;
    RemoteDirectoryFilter filter;
    filter.setSourceModel(&model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    open(model, files, QStringLiteral("/src"));
    const auto names = [&filter] {
        QStringList all;
        for (int row = 0; row < filter.rowCount(); ++row)
            all << filter.index(row, 0).data().toString();
        return all.join(u' ');
    };
    QCOMPARE(names(), QStringLiteral("zoo Abc run2 run10"));
    filter.sort(RemoteDirectoryModel::Name, Qt::DescendingOrder);
    QCOMPARE(names(), QStringLiteral("zoo run10 run2 Abc"));
    filter.sort(RemoteDirectoryModel::Size, Qt::AscendingOrder);
    QCOMPARE(names(), QStringLiteral("zoo run10 Abc run2"));
}

void RemoteDirectoryModelTest::filter_hidesDotFilesUntilAsked()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral(".env")), FakeRemoteFiles::file(QStringLiteral("a"))};
    RemoteDirectoryModel model;
    RemoteDirectoryFilter filter;
    filter.setSourceModel(&model);
    open(model, files, QStringLiteral("/src"));
    QCOMPARE(filter.rowCount(), 1);
    filter.setShowHidden(true);
    QCOMPARE(filter.rowCount(), 2);
}

void RemoteDirectoryModelTest::strangeNames_areShownHarmlessAndKeptExactly()
{
    const QStringList names{QStringLiteral("-rf"), QStringLiteral("a'b\"c d"), QStringLiteral("two\nlines"), QStringLiteral("größe 日本"), QStringLiteral("inno\u202Ecent.txt")};
    FakeRemoteFiles files;
    for (const QString &name : names)
        files.folders[QStringLiteral("/src")].append(FakeRemoteFiles::file(name));
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    for (const QString &name : names) {
        const QModelIndex index = model.find(name);
        QVERIFY(index.isValid());
        QCOMPARE(model.path(index), QStringLiteral("/src/") + name);
        QCOMPARE(index.data(Qt::EditRole).toString(), name);
        const QString shown = index.data(Qt::DisplayRole).toString();
        QVERIFY2(!shown.contains(u'\n') && !shown.contains(QChar(0x202E)), qPrintable(shown));
    }
}

void RemoteDirectoryModelTest::unusableName_isShownButCannotBeTouched()
{
    FakeRemoteFiles files;
    RemoteEntry broken = FakeRemoteFiles::file(QStringLiteral("b\uFFFDd"));
    broken.usable = false;
    files.folders[QStringLiteral("/src")] = {broken};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    const QModelIndex index = model.index(0, 0);
    QVERIFY(!model.flags(index).testFlag(Qt::ItemIsEnabled));
    QVERIFY(!model.flags(index).testFlag(Qt::ItemIsDragEnabled));
    QVERIFY(!index.data(Qt::ToolTipRole).toString().isEmpty());
}

void RemoteDirectoryModelTest::rename_asksTheMachineAndFollowsItsAnswer()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("old"))};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
    QVERIFY(!model.setData(model.index(0, 0), QStringLiteral("new"), Qt::EditRole));
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("old"));
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("new"))};
    QTRY_COMPARE(refreshed.count(), 1);
    QCOMPARE(files.renamed, (QList<QPair<QString, QString>>{{QStringLiteral("/src/old"), QStringLiteral("/src/new")}}));
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("new"));
}

void RemoteDirectoryModelTest::renameToBadName_isRefusedBeforeAnythingIsSent()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("old"))};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    QSignalSpy failed(&model, &RemoteDirectoryModel::operationFailed);
    for (const QString &name : {QString(), QStringLiteral(".."), QStringLiteral("../up"), QString(256, u'x')})
        model.rename(QStringLiteral("old"), name);
    QCOMPARE(failed.count(), 4);
    QVERIFY(files.renamed.isEmpty());
}

void RemoteDirectoryModelTest::remove_failing_isReported()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("locked"))};
    files.refuseChanges = Error{ErrorKind::PermissionDenied, QStringLiteral("not yours"), {}, {}, {}};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    QSignalSpy failed(&model, &RemoteDirectoryModel::operationFailed);
    model.remove({QStringLiteral("/src/locked")});
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Error>().kind, ErrorKind::PermissionDenied);
}

void RemoteDirectoryModelTest::drop_onFolder_uploadsIntoIt()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::folder(QStringLiteral("data"))};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/home/ada/a #1.csv"))});
    QSignalSpy upload(&model, &RemoteDirectoryModel::uploadRequested);
    QVERIFY(model.canDropMimeData(&data, Qt::CopyAction, -1, -1, model.index(0, 0)));
    QVERIFY(model.dropMimeData(&data, Qt::CopyAction, -1, -1, model.index(0, 0)));
    QCOMPARE(upload.first().at(0).toStringList(), QStringList(QStringLiteral("/home/ada/a #1.csv")));
    QCOMPARE(upload.first().at(1).toString(), QStringLiteral("/src/data"));
}

void RemoteDirectoryModelTest::drop_onFile_uploadsBesideIt()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("a"))};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/x"))});
    QSignalSpy upload(&model, &RemoteDirectoryModel::uploadRequested);
    QVERIFY(model.dropMimeData(&data, Qt::CopyAction, -1, -1, model.index(0, 0)));
    QCOMPARE(upload.first().at(1).toString(), QStringLiteral("/src"));
}

void RemoteDirectoryModelTest::dropOfOwnFiles_onFolder_movesThem()
{
    FakeRemoteFiles files;
    files.folders[QStringLiteral("/src")] = {FakeRemoteFiles::file(QStringLiteral("a")), FakeRemoteFiles::folder(QStringLiteral("data"))};
    RemoteDirectoryModel model;
    open(model, files, QStringLiteral("/src"));
    const std::unique_ptr<QMimeData> data(model.mimeData({model.find(QStringLiteral("a"))}));
    QVERIFY(!model.canDropMimeData(data.get(), Qt::CopyAction, -1, -1, {}));
    QVERIFY(model.dropMimeData(data.get(), Qt::CopyAction, -1, -1, model.find(QStringLiteral("data"))));
    QCOMPARE(files.renamed, (QList<QPair<QString, QString>>{{QStringLiteral("/src/a"), QStringLiteral("/src/data/a")}}));
}

void RemoteDirectoryModelTest::manyRows_areListedInOneGo()
{
    FakeRemoteFiles files;
    for (int row = 0; row < 20'000; ++row)
        files.folders[QStringLiteral("/src")].append(FakeRemoteFiles::file(QStringLiteral("image-%1.png").arg(row)));
    RemoteDirectoryModel model;
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    open(model, files, QStringLiteral("/src"));
    QCOMPARE(model.rowCount(), 20'000);
    QCOMPARE(inserted.count(), 1);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy refreshed(&model, &RemoteDirectoryModel::refreshed);
    model.refresh();
    QTRY_COMPARE(refreshed.count(), 1);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(inserted.count(), 1);
}

QTEST_GUILESS_MAIN(RemoteDirectoryModelTest)
#include "remote_directory_model_test.moc"
