// SPDX-License-Identifier: Apache-2.0
#include "ui/files/folder_view.h"
#include "ui/files/remote_pane.h"

#include "support/scripted_prompts.h"
#include "support/sshd_fixture.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/prctl.h>

using namespace nimbook;
using testing::SshdFixture;
using ui::FolderView;
using ui::RemotePane;

namespace {

/// Nothing of this outlives the test, however that ends.
void dieTogether(QProcess &process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

/// Programs that draw and press, on a display of their own.
class OwnDisplay {
public:
    ~OwnDisplay()
    {
        for (QProcess *process : {&m_windows, &m_server}) {
            process->terminate();
            if (process->state() != QProcess::NotRunning && !process->waitForFinished(3'000)) {
                process->kill();
                process->waitForFinished(3'000);
            }
        }
    }

    /// The name of what is missing; empty when everything is there.
    static QString missing()
    {
        for (const char *program : {"Xvfb", "openbox", "xdotool", "xwininfo", "pcmanfm"}) {
            if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty())
                return QString::fromLatin1(program);
        }
        return {};
    }

    bool start()
    {
        // -displayfd lets the server pick a free number: tests may run side by side.
        dieTogether(m_server);
        dieTogether(m_windows);
        m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_server.start(QStringLiteral("Xvfb"), {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"), QStringLiteral("1280x900x24"),
                                                QStringLiteral("-nolisten"), QStringLiteral("tcp")});
        QByteArray number;
        while (!number.endsWith('\n') && m_server.waitForReadyRead(10'000))
            number += m_server.readAllStandardOutput();
        if (number.trimmed().isEmpty())
            return false;
        qputenv("DISPLAY", ":" + number.trimmed());
        m_windows.start(QStringLiteral("openbox"), {QStringLiteral("--sm-disable")});
        return m_windows.waitForStarted(5'000);
    }

private:
    QProcess m_server;
    QProcess m_windows;
};

QByteArray runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished(10'000);
    return process.readAllStandardOutput();
}

} // namespace

/// Files dragged between the remote pane and a real file manager, by a pointer on a real X display.
class FilesXdndTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void fileManagerToPane_uploads();
    void paneToFileManager_copiesTheFile();

private:
    /// xdotool beside a living event loop: this process is one end of the drag.
    void pointer(const QStringList &arguments)
    {
        QProcess process;
        QSignalSpy finished(&process, &QProcess::finished);
        process.start(QStringLiteral("xdotool"), arguments);
        QVERIFY(process.waitForStarted(5'000));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    }
    void drag(const QPoint &from, const QPoint &to);
    QRect fileManagerWindow();

    QTemporaryDir m_home;
    QTemporaryDir m_folder; ///< what the file manager shows
    SshdFixture m_sshd;
    QProcess m_fileManager;
    QString m_fileManagerId;
    testing::ScriptedPrompts m_prompts;
    std::unique_ptr<transfer::TransferQueue> m_queue;
    std::unique_ptr<models::DragStaging> m_staging;
    std::unique_ptr<RemotePane> m_pane;
    QString m_remote;
};

void FilesXdndTest::initTestCase()
{
    QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
    m_remote = m_sshd.directory() + QStringLiteral("/machine");
    QDir().mkpath(m_remote);
    QFile there(m_remote + QStringLiteral("/from machine.txt"));
    QVERIFY(there.open(QIODevice::WriteOnly));
    there.write("made on the machine");
    there.close();
    QFile here(m_folder.filePath(QStringLiteral("from here.txt")));
    QVERIFY(here.open(QIODevice::WriteOnly));
    here.write("made on this computer");
    here.close();

    m_queue = std::make_unique<transfer::TransferQueue>(m_sshd.settings());
    m_staging = std::make_unique<models::DragStaging>(m_home.filePath(QStringLiteral("drag")));
    m_staging->setQueue(m_queue.get());
    m_pane = std::make_unique<RemotePane>(QStringLiteral("machine"), m_prompts, *m_staging, nullptr);
    m_pane->model().setFiles(m_queue->files(), QStringLiteral("me"));
    m_pane->model().setDirectory(m_remote);
    connect(m_pane.get(), &RemotePane::uploadRequested, this, [this](const QStringList &paths, const QString &directory) { m_queue->upload(paths, directory); });
    connect(m_queue.get(), &transfer::TransferQueue::finished, &m_pane->model(), &models::RemoteDirectoryModel::refresh);
    m_pane->setGeometry(40, 60, 520, 420);
    m_pane->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
    QTRY_COMPARE_WITH_TIMEOUT(m_pane->view()->model()->rowCount(), 1, 15'000);

    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"})
        environment.insert(QString::fromLatin1(name), m_home.path());
    environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
    dieTogether(m_fileManager);
    // No session bus: it would only look for a desktop to report to.
    environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent"));
    m_fileManager.setProcessEnvironment(environment);
    m_fileManager.start(QStringLiteral("pcmanfm"), {QStringLiteral("--no-desktop"), m_folder.path()});
    QVERIFY(m_fileManager.waitForStarted(5'000));
    QTRY_VERIFY_WITH_TIMEOUT(fileManagerWindow().isValid(), 20'000);
    runTool(QStringLiteral("xdotool"), {QStringLiteral("windowsize"), m_fileManagerId, QStringLiteral("600"), QStringLiteral("420")});
    runTool(QStringLiteral("xdotool"), {QStringLiteral("windowmove"), m_fileManagerId, QStringLiteral("620"), QStringLiteral("60")});
    QTRY_VERIFY_WITH_TIMEOUT(fileManagerWindow().left() >= 580, 10'000);
}

void FilesXdndTest::cleanupTestCase()
{
    m_fileManager.terminate();
    if (m_fileManager.state() != QProcess::NotRunning && !m_fileManager.waitForFinished(3'000)) {
        m_fileManager.kill();
        m_fileManager.waitForFinished(3'000);
    }
    m_pane.reset();
    m_staging.reset();
    m_queue.reset();
}

QRect FilesXdndTest::fileManagerWindow()
{
    QRect largest; // it has small windows beside the one that people see: helpers of its own drags
    for (const QByteArray &id : runTool(QStringLiteral("xdotool"), {QStringLiteral("search"), QStringLiteral("--onlyvisible"), QStringLiteral("--class"), QStringLiteral("pcmanfm")}).split('\n')) {
        if (id.isEmpty())
            continue;
        // xwininfo, because xdotool's own geometry leaves out the frame.
        const QString text = QString::fromLatin1(runTool(QStringLiteral("xwininfo"), {QStringLiteral("-id"), QString::fromLatin1(id)}));
        const auto number = [&text](const char *what) {
            const QRegularExpression line(QString::fromLatin1(what) + QStringLiteral(":\\s+(-?\\d+)"));
            return line.match(text).captured(1).toInt();
        };
        const QRect window(number("Absolute upper-left X"), number("Absolute upper-left Y"), number("Width"), number("Height"));
        if (window.width() * window.height() > largest.width() * largest.height()) {
            largest = window;
            m_fileManagerId = QString::fromLatin1(id);
        }
    }
    return largest;
}

void FilesXdndTest::drag(const QPoint &from, const QPoint &to)
{
    const auto at = [](const QPoint &point) { return QStringList{QStringLiteral("mousemove"), QString::number(point.x()), QString::number(point.y())}; };
    const auto pause = [](const char *seconds) { return QStringList{QStringLiteral("sleep"), QString::fromLatin1(seconds)}; };
    QStringList script = at(from) + pause("0.1") + QStringList{QStringLiteral("mousedown"), QStringLiteral("1")} + pause("0.1");
    // Several small steps over the drag threshold, or the file manager sees a click.
    for (int step = 1; step <= 6; ++step)
        script += at(from + QPoint(4 * step, 2 * step)) + pause("0.04");
    for (int step = 1; step <= 10; ++step)
        script += at(from + (to - from) * step / 10) + pause("0.04");
    script += at(to + QPoint(1, 1)) + pause("0.4") + QStringList{QStringLiteral("mouseup"), QStringLiteral("1")};
    pointer(script);
}

void FilesXdndTest::fileManagerToPane_uploads()
{
    const QRect window = fileManagerWindow();
    FolderView *view = m_pane->view();
    QSignalSpy upload(m_pane.get(), &RemotePane::uploadRequested);
    const QPoint empty = view->viewport()->mapToGlobal(QPoint(200, view->viewport()->height() - 40));
    // Where the one icon lies depends on the theme: tried along the first row of the folder's area until one is caught.
    for (const QPoint &icon : {QPoint(210, 120), QPoint(220, 130), QPoint(240, 150), QPoint(260, 120), QPoint(200, 110), QPoint(280, 140), QPoint(90, 130)}) {
        drag(window.topLeft() + icon, empty);
        if (QTest::qWaitFor([&upload] { return !upload.isEmpty(); }, 1'500))
            break;
    }
    if (upload.isEmpty() && qEnvironmentVariableIsSet("NIMBOOK_SCREENSHOT_DIR"))
        runTool(QStringLiteral("import"), {QStringLiteral("-window"), QStringLiteral("root"), qEnvironmentVariable("NIMBOOK_SCREENSHOT_DIR") + QStringLiteral("/xdnd-upload.png")});
    QCOMPARE(upload.count(), 1);
    QCOMPARE(upload.first().at(0).toStringList(), QStringList(m_folder.filePath(QStringLiteral("from here.txt"))));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_remote + QStringLiteral("/from here.txt")), 15'000);
    QVERIFY(QFile::exists(m_folder.filePath(QStringLiteral("from here.txt")))); // copied, not moved away
    QTRY_COMPARE(view->model()->rowCount(), 2);
}

void FilesXdndTest::paneToFileManager_copiesTheFile()
{
    FolderView *view = m_pane->view();
    QModelIndex index;
    for (int row = 0; row < view->model()->rowCount(); ++row) {
        if (view->model()->index(row, 0).data().toString() == u"from machine.txt")
            index = view->model()->index(row, 0);
    }
    QVERIFY(index.isValid());
    QSignalSpy staged(m_queue.get(), &transfer::TransferQueue::finished);
    view->setCurrentIndex(index);
    QTRY_COMPARE_WITH_TIMEOUT(staged.count(), 1, 15'000); // small: its copy is made when it is selected
    const QRect window = fileManagerWindow();
    QVERIFY(window.width() > 300);
    const QPoint from = view->viewport()->mapToGlobal(view->visualRect(index).topLeft() + QPoint(60, view->visualRect(index).height() / 2));
    drag(from, QPoint(window.right() - 60, window.bottom() - 80));
    const QString arrived = m_folder.filePath(QStringLiteral("from machine.txt"));
    const bool there = QTest::qWaitFor([&arrived] { return QFile(arrived).size() > 0; }, 10'000);
    if (!there && qEnvironmentVariableIsSet("NIMBOOK_SCREENSHOT_DIR"))
        runTool(QStringLiteral("import"), {QStringLiteral("-window"), QStringLiteral("root"), qEnvironmentVariable("NIMBOOK_SCREENSHOT_DIR") + QStringLiteral("/xdnd-download.png")});
    QVERIFY(there);
    QFile file(arrived);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("made on the machine"));
    QVERIFY(QFile::exists(m_remote + QStringLiteral("/from machine.txt")));
    QVERIFY(!m_staging->copies(m_pane->selectedItems()).isEmpty()); // not moved: the next drag has it at once
}

int main(int argc, char **argv)
{
    const QString missing = OwnDisplay::missing();
    if (!missing.isEmpty()) {
        std::fprintf(stderr, "SKIP: %s is not installed, so nothing can be dragged on a real display\n", qPrintable(missing));
        return 0;
    }
    OwnDisplay display;
    if (!display.start()) {
        std::fprintf(stderr, "SKIP: Xvfb does not start here\n");
        return 0;
    }
    qputenv("QT_QPA_PLATFORM", "xcb");
    QApplication application(argc, argv);
    FilesXdndTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "files_xdnd_test.moc"
