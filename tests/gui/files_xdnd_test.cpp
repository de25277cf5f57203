// SPDX-License-Identifier: Apache-2.0
#include "drag_fixture.h"

#include <QApplication>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace nimbook;
using testing::DragFixture;
using ui::FolderView;
using ui::RemotePane;

namespace {

/// Programs that draw and press, on a display of their own.
class OwnDisplay {
public:
    ~OwnDisplay()
    {
        testing::endProgram(m_windows);
        testing::endProgram(m_server);
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
        testing::dieTogether(m_server);
        testing::dieTogether(m_windows);
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
    void paneToFileManager_pressedAndDraggedInOneGo_copiesTheFile();

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
    bool dragOut(const QString &name); ///< whether it arrives

    std::unique_ptr<DragFixture> m_fixture;
    QString m_fileManagerId;
};

void FilesXdndTest::initTestCase()
{
    m_fixture = std::make_unique<DragFixture>();
    QCOMPARE(m_fixture->start(), QString());
    QVERIFY(m_fixture->startFileManager(QStringLiteral("pcmanfm"), {QStringLiteral("--no-desktop")}));
    QTRY_VERIFY_WITH_TIMEOUT(fileManagerWindow().isValid(), 20'000);
    runTool(QStringLiteral("xdotool"), {QStringLiteral("windowsize"), m_fileManagerId, QStringLiteral("600"), QStringLiteral("420")});
    runTool(QStringLiteral("xdotool"), {QStringLiteral("windowmove"), m_fileManagerId, QStringLiteral("620"), QStringLiteral("60")});
    QTRY_VERIFY_WITH_TIMEOUT(fileManagerWindow().left() >= 580, 10'000);
}

void FilesXdndTest::cleanupTestCase()
{
    m_fixture.reset();
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
    FolderView *view = m_fixture->pane->view();
    QSignalSpy upload(m_fixture->pane.get(), &RemotePane::uploadRequested);
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
    QCOMPARE(upload.first().at(0).toStringList(), QStringList(m_fixture->local.filePath(QStringLiteral("from here.txt"))));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_fixture->remote + QStringLiteral("/from here.txt")), 15'000);
    QVERIFY(QFile::exists(m_fixture->local.filePath(QStringLiteral("from here.txt")))); // copied, not moved away
    QTRY_COMPARE(view->model()->rowCount(), 2);
}

bool FilesXdndTest::dragOut(const QString &name)
{
    const QRect window = fileManagerWindow();
    drag(m_fixture->pane->view()->viewport()->mapToGlobal(m_fixture->grip(name)), QPoint(window.right() - 60, window.bottom() - 80));
    const bool arrived = QTest::qWaitFor([&] { return DragFixture::read(m_fixture->local.filePath(name)) == "made on the machine"; }, 10'000);
    if (!arrived && qEnvironmentVariableIsSet("NIMBOOK_SCREENSHOT_DIR"))
        runTool(QStringLiteral("import"), {QStringLiteral("-window"), QStringLiteral("root"), qEnvironmentVariable("NIMBOOK_SCREENSHOT_DIR") + QStringLiteral("/xdnd-download.png")});
    return arrived && QFile::exists(m_fixture->remote + u'/' + name);
}

void FilesXdndTest::paneToFileManager_copiesTheFile()
{
    const QString name = QStringLiteral("from machine.txt");
    QVERIFY(m_fixture->row(name).isValid());
    QSignalSpy staged(m_fixture->queue.get(), &transfer::TransferQueue::finished);
    m_fixture->pane->view()->setCurrentIndex(m_fixture->row(name));
    QTRY_COMPARE_WITH_TIMEOUT(staged.count(), 1, 15'000); // small: its copy is made when it is selected
    QVERIFY(dragOut(name));
    QVERIFY(!m_fixture->staging->copies(m_fixture->pane->selectedItems()).isEmpty()); // not moved: the next drag has it at once
}

void FilesXdndTest::paneToFileManager_pressedAndDraggedInOneGo_copiesTheFile()
{
    // The pane waits a moment for the copy, not for ever: on a machine that is busy with other tests one may come too late.
    bool arrived = false;
    for (int attempt = 0; attempt < 3 && !arrived; ++attempt) {
        const QString name = QStringLiteral("never selected %1.txt").arg(attempt);
        m_fixture->addOnMachine(name, "made on the machine");
        arrived = dragOut(name);
    }
    QVERIFY(arrived);
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
