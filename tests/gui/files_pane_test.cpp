// SPDX-License-Identifier: Apache-2.0
#include "models/file_drop.h"
#include "ui/common/error_banner.h"
#include "ui/files/files_pane.h"
#include "ui/files/folder_view.h"
#include "ui/files/transfer_list.h"

#include "integration/workspace/workspace_fixture.h"
#include "support/screenshots.h"
#include "support/scripted_prompts.h"

#include <QAbstractButton>
#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using ui::FilesPane;
using ui::FolderView;

/// Files between this computer and a machine of the sandbox, moved as a person moves them.
class FilesPaneTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void notConnected_offersToConnect();
    void dropOfAFolder_arrivesWhole();
    void strangeNames_goThereAndBack();
    void conflict_asksOnceAndTheSafeAnswerChangesNothing();
    void conflict_keepBoth_keepsBoth();
    void selectedFile_isReadyToBeDraggedOut();
    void copyAndPaste_goBothWays();
    void copyOnTheMachine_staysThere_andAsksAboutATakenName();
    void filesOfTheDesktop_arePastedIntoTheLocalFolder();
    void openedFile_goesToTheDesktopsProgram_andASaveComesBack();
    void deleteOnTheMachine_asksFirst();
    void transferList_tellsInOneLine();
    void largeFile_isPreparedVisibly_thenPastesIntoOtherPrograms();
    void transferList_pausesAndGoesOn();
    void folders_areComparedAndFollowed();
    void followedFolder_goesOnAfterARestart_untilItIsStopped();

private:
    FolderView *remoteView() { return m_pane->findChild<FolderView *>(QStringLiteral("remoteView")); }
    FolderView *localView() { return m_pane->findChild<FolderView *>(QStringLiteral("localView")); }
    static QModelIndex row(FolderView *view, const QString &name)
    {
        for (int row = 0; row < view->model()->rowCount(view->rootIndex()); ++row) {
            const QModelIndex index = view->model()->index(row, 0, view->rootIndex());
            if (index.data().toString() == name)
                return index;
        }
        return {};
    }
    static void drop(FolderView &target, const QMimeData &data, const QPoint &where)
    {
        QDragEnterEvent enter(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(target.viewport(), &enter);
        QDropEvent event(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(target.viewport(), &event);
        QVERIFY(event.isAccepted());
    }
    static void write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
        file.write(bytes);
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    void startProgram()
    {
        m_list = std::make_unique<ui::TransferList>(*m_app->space);
        m_list->resize(900, 240);
        m_mirrors = std::make_unique<models::MirrorKeeper>(*m_app->space);
    }
    void openPane()
    {
        workspace::MachineSession *session = m_app->space->session(m_ref);
        QVERIFY(session);
        m_pane = std::make_unique<FilesPane>(*m_app->space, *session, *m_mirrors, m_prompts);
        m_pane->setLocalFolder(m_local.path());
        m_pane->resize(900, 520);
        m_pane->show();
        m_list->show();
    }
    void endProgram()
    {
        m_pane.reset();
        m_list.reset();
        m_mirrors.reset();
        m_app.reset();
    }
    transfer::TransferQueue *queue() { return m_app->space->session(m_ref)->transfers(); }

    QTemporaryDir m_folder;
    QTemporaryDir m_local;
    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<App> m_app;
    cloud::InstanceRef m_ref;
    testing::ScriptedPrompts m_prompts;
    std::unique_ptr<ui::TransferList> m_list;
    std::unique_ptr<models::MirrorKeeper> m_mirrors;
    std::unique_ptr<FilesPane> m_pane;
};

void FilesPaneTest::initTestCase()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
    m_app = std::make_unique<App>(*m_sandbox, m_folder.path());
    QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
    const auto spec = m_app->spec(QStringLiteral("files-1"));
    m_ref = spec.ref;
    const auto end = App::endOf(m_app->space->createMachine(spec));
    QVERIFY2(end.ok(), end.why());
    startProgram();
    openPane();
}

void FilesPaneTest::cleanupTestCase()
{
    endProgram();
    m_sandbox.reset();
}

void FilesPaneTest::notConnected_offersToConnect()
{
    auto *connectButton = m_pane->findChild<QAbstractButton *>(QStringLiteral("connectFilesButton"));
    QVERIFY(connectButton && connectButton->isVisible());
    QVERIFY(!remoteView()->isVisible());
    testing::pictures(*m_pane, QStringLiteral("files-not-connected"));
    connectButton->click();
    QTRY_VERIFY(!connectButton->isVisible());
    testing::pictures(*m_pane, QStringLiteral("files-connecting"));
    QTRY_VERIFY_WITH_TIMEOUT(remoteView()->isVisible(), 90'000);
    QCOMPARE(m_pane->remoteFolder(), QStringLiteral("/src"));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("outputs")).isValid());
}

void FilesPaneTest::dropOfAFolder_arrivesWhole()
{
    QDir(m_local.path()).mkpath(QStringLiteral("project/inner"));
    write(m_local.filePath(QStringLiteral("project/a.txt")), "alpha");
    write(m_local.filePath(QStringLiteral("project/inner/b.bin")), QByteArray(300'000, '\x7f'));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_local.filePath(QStringLiteral("project")))});
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    drop(*remoteView(), data, QPoint(80, remoteView()->viewport()->height() - 4));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QCOMPARE(queue()->transfers().first().state, transfer::Transfer::State::Done);
    QTRY_VERIFY(row(remoteView(), QStringLiteral("project")).isValid());
    Q_EMIT remoteView()->activated(row(remoteView(), QStringLiteral("project")));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("a.txt")).isValid() && row(remoteView(), QStringLiteral("inner")).isValid());
    m_pane->setRemoteFolder(QStringLiteral("/src"));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("project")).isValid());
}

void FilesPaneTest::strangeNames_goThereAndBack()
{
    const QStringList names{QStringLiteral("-rf"), QStringLiteral("a 'b' \"c\"$(id)`"), QStringLiteral("two\nlines"), QStringLiteral("größe 日本.txt"), QStringLiteral(".hidden"), QStringLiteral("50% #1?&")};
    QStringList paths;
    QDir(m_local.path()).mkdir(QStringLiteral("strange"));
    QDir(m_local.path()).mkdir(QStringLiteral("back"));
    for (const QString &name : names) {
        paths << m_local.filePath(QStringLiteral("strange/") + name);
        write(paths.last(), name.toUtf8());
    }
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    m_pane->upload(paths);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QStringList remote;
    for (const QString &name : names)
        remote << QStringLiteral("/src/") + name;
    m_pane->setLocalFolder(m_local.filePath(QStringLiteral("back")));
    m_pane->download(remote);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, 30'000);
    for (const QString &name : names)
        QCOMPARE(read(m_local.filePath(QStringLiteral("back/") + name)), name.toUtf8());
    QTRY_VERIFY(row(remoteView(), QStringLiteral("-rf")).isValid());
    testing::pictures(*m_pane, QStringLiteral("files-connected"));
    m_pane->setLocalFolder(m_local.path());
}

void FilesPaneTest::conflict_asksOnceAndTheSafeAnswerChangesNothing()
{
    write(m_local.filePath(QStringLiteral("once.txt")), "first");
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    m_pane->upload({m_local.filePath(QStringLiteral("once.txt"))});
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    write(m_local.filePath(QStringLiteral("once.txt")), "second");
    m_pane->upload({m_local.filePath(QStringLiteral("once.txt"))});
    auto *banner = m_pane->findChild<QWidget *>(QStringLiteral("conflictBanner"));
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 15'000);
    testing::pictures(*m_pane, QStringLiteral("files-conflict"));
    for (const char *answer : {"overwriteButton", "keepBothButton", "newerWinsButton", "skipButton"})
        QVERIFY2(banner->findChild<QAbstractButton *>(QString::fromLatin1(answer)), answer);
    auto *cancel = banner->findChild<QAbstractButton *>(QStringLiteral("cancelConflictButton"));
    QVERIFY(cancel->hasFocus() || m_pane->focusWidget() == cancel);
    cancel->click();
    QTRY_COMPARE(finished.count(), 2);
    QVERIFY(!banner->isVisible());
    QCOMPARE(queue()->transfers().first().state, transfer::Transfer::State::Cancelled);
    QDir(m_local.path()).mkdir(QStringLiteral("check"));
    queue()->download({QStringLiteral("/src/once.txt")}, m_local.filePath(QStringLiteral("check")));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, 30'000);
    QCOMPARE(read(m_local.filePath(QStringLiteral("check/once.txt"))), QByteArray("first"));
}

void FilesPaneTest::conflict_keepBoth_keepsBoth()
{
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    m_pane->upload({m_local.filePath(QStringLiteral("once.txt"))});
    QTRY_VERIFY_WITH_TIMEOUT(m_pane->findChild<QAbstractButton *>(QStringLiteral("keepBothButton")), 15'000);
    m_pane->findChild<QAbstractButton *>(QStringLiteral("keepBothButton"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QTRY_VERIFY(row(remoteView(), QStringLiteral("once (2).txt")).isValid());
    QVERIFY(row(remoteView(), QStringLiteral("once.txt")).isValid());
}

void FilesPaneTest::selectedFile_isReadyToBeDraggedOut()
{
    const int before = m_list->findChild<QTreeView *>(QStringLiteral("transferView"))->model()->rowCount();
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("once.txt")));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 15'000);
    const transfer::Transfer *staged = queue()->find(finished.first().first().value<transfer::TransferId>());
    QVERIFY(staged && staged->state == transfer::Transfer::State::Done);
    QVERIFY(staged->destination.startsWith(m_app->space->directories().cache));
    QCOMPARE(read(staged->destination + QStringLiteral("/once.txt")), QByteArray("first"));
    QCOMPARE(m_list->findChild<QTreeView *>(QStringLiteral("transferView"))->model()->rowCount(), before); // not the person's transfer
}

void FilesPaneTest::copyAndPaste_goBothWays()
{
    QDir(m_local.path()).mkdir(QStringLiteral("pasted"));
    m_pane->setLocalFolder(m_local.filePath(QStringLiteral("pasted")));
    m_pane->activateWindow(); // a widget's shortcuts count only in the window that has the keyboard
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    remoteView()->setFocus();
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("once.txt")));
    QTest::keyClick(remoteView(), Qt::Key_C, Qt::ControlModifier);
    localView()->setFocus();
    QTest::keyClick(localView(), Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(read(m_local.filePath(QStringLiteral("pasted/once.txt"))), QByteArray("first"), 15'000);

    write(m_local.filePath(QStringLiteral("pasted/up.txt")), "up");
    QTRY_VERIFY(row(localView(), QStringLiteral("up.txt")).isValid());
    localView()->setCurrentIndex(row(localView(), QStringLiteral("up.txt")));
    QTest::keyClick(localView(), Qt::Key_C, Qt::ControlModifier);
    remoteView()->setFocus();
    QTest::keyClick(remoteView(), Qt::Key_V, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("up.txt")).isValid(), 15'000);
}

void FilesPaneTest::copyOnTheMachine_staysThere_andAsksAboutATakenName()
{
    m_pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    remoteView()->setFocus();
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("project")));
    QTest::keyClick(remoteView(), Qt::Key_D, Qt::ControlModifier); // in its own folder, by Duplicate
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("project (2)")).isValid(), 30'000);
    QTest::keyClick(remoteView(), Qt::Key_C, Qt::ControlModifier);
    QTest::keyClick(remoteView(), Qt::Key_V, Qt::ControlModifier); // and by Copy and Paste
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("project (3)")).isValid(), 30'000);

    QDir(m_local.path()).mkdir(QStringLiteral("doubled"));
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    queue()->download({QStringLiteral("/src/project (2)")}, m_local.filePath(QStringLiteral("doubled")));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QCOMPARE(read(m_local.filePath(QStringLiteral("doubled/project (2)/a.txt"))), QByteArray("alpha"));
    QCOMPARE(read(m_local.filePath(QStringLiteral("doubled/project (2)/inner/b.bin"))), QByteArray(300'000, '\x7f'));

    m_pane->setRemoteFolder(QStringLiteral("/src/project (2)")); // where a file of that name is already
    QTRY_VERIFY(row(remoteView(), QStringLiteral("a.txt")).isValid());
    m_pane->setRemoteFolder(QStringLiteral("/src/project"));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("inner")).isValid());
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("a.txt")));
    QTest::keyClick(remoteView(), Qt::Key_C, Qt::ControlModifier);
    m_pane->setRemoteFolder(QStringLiteral("/src/project (2)"));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("a.txt")).isValid());
    QTest::keyClick(remoteView(), Qt::Key_V, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(m_pane->findChild<QAbstractButton *>(QStringLiteral("keepBothButton")), 15'000);
    testing::pictures(*m_pane, QStringLiteral("files-copy-conflict"));
    m_pane->findChild<QAbstractButton *>(QStringLiteral("keepBothButton"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("a (2).txt")).isValid(), 30'000);
    testing::pictures(*m_list, QStringLiteral("transfer-list-copies"));
    m_pane->setRemoteFolder(QStringLiteral("/src"));
    QTRY_VERIFY(row(remoteView(), QStringLiteral("project")).isValid());
}

void FilesPaneTest::filesOfTheDesktop_arePastedIntoTheLocalFolder()
{
    QTemporaryDir elsewhere;
    const auto copied = [&](const char *how, const QStringList &names) { // as GNOME's, Xfce's and LXDE's file managers put it there
        auto *data = new QMimeData;
        QByteArray lines = how;
        QList<QUrl> urls;
        for (const QString &name : names) {
            urls << QUrl::fromLocalFile(elsewhere.filePath(name));
            lines += '\n' + urls.last().toEncoded();
        }
        data->setUrls(urls);
        data->setData(QStringLiteral("x-special/gnome-copied-files"), lines);
        QGuiApplication::clipboard()->setMimeData(data);
    };
    const auto here = [&](const char *name) { return m_local.filePath(QStringLiteral("fromDesktop/") + QString::fromUtf8(name)); };
    QDir(m_local.path()).mkdir(QStringLiteral("fromDesktop"));
    QDir(elsewhere.path()).mkdir(QStringLiteral("folder"));
    write(elsewhere.filePath(QStringLiteral("folder/in it")), "1");
    write(elsewhere.filePath(QStringLiteral("größe.txt")), "2");
    m_pane->setLocalFolder(m_local.filePath(QStringLiteral("fromDesktop")));
    m_pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    localView()->setFocus();

    copied("copy", {QStringLiteral("folder"), QStringLiteral("größe.txt")});
    QTest::keyClick(localView(), Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(read(here("folder/in it")), QByteArray("1"), 15'000);
    QTRY_COMPARE_WITH_TIMEOUT(read(here("größe.txt")), QByteArray("2"), 15'000);
    QCOMPARE(read(elsewhere.filePath(QStringLiteral("größe.txt"))), QByteArray("2"));
    QTRY_COMPARE(m_app->space->activity().runningCount(), 0);

    write(elsewhere.filePath(QStringLiteral("größe.txt")), "3");
    copied("cut", {QStringLiteral("größe.txt")}); // taken there: asks, and what is answered counts
    m_pane->findChild<QAction *>(QStringLiteral("localPasteAction"))->trigger(); // as the menu does
    auto *banner = m_pane->findChild<QWidget *>(QStringLiteral("conflictBanner"));
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 15'000);
    QCOMPARE(read(here("größe.txt")), QByteArray("2"));
    testing::pictures(*m_pane, QStringLiteral("files-paste-conflict"));
    banner->findChild<QAbstractButton *>(QStringLiteral("overwriteButton"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(read(here("größe.txt")), QByteArray("3"), 15'000);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(elsewhere.filePath(QStringLiteral("größe.txt"))), 15'000);
    const auto held = [] { return QGuiApplication::clipboard()->mimeData(); };
    QTRY_VERIFY(!held() || !models::localSelection(*held())); // pasted once, like any cut
    QVERIFY(!banner->isVisible());

    write(here("mine.txt"), "4"); // and the other way round: what is cut here, file managers may take
    QTRY_VERIFY(row(localView(), QStringLiteral("mine.txt")).isValid());
    localView()->setCurrentIndex(row(localView(), QStringLiteral("mine.txt")));
    QTest::keyClick(localView(), Qt::Key_X, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->mimeData()->data(QStringLiteral("x-special/gnome-copied-files")).startsWith("cut\nfile:///"));
    m_pane->setLocalFolder(m_local.path());
}

/// Stands where the desktop chooses a program.
class UrlCatcher : public QObject {
    Q_OBJECT
public:
    QList<QUrl> urls;
    Q_INVOKABLE void open(const QUrl &url) { urls.append(url); }
};

void FilesPaneTest::openedFile_goesToTheDesktopsProgram_andASaveComesBack()
{
    UrlCatcher desktop;
    QDesktopServices::setUrlHandler(QStringLiteral("file"), &desktop, "open");
    m_pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    remoteView()->setFocus();
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("once.txt")));
    QTest::keyClick(remoteView(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(desktop.urls.size(), 1, 30'000);
    QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
    const QString copy = desktop.urls.first().toLocalFile();
    QCOMPARE(read(copy), QByteArray("first"));
    write(copy, "edited here");
    auto *banner = m_pane->findChild<ui::ErrorBanner *>(QStringLiteral("saveBackBanner"));
    QTRY_VERIFY_WITH_TIMEOUT(banner->message().contains(QStringLiteral("once.txt was saved")), 30'000);
    testing::pictures(*m_pane, QStringLiteral("files-saved-back"));
    QSignalSpy finished(queue(), &transfer::TransferQueue::finished);
    QDir(m_local.path()).mkdir(QStringLiteral("after"));
    queue()->download({QStringLiteral("/src/once.txt")}, m_local.filePath(QStringLiteral("after")));
    QTRY_COMPARE_WITH_TIMEOUT(read(m_local.filePath(QStringLiteral("after/once.txt"))), QByteArray("edited here"), 30'000);
}

void FilesPaneTest::deleteOnTheMachine_asksFirst()
{
    m_pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    remoteView()->setFocus();
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("project")));
    m_prompts.answerYes = false;
    QTest::keyClick(remoteView(), Qt::Key_Delete);
    QTRY_COMPARE(m_prompts.questions.size(), 1);
    QVERIFY(m_prompts.questions.first().consequence.contains(QStringLiteral("2 files, 300 kB")));
    QVERIFY(row(remoteView(), QStringLiteral("project")).isValid());
    m_prompts.answerYes = true;
    QTest::keyClick(remoteView(), Qt::Key_Delete);
    QTRY_VERIFY_WITH_TIMEOUT(!row(remoteView(), QStringLiteral("project")).isValid(), 15'000);
}

void FilesPaneTest::transferList_tellsInOneLine()
{
    QTRY_COMPARE(m_list->activeCount(), 0);
    QVERIFY2(!m_list->summary().isEmpty(), "no word on the transfers");
    testing::pictures(*m_list, QStringLiteral("transfer-list"));
    write(m_local.filePath(QStringLiteral("big.bin")), QByteArray(40'000'000, 'b'));
    QSignalSpy summary(m_list.get(), &ui::TransferList::summaryChanged);
    m_pane->upload({m_local.filePath(QStringLiteral("big.bin"))});
    QTRY_VERIFY(m_list->summary().startsWith(QStringLiteral("1 transfer")));
    QTRY_COMPARE_WITH_TIMEOUT(m_list->activeCount(), 0, 60'000);
    m_list->findChild<QAbstractButton *>(QStringLiteral("clearTransfersButton"))->click();
    QTRY_COMPARE(m_list->findChild<QTreeView *>(QStringLiteral("transferView"))->model()->rowCount(), 0);
    QCOMPARE(m_list->summary(), QString());
}

void FilesPaneTest::largeFile_isPreparedVisibly_thenPastesIntoOtherPrograms()
{
    m_pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("big.bin")).isValid(), 15'000);
    remoteView()->setFocus();
    remoteView()->setCurrentIndex(row(remoteView(), QStringLiteral("big.bin")));
    auto *bar = m_pane->findChild<QWidget *>(QStringLiteral("stagingBar"));
    QVERIFY(bar->isHidden()); // selecting something large fetches nothing
    const auto clipboard = [] { return QGuiApplication::clipboard()->mimeData(); };
    QTest::keyClick(remoteView(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(bar->isVisible());
    testing::pictures(*m_pane, QStringLiteral("files-staging"));
    bar->findChild<QAbstractButton *>(QStringLiteral("cancelStagingButton"))->click();
    QVERIFY(bar->isHidden());
    QVERIFY(!clipboard()->hasUrls());
    QTest::keyClick(remoteView(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(bar->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(bar->isHidden() && clipboard()->hasUrls(), 60'000);
    QCOMPARE(QFileInfo(clipboard()->urls().value(0).toLocalFile()).size(), 40'000'000);
    QVERIFY(models::remoteSelection(*clipboard())); // and the other pane still knows where it comes from
}

void FilesPaneTest::transferList_pausesAndGoesOn()
{
    auto *view = m_list->findChild<QTreeView *>(QStringLiteral("transferView"));
    auto *pause = m_list->findChild<QAbstractButton *>(QStringLiteral("pauseTransfersButton"));
    auto *resume = m_list->findChild<QAbstractButton *>(QStringLiteral("resumeTransfersButton"));
    queue()->setRateLimit(transfer::Transfer::Direction::Upload, 2'000'000);
    write(m_local.filePath(QStringLiteral("slow.bin")), QByteArray(30'000'000, 's'));
    m_pane->setRemoteFolder(QStringLiteral("/src"));
    m_pane->upload({m_local.filePath(QStringLiteral("slow.bin"))});
    const auto state = [&] { return queue()->transfers().first().state; };
    QTRY_COMPARE_WITH_TIMEOUT(state(), transfer::Transfer::State::Running, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->rowCount() > 0, 10'000);
    view->setCurrentIndex(view->model()->index(0, 0));
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->rowCount(view->model()->index(0, 0)) == 1, 10'000); // the file under way, below it
    view->expandAll();
    testing::pictures(*m_list, QStringLiteral("transfer-list-running"));
    QVERIFY(pause->isEnabled() && !resume->isEnabled());
    pause->click();
    QTRY_COMPARE_WITH_TIMEOUT(state(), transfer::Transfer::State::Paused, 20'000);
    QTRY_VERIFY(resume->isEnabled() && !pause->isEnabled());
    QVERIFY(m_list->summary().contains(QStringLiteral("paused")));
    testing::pictures(*m_list, QStringLiteral("transfer-list-paused"));
    queue()->setRateLimit(transfer::Transfer::Direction::Upload, 0);
    resume->click();
    QTRY_COMPARE_WITH_TIMEOUT(state(), transfer::Transfer::State::Done, 60'000);
}

void FilesPaneTest::folders_areComparedAndFollowed()
{
    QDir(m_local.path()).mkpath(QStringLiteral("pair"));
    write(m_local.filePath(QStringLiteral("pair/train.py")), "print()");
    m_pane->setLocalFolder(m_local.filePath(QStringLiteral("pair")));
    m_pane->setRemoteFolder(QStringLiteral("/src/outputs"));
    auto *sync = m_pane->findChild<QWidget *>(QStringLiteral("syncPane"));
    QVERIFY(!sync->isVisible());
    m_pane->findChild<QAbstractButton *>(QStringLiteral("compareButton"))->click();
    QVERIFY(sync->isVisible());
    auto *view = sync->findChild<QTreeView *>(QStringLiteral("syncView"));
    QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 1, 30'000);
    QCOMPARE(view->model()->index(0, 0).data().toString(), QStringLiteral("train.py"));
    testing::pictures(*m_pane, QStringLiteral("files-sync"));
    sync->findChild<QAbstractButton *>(QStringLiteral("closeSyncButton"))->click();
    QVERIFY(!sync->isVisible());

    auto *menu = m_pane->findChild<QMenu *>(QStringLiteral("mirrorMenu"));
    Q_EMIT menu->aboutToShow();
    auto *down = menu->findChild<QAction *>(QStringLiteral("mirrorUpAction"));
    QVERIFY(down && down->isEnabled());
    const int before = m_app->space->activity().runningCount();
    down->trigger();
    QCOMPARE(m_app->space->activity().runningCount(), before + 1); // stands in the strip, and stops from there
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("train.py")).isValid(), 60'000);
    testing::pictures(*m_pane, QStringLiteral("files-mirror"));
    m_app->space->activity().entries().first().job->cancel();
    QTRY_COMPARE(m_app->space->activity().runningCount(), before);
    QTRY_VERIFY(m_pane->findChild<QWidget *>(QStringLiteral("mirrorBar"))->isHidden());
}

void FilesPaneTest::followedFolder_goesOnAfterARestart_untilItIsStopped()
{
    QDir(m_local.path()).mkpath(QStringLiteral("followed"));
    const QString folder = m_local.filePath(QStringLiteral("followed"));
    m_pane->setLocalFolder(folder);
    m_pane->setRemoteFolder(QStringLiteral("/src"));
    auto *menu = m_pane->findChild<QMenu *>(QStringLiteral("mirrorMenu"));
    Q_EMIT menu->aboutToShow();
    menu->findChild<QAction *>(QStringLiteral("mirrorUpAction"))->trigger();
    write(folder + QStringLiteral("/before.py"), "1");
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("before.py")).isValid(), 60'000);

    endProgram();
    write(folder + QStringLiteral("/after.py"), "2");
    m_app = std::make_unique<App>(*m_sandbox, m_folder.path());
    QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
    startProgram();
    openPane(); // and nobody connects
    auto *bar = m_pane->findChild<QWidget *>(QStringLiteral("mirrorBar"));
    QVERIFY(bar->isVisible());
    testing::pictures(*m_pane, QStringLiteral("files-mirror-restarted"));
    QTRY_VERIFY_WITH_TIMEOUT(row(remoteView(), QStringLiteral("after.py")).isValid(), 90'000);
    QVERIFY(bar->isVisible());
    testing::pictures(*m_pane, QStringLiteral("files-mirror-goes-on"));

    bar->findChild<QAbstractButton *>(QStringLiteral("stopMirrorButton"))->click();
    QTRY_VERIFY(bar->isHidden());
    QCOMPARE(m_app->space->activity().runningCount(), 0);
    m_pane.reset();
    startProgram(); // a stopped one is forgotten
    QVERIFY(m_mirrors->of(*m_app->space->session(m_ref)).isEmpty());
}

QTEST_MAIN(FilesPaneTest)
#include "files_pane_test.moc"
