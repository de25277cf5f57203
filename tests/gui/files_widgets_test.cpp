// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"
#include "ui/files/folder_view.h"
#include "ui/files/local_pane.h"
#include "ui/files/path_bar.h"
#include "ui/files/properties_dialog.h"
#include "ui/files/remote_pane.h"

#include "support/fake_remote_files.h"
#include "support/screenshots.h"
#include "support/scripted_prompts.h"

#include <QClipboard>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace nimbook;
using testing::FakeRemoteFiles;
using ui::FolderView;
using ui::LocalPane;
using ui::PathBar;
using ui::RemotePane;

/// The panes of the Files page with a machine in memory: drops, keys and questions, no network.
class FilesWidgetsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_remote.reset(); }
    void dropFromTheDesktop_onFolderRow_uploadsIntoIt();
    void dropFromTheDesktop_onEmptySpace_uploadsIntoTheFolderShown();
    void dropOfAWebPage_isRefusedWithAWord();
    void dropOnLocalFolderRow_bringsItThere();
    void dropNeverMoves_soTheOtherSideKeepsItsFiles();
    void keys_walkFoldersAndAskForTransfers();
    void deleteKey_asksAndNamesWhatIsLost();
    void renameByKey_goesToTheMachine();
    void newFolder_isSelectedWhenItIsThere();
    void pathBar_goesWhereOneTypes();
    void pathBar_partsLeadThere();
    void missingFolder_isSaidWithAWayOut();
    void dragOut_carriesTheSelectionByItself();
    void dragOfWhatIsAlmostReady_waitsForIt_unlessSomethingHereTakesIt_data();
    void dragOfWhatIsAlmostReady_waitsForIt_unlessSomethingHereTakesIt();
    void localFolderThatIsGone_keepsTheOldOne();
    void filter_showsOnlyNamesWithIt_andEscapeEndsIt();
    void filter_ofTheLocalPane_takesSpecialCharactersAsTheyAre();
    void properties_tellAndChangePermissions();
    void properties_ofAFolder_countWhatIsInIt();
    void localProperties_changeTheFileOfThisComputer();
    void everyControl_hasANameToSpeak();
    void pictures();

private:
    FolderView &view() { return *m_remote->view(); }
    QModelIndex row(const QString &name)
    {
        for (int row = 0; row < view().model()->rowCount(); ++row) {
            if (view().model()->index(row, 0).data().toString() == name)
                return view().model()->index(row, 0);
        }
        return {};
    }
    static bool drop(FolderView &target, const QMimeData &data, const QPoint &where)
    {
        const Qt::DropActions possible = Qt::CopyAction | Qt::MoveAction;
        QDragEnterEvent enter(where, possible, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(target.viewport(), &enter);
        QDragMoveEvent move(where, possible, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(target.viewport(), &move);
        QDropEvent event(where, possible, &data, Qt::LeftButton, Qt::NoModifier);
        event.setDropAction(Qt::MoveAction); // what a file manager proposes on one disk
        QCoreApplication::sendEvent(target.viewport(), &event);
        return event.isAccepted() && event.dropAction() == Qt::CopyAction;
    }

    FakeRemoteFiles m_files;
    testing::ScriptedPrompts m_prompts;
    std::unique_ptr<models::DragStaging> m_staging;
    std::unique_ptr<RemotePane> m_remote;
};

void FilesWidgetsTest::init()
{
    m_prompts = {};
    m_files.made.clear();
    m_files.removed.clear();
    m_files.renamed.clear();
    m_files.folders = {
        {QStringLiteral("/src"), {FakeRemoteFiles::folder(QStringLiteral("outputs")), FakeRemoteFiles::folder(QStringLiteral("data")), FakeRemoteFiles::file(QStringLiteral("train.ipynb"), 48'213),
                                  FakeRemoteFiles::file(QStringLiteral("requirements.txt"), 87), FakeRemoteFiles::file(QStringLiteral("two\nlines"), 3)}},
        {QStringLiteral("/src/data"), {}},
        {QStringLiteral("/src/outputs"), {FakeRemoteFiles::file(QStringLiteral("model.keras"), 412'000'000)}},
        {QStringLiteral("/"), {FakeRemoteFiles::folder(QStringLiteral("src"))}},
    };
    m_staging = std::make_unique<models::DragStaging>(QString());
    m_remote = std::make_unique<RemotePane>(QStringLiteral("trainer-1"), m_prompts, *m_staging, nullptr);
    m_remote->resize(560, 420);
    m_remote->model().setFiles(&m_files, QStringLiteral("me"));
    m_remote->model().setDirectory(RemotePane::homeFolder());
    m_remote->show();
    QTRY_COMPARE(view().model()->rowCount(), 5);
}

void FilesWidgetsTest::dropFromTheDesktop_onFolderRow_uploadsIntoIt()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/home/ada/pictures")), QUrl::fromLocalFile(QStringLiteral("/home/ada/50% #1.txt"))});
    QSignalSpy upload(m_remote.get(), &RemotePane::uploadRequested);
    QVERIFY(drop(view(), data, view().visualRect(row(QStringLiteral("data"))).center()));
    QCOMPARE(upload.count(), 1);
    QCOMPARE(upload.first().at(0).toStringList(), QStringList({QStringLiteral("/home/ada/pictures"), QStringLiteral("/home/ada/50% #1.txt")}));
    QCOMPARE(upload.first().at(1).toString(), QStringLiteral("/src/data"));
}

void FilesWidgetsTest::dropFromTheDesktop_onEmptySpace_uploadsIntoTheFolderShown()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/home/ada/a"))});
    QSignalSpy upload(m_remote.get(), &RemotePane::uploadRequested);
    QVERIFY(drop(view(), data, QPoint(100, view().viewport()->height() - 5)));
    QVERIFY(drop(view(), data, view().visualRect(row(QStringLiteral("train.ipynb"))).center()));
    QCOMPARE(upload.count(), 2);
    QCOMPARE(upload.at(0).at(1).toString(), QStringLiteral("/src"));
    QCOMPARE(upload.at(1).at(1).toString(), QStringLiteral("/src"));
}

void FilesWidgetsTest::dropOfAWebPage_isRefusedWithAWord()
{
    QMimeData data;
    data.setUrls({QUrl(QStringLiteral("https://example.com/dataset.zip"))});
    QSignalSpy problem(m_remote.get(), &RemotePane::problem);
    QSignalSpy upload(m_remote.get(), &RemotePane::uploadRequested);
    QVERIFY(!drop(view(), data, QPoint(50, 50)));
    QCOMPARE(upload.count(), 0);
    QCOMPARE(problem.count(), 1);
    QVERIFY(problem.first().first().value<Error>().message.contains(QStringLiteral("example.com")));
}

void FilesWidgetsTest::dropOnLocalFolderRow_bringsItThere()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("inner")));
    LocalPane local(m_prompts, nullptr);
    local.setOwner(QStringLiteral("me"));
    local.resize(500, 400);
    local.setFolder(folder.path());
    local.show();
    QTRY_COMPARE(local.view()->model()->rowCount(local.view()->rootIndex()), 1);
    const auto data = models::remoteMimeData({QStringLiteral("me"), {QStringLiteral("/src/a")}}, {});
    QList<models::DropPlan> plans;
    connect(&local, &LocalPane::dropped, &local, [&plans](const models::DropPlan &plan) { plans.append(plan); });
    const QModelIndex inner = local.view()->model()->index(0, 0, local.view()->rootIndex());
    QVERIFY(drop(*local.view(), *data, local.view()->visualRect(inner).center()));
    QVERIFY(drop(*local.view(), *data, QPoint(60, local.view()->viewport()->height() - 5)));
    const QStringList remote{QStringLiteral("/src/a")};
    QCOMPARE(plans.value(0), (models::DropPlan{models::DropPlan::Kind::Download, remote, folder.path() + QStringLiteral("/inner"), {}}));
    QCOMPARE(plans.value(1), (models::DropPlan{models::DropPlan::Kind::Download, remote, folder.path(), {}}));
    const auto foreign = models::remoteMimeData({QStringLiteral("someone else"), {QStringLiteral("/src/a")}}, {});
    QVERIFY(!drop(*local.view(), *foreign, QPoint(60, 60)));
    QCOMPARE(plans.value(2).kind, models::DropPlan::Kind::Refuse);
    QVERIFY(!plans.value(2).reason.isEmpty());

    // and from a file manager: copied, whether onto a folder or beside the rows
    QMimeData desktop;
    desktop.setUrls({QUrl::fromLocalFile(QStringLiteral("/home/ada/a"))});
    QVERIFY(drop(*local.view(), desktop, local.view()->visualRect(inner).center()));
    const QStringList here{QStringLiteral("/home/ada/a")};
    QCOMPARE(plans.value(3), (models::DropPlan{models::DropPlan::Kind::CopyHere, here, folder.path() + QStringLiteral("/inner"), {}}));
}

void FilesWidgetsTest::dropNeverMoves_soTheOtherSideKeepsItsFiles()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/home/ada/a"))});
    QVERIFY(drop(view(), data, QPoint(50, 50))); // checks that Copy was answered to the Move that was proposed
}

void FilesWidgetsTest::keys_walkFoldersAndAskForTransfers()
{
    view().setFocus();
    view().setCurrentIndex(row(QStringLiteral("outputs")));
    QTest::keyClick(&view(), Qt::Key_Return);
    QTRY_COMPARE(m_remote->model().directory(), QStringLiteral("/src/outputs"));
    QTRY_COMPARE(view().model()->rowCount(), 1);
    QTest::keyClick(&view(), Qt::Key_Backspace);
    QCOMPARE(m_remote->model().directory(), QStringLiteral("/src"));
    QTRY_COMPARE(view().model()->rowCount(), 5);
    QSignalSpy opened(m_remote.get(), &RemotePane::openRequested);
    QSignalSpy transfer(m_remote.get(), &ui::FolderPane::transferRequested);
    view().setCurrentIndex(row(QStringLiteral("train.ipynb")));
    QTest::keyClick(&view(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().toString(), QStringLiteral("/src/train.ipynb"));
    QTest::keyClick(&view(), Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(transfer.count(), 1);
    QCOMPARE(m_remote->selectedPaths(), QStringList(QStringLiteral("/src/train.ipynb")));
    QSignalSpy copy(m_remote.get(), &RemotePane::copyRequested);
    QTest::keyClick(&view(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(copy.count(), 1);
}

void FilesWidgetsTest::deleteKey_asksAndNamesWhatIsLost()
{
    view().setFocus();
    view().setCurrentIndex(row(QStringLiteral("data")));
    m_files.folders[QStringLiteral("/src/data")] = {FakeRemoteFiles::file(QStringLiteral("a.csv"), 3'000'000), FakeRemoteFiles::folder(QStringLiteral("raw"))};
    m_files.folders[QStringLiteral("/src/data/raw")] = {FakeRemoteFiles::file(QStringLiteral(".b"), 200'000)};
    QTest::keyClick(&view(), Qt::Key_Delete);
    QTRY_COMPARE(m_prompts.questions.size(), 1);
    const ui::Question &question = m_prompts.questions.first();
    QVERIFY(question.text.contains(QStringLiteral("data")) && question.text.contains(QStringLiteral("trainer-1")));
    QVERIFY(question.consequence.contains(QStringLiteral("everything in them: 2 files, 3.2 MB")));
    QVERIFY(m_files.removed.isEmpty());
    m_prompts.answerYes = true;
    QTest::keyClick(&view(), Qt::Key_Delete);
    QTRY_COMPARE(m_files.removed, QStringList(QStringLiteral("/src/data")));
}

void FilesWidgetsTest::renameByKey_goesToTheMachine()
{
    view().setFocus();
    view().setCurrentIndex(row(QStringLiteral("train.ipynb")));
    QTest::keyClick(&view(), Qt::Key_F2);
    auto *editor = view().findChild<QLineEdit *>();
    QVERIFY(editor);
    editor->setText(QStringLiteral("-new 'name'.ipynb"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_files.renamed, (QList<QPair<QString, QString>>{{QStringLiteral("/src/train.ipynb"), QStringLiteral("/src/-new 'name'.ipynb")}}));

    m_prompts.text = QStringLiteral("one line");
    view().setCurrentIndex(view().model()->index(view().model()->rowCount() - 1, 0));
    QTest::keyClick(&view(), Qt::Key_F2);
    QTRY_COMPARE(m_files.renamed.size(), 2);
    QCOMPARE(m_files.renamed.last(), (QPair<QString, QString>{QStringLiteral("/src/two\nlines"), QStringLiteral("/src/one line")}));
}

void FilesWidgetsTest::newFolder_isSelectedWhenItIsThere()
{
    m_prompts.text = QStringLiteral("models");
    m_files.folders[QStringLiteral("/src")].append(FakeRemoteFiles::folder(QStringLiteral("models")));
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(m_files.made, QStringList(QStringLiteral("/src/models")));
    QTRY_COMPARE(view().currentIndex().data().toString(), QStringLiteral("models"));
}

void FilesWidgetsTest::pathBar_goesWhereOneTypes()
{
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_F4);
    auto *edit = m_remote->findChild<QLineEdit *>(QStringLiteral("pathEdit"));
    QVERIFY(edit->isVisible());
    edit->setText(QStringLiteral("outputs/../data"));
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE(m_remote->model().directory(), QStringLiteral("/src/data"));
    QVERIFY(!edit->isVisible());
}

void FilesWidgetsTest::pathBar_partsLeadThere()
{
    PathBar bar;
    bar.resize(400, 30);
    bar.setPath(QStringLiteral("/home/ada/a & b"));
    bar.show();
    QSignalSpy entered(&bar, &PathBar::pathEntered);
    QStringList targets;
    const auto buttons = bar.findChild<QWidget *>(QStringLiteral("pathPartsWidget"))->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        button->click();
    for (const auto &call : entered)
        targets << call.first().toString();
    QVERIFY(targets.contains(QStringLiteral("/home")) && targets.contains(QStringLiteral("/home/ada/a & b")));
    bar.resize(120, 30);
    bar.setPath(QStringLiteral("/a very long name of a folder/another one that is long/here"));
    QTRY_VERIFY(bar.findChild<QWidget *>(QStringLiteral("pathPartsWidget"))->sizeHint().width() < 240);
}

void FilesWidgetsTest::missingFolder_isSaidWithAWayOut()
{
    m_remote->model().setDirectory(QStringLiteral("/src/gone"));
    QTRY_VERIFY(!view().isVisible());
    auto *home = m_remote->findChild<QAbstractButton *>(QStringLiteral("remoteGoHomeButton"));
    QVERIFY(home && home->isVisible());
    home->click();
    QTRY_VERIFY(view().isVisible());
    QCOMPARE(m_remote->model().directory(), QStringLiteral("/src"));
}

void FilesWidgetsTest::dragOut_carriesTheSelectionByItself()
{
    view().selectAll();
    const std::unique_ptr<QMimeData> data(view().model()->mimeData(view().selectedRowIndexes()));
    const auto selection = models::remoteSelection(*data);
    QVERIFY(selection);
    QCOMPARE(selection->paths.size(), 5);
    QVERIFY(selection->paths.contains(QStringLiteral("/src/two\nlines")));
}

void FilesWidgetsTest::dragOfWhatIsAlmostReady_waitsForIt_unlessSomethingHereTakesIt_data()
{
    QTest::addColumn<QString>("then");
    QTest::addColumn<bool>("starts");
    for (const char *then : {"it is ready", "it takes too long", "over a folder", "over another pane"})
        QTest::newRow(then) << QString::fromLatin1(then) << true;
    QTest::newRow("over another file") << QStringLiteral("over another file") << false;
    QTest::newRow("let go") << QStringLiteral("let go") << false;
}

void FilesWidgetsTest::dragOfWhatIsAlmostReady_waitsForIt_unlessSomethingHereTakesIt()
{
    QFETCH(QString, then);
    QFETCH(bool, starts);
    QStandardItemModel model;
    for (const char *name : {"folder", "file", "other file"})
        model.appendRow(new QStandardItem(QString::fromLatin1(name)));
    QSplitter window;
    FolderView view;
    FolderView other;
    window.addWidget(&view);
    window.addWidget(&other);
    window.resize(600, 300);
    view.setModel(&model);
    view.setIsFolder([](const QModelIndex &index) { return index.data().toString() == u"folder"; });
    bool isAwaited = true;
    int started = 0;
    view.setDragIsAwaited([&] { return isAwaited; });
    view.setDragSource([&]() -> std::unique_ptr<QMimeData> { // nothing to drag: the platform's drag would hold this test up
        ++started;
        return nullptr;
    });
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    // Found again after the model has sorted itself.
    const auto middle = [&](const char *name) { return view.visualRect(model.match(model.index(0, 0), Qt::DisplayRole, QString::fromLatin1(name)).value(0)).center(); };
    const auto moveTo = [&](const QPoint &where) { // the view has the grab, wherever the pointer is
        QMouseEvent move(QEvent::MouseMove, where, view.viewport()->mapToGlobal(where), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(view.viewport(), &move);
    };
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, middle("file"));
    moveTo(middle("file") + QPoint(QApplication::startDragDistance(), 4));
    moveTo(middle("file") + QPoint(QApplication::startDragDistance() + 4, 4));
    QCOMPARE(started, 0);
    if (then == u"it is ready") {
        isAwaited = false;
        view.goOnWithDrag();
        QCOMPARE(started, 0); // not from within whoever told it
        for (int turn = 0; turn < 20 && started == 0; ++turn)
            QCoreApplication::processEvents();
        QCOMPARE(started, 1); // and not only when patience has run out
    } else if (then == u"over a folder") {
        moveTo(middle("folder"));
        QCOMPARE(started, 1);
    } else if (then == u"over another pane") {
        moveTo(view.viewport()->mapFrom(&window, other.geometry().center()));
        QCOMPARE(started, 1);
    } else if (then == u"over another file") {
        moveTo(middle("other file"));
        QCOMPARE(view.selectedRowIndexes().size(), 1); // a drag, though it waits, and no selecting
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, middle("other file"));
    } else if (then == u"let go") {
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, middle("file"));
    }
    if (starts) {
        QTRY_COMPARE(started, 1);
    } else {
        isAwaited = false;
        view.goOnWithDrag();
        QTest::qWait(10); // what would start it is in the event loop's hands
        QCOMPARE(started, 0);
    }
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, middle("file"));
}

void FilesWidgetsTest::localFolderThatIsGone_keepsTheOldOne()
{
    QTemporaryDir folder;
    LocalPane local(m_prompts, nullptr);
    local.setFolder(folder.path());
    QSignalSpy problem(&local, &LocalPane::problem);
    local.setFolder(folder.path() + QStringLiteral("/not there"));
    QCOMPARE(problem.count(), 1);
    QCOMPARE(local.folder(), folder.path());
}

void FilesWidgetsTest::filter_showsOnlyNamesWithIt_andEscapeEndsIt()
{
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    auto *edit = m_remote->findChild<QLineEdit *>(QStringLiteral("remoteViewFilterEdit"));
    QVERIFY(edit->isVisible());
    QTest::keyClicks(edit, QStringLiteral("T.IPY"));
    QCOMPARE(view().model()->rowCount(), 0);
    edit->setText(QStringLiteral("TRAIN"));
    QCOMPARE(view().model()->rowCount(), 1);
    QTest::keyClick(edit, Qt::Key_Down);
    QCOMPARE(view().currentIndex().data().toString(), QStringLiteral("train.ipynb"));
    QTest::keyClick(edit, Qt::Key_Escape);
    QVERIFY(!edit->isVisible());
    QCOMPARE(view().model()->rowCount(), 5);
}

void FilesWidgetsTest::filter_ofTheLocalPane_takesSpecialCharactersAsTheyAre()
{
    QTemporaryDir folder;
    for (const QString &name : {QStringLiteral("a*b"), QStringLiteral("aXb"), QStringLiteral("w[1]"), QStringLiteral("w1")}) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("Away")));
    LocalPane local(m_prompts, nullptr);
    local.setFolder(folder.path());
    local.show();
    const auto names = [&] {
        QStringList found;
        for (int row = 0; row < local.view()->model()->rowCount(local.view()->rootIndex()); ++row)
            found << local.view()->model()->index(row, 0, local.view()->rootIndex()).data().toString();
        found.sort();
        return found;
    };
    QTRY_COMPARE(names().size(), 5);
    local.startFilter();
    auto *edit = local.findChild<QLineEdit *>(QStringLiteral("localViewFilterEdit"));
    edit->setText(QStringLiteral("*"));
    QTRY_COMPARE(names(), QStringList{QStringLiteral("a*b")});
    edit->setText(QStringLiteral("w["));
    QTRY_COMPARE(names(), QStringList{QStringLiteral("w[1]")});
    edit->setText(QStringLiteral("aw"));
    QTRY_COMPARE(names(), QStringList{QStringLiteral("Away")});
    QVERIFY(local.view()->rootIndex().isValid());
    local.endFilter();
    QTRY_COMPARE(names().size(), 5);
}

void FilesWidgetsTest::properties_tellAndChangePermissions()
{
    view().setFocus();
    view().setCurrentIndex(row(QStringLiteral("train.ipynb")));
    QTest::keyClick(&view(), Qt::Key_Return, Qt::AltModifier);
    auto *dialog = m_remote->findChild<ui::PropertiesDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->permissions(), 0644u);
    auto *apply = dialog->findChild<QAbstractButton *>(QStringLiteral("applyPermissionsButton"));
    QVERIFY(!apply->isEnabled());
    testing::pictures(*dialog, QStringLiteral("files-properties"));
    dialog->findChild<QAbstractButton *>(QStringLiteral("ownerRunBox"))->click();
    dialog->findChild<QAbstractButton *>(QStringLiteral("othersReadBox"))->click();
    QVERIFY(dialog->findChild<QLabel *>(QStringLiteral("propertiesOctalLabel"))->text().startsWith(QStringLiteral("740")));
    m_files.refuseChanges = Error{ErrorKind::PermissionDenied, QStringLiteral("not yours"), {}, {}, {}};
    apply->click();
    auto *banner = dialog->findChild<QWidget *>(QStringLiteral("propertiesBanner"));
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(m_files.permissionsSet.isEmpty());
    m_files.refuseChanges.reset();
    apply->click();
    QTRY_COMPARE(m_files.permissionsSet, (QList<QPair<QString, quint32>>{{QStringLiteral("/src/train.ipynb"), 0740u}}));
    QTRY_VERIFY(!m_remote->findChild<ui::PropertiesDialog *>());
}

void FilesWidgetsTest::properties_ofAFolder_countWhatIsInIt()
{
    view().setFocus();
    view().setCurrentIndex(row(QStringLiteral("outputs")));
    QTest::keyClick(&view(), Qt::Key_Return, Qt::AltModifier);
    auto *dialog = m_remote->findChild<ui::PropertiesDialog *>();
    QVERIFY(dialog);
    QTRY_COMPARE(dialog->findChild<QLabel *>(QStringLiteral("propertiesSizeLabel"))->text(), QStringLiteral("1 file, 412 MB"));
}

void FilesWidgetsTest::localProperties_changeTheFileOfThisComputer()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("run.sh")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup));
    LocalPane local(m_prompts, nullptr);
    local.setFolder(folder.path());
    local.show();
    QTRY_COMPARE(local.view()->model()->rowCount(local.view()->rootIndex()), 1);
    local.view()->setCurrentIndex(local.view()->model()->index(0, 0, local.view()->rootIndex()));
    local.findChild<QAction *>(QStringLiteral("localPropertiesAction"))->trigger();
    auto *dialog = local.findChild<ui::PropertiesDialog *>();
    QVERIFY(dialog);
    QCOMPARE(dialog->permissions(), 0640u);
    dialog->findChild<QAbstractButton *>(QStringLiteral("ownerRunBox"))->click();
    dialog->findChild<QAbstractButton *>(QStringLiteral("applyPermissionsButton"))->click();
    QVERIFY(QFileInfo(file.fileName()).isExecutable() || QFile::permissions(file.fileName()).testFlag(QFileDevice::ExeOwner));
    QVERIFY(!QFile::permissions(file.fileName()).testFlag(QFileDevice::ReadOther));
}

void FilesWidgetsTest::everyControl_hasANameToSpeak()
{
    LocalPane local(m_prompts, nullptr);
    for (const QWidget *pane : {static_cast<const QWidget *>(&local), static_cast<const QWidget *>(m_remote.get())}) {
        for (const QWidget *widget : pane->findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->isHidden() || widget->objectName().startsWith(u"qt_"))
                continue;
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()), qPrintable(widget->objectName() + u' ' + QString::fromLatin1(widget->metaObject()->className())));
        }
    }
}

void FilesWidgetsTest::pictures()
{
    QSplitter page;
    QTemporaryDir folder;
    for (const QString &name : {QStringLiteral("train.py"), QStringLiteral("notes.md"), QStringLiteral("pictures.zip")}) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(2'000, 'x'));
    }
    QDir(folder.path()).mkdir(QStringLiteral("data"));
    auto *local = new LocalPane(m_prompts, &page);
    local->setFolder(folder.path());
    page.addWidget(local);
    page.addWidget(m_remote.release());
    page.resize(900, 480);
    page.show();
    QTRY_COMPARE(local->view()->model()->rowCount(local->view()->rootIndex()), 4);
    static_cast<RemotePane *>(page.widget(1))->view()->setCurrentIndex(static_cast<RemotePane *>(page.widget(1))->view()->model()->index(1, 0));
    testing::pictures(page, QStringLiteral("files-panes"));
}

QTEST_MAIN(FilesWidgetsTest)
#include "files_widgets_test.moc"
