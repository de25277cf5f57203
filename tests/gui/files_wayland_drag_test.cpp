// SPDX-License-Identifier: Apache-2.0
#include "drag_fixture.h"

#include "support/sway_desktop.h"
#include "support/wayland_pointer.h"

#include <QApplication>
#include <QDrag>
#include <QElapsedTimer>
#include <QImage>
#include <QLibraryInfo>
#include <QProgressBar>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QTimer>

using namespace nimbook;
using testing::DragFixture;
using testing::SwayDesktop;
using testing::WaylandPointer;
using ui::FolderView;
using ui::RemotePane;

namespace {

SwayDesktop *desktop = nullptr;

/// Presses, carries and lets go by a timer: while this process is one end of the drag, the loop that runs is not the test's own.
class Hand : public QObject {
public:
    Hand()
    {
        m_tick.setInterval(25);
        connect(&m_tick, &QTimer::timeout, this, [this] {
            if (m_steps.isEmpty() || !m_steps.first()())
                return;
            m_steps.removeFirst();
        });
        m_tick.start();
    }
    QString plugIn() { return m_pointer.plugIn(desktop->socket(), SwayDesktop::screen()); }

    /// \param arrived whether the place under the pointer takes what is held over it; let go when it does so steadily, or after \a patience ms
    void drag(const QPoint &from, const QPoint &to, std::function<bool()> arrived, int patience, std::function<void()> lookedAt)
    {
        const auto step = [this](auto action) { m_steps.append([action] { action(); return true; }); };
        step([=, this] { m_pointer.moveTo(from); });
        step([this] { m_pointer.press(); });
        // Several small steps over the drag threshold, or it is a click.
        for (int each = 1; each <= 6; ++each)
            step([=, this] { m_pointer.moveTo(from + QPoint(4 * each, 2 * each)); });
        for (int each = 1; each <= 10; ++each)
            step([=, this] { m_pointer.moveTo(from + (to - from) * each / 10); });
        auto held = std::make_shared<QElapsedTimer>();
        auto taken = std::make_shared<QElapsedTimer>();
        m_steps.append([=, this] {
            if (!held->isValid())
                held->start();
            m_pointer.moveTo(to + QPoint(int(held->elapsed() / 100 % 2), 0)); // a hand is never quite still
            if (!arrived())
                taken->invalidate(); // file managers waver until they have read what it is
            else if (!taken->isValid())
                taken->start();
            return held->elapsed() > patience || (taken->isValid() && taken->elapsed() > 300);
        });
        m_steps.append([=] { lookedAt(); return true; });
        step([this] { m_pointer.release(); });
    }
    bool isDone() const { return m_steps.isEmpty(); }

private:
    WaylandPointer m_pointer;
    QTimer m_tick;
    QList<std::function<bool()>> m_steps;
};

} // namespace

/// Files dragged between the remote pane and a real file manager, by a pointer of a real Wayland compositor.
class FilesWaylandDragTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void fileManagerToPane_uploads_data();
    void fileManagerToPane_uploads();
    void fileHeldOverAFolderOfThePane_movesOnTheMachine();
    void smallFile_isDraggedToTheFileManager();
    void smallFile_pressedAndDraggedInOneGo_arrives();
    void largeFile_isPreparedVisibly_thenDraggedToTheFileManager();

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void drag(const QString &picture, const QPoint &from, const QPoint &to, std::function<bool()> arrived, int patience);
    void dragOut(const QString &name, int patience = 10'000);
    QPoint onScreen(const QPoint &inView);
    QRect fileManagerWindow() { return desktop->window(m_fixture->fileManager.processId()); }
    QList<QRect> icons();
    bool iconsRest(QList<QRect> &before) ///< two pictures show both in the same place
    {
        const QList<QRect> now = icons();
        return now.size() == 2 && now == std::exchange(before, now);
    }
    void keepPicture(const QString &name);

    std::unique_ptr<DragFixture> m_fixture;
    Hand m_hand;
    bool m_heldOverPane = false;
};

void FilesWaylandDragTest::initTestCase()
{
    QCOMPARE(m_hand.plugIn(), QString()); // before the windows: they ask once what the seat has
    m_fixture = std::make_unique<DragFixture>();
    QCOMPARE(m_fixture->start(), QString());
    m_fixture->pane->view()->viewport()->installEventFilter(this);
    DragFixture::write(m_fixture->local.filePath(QStringLiteral("a folder/deep/inside.txt")), "deep on this computer");
    QVERIFY(m_fixture->startFileManager(QStringLiteral("thunar"), {}, {{QStringLiteral("DISPLAY"), QString()},
                                                                      {QStringLiteral("GDK_BACKEND"), QStringLiteral("wayland")},
                                                                      {QStringLiteral("GTK_THEME"), QStringLiteral("Adwaita")},
                                                                      {QStringLiteral("GSETTINGS_BACKEND"), QStringLiteral("memory")},
                                                                      {QStringLiteral("NO_AT_BRIDGE"), QStringLiteral("1")}}));
    QTRY_VERIFY2_WITH_TIMEOUT(fileManagerWindow().isValid(), m_fixture->fileManagerLog().constData(), 30'000);
    QList<QRect> before;
    QTRY_VERIFY_WITH_TIMEOUT(iconsRest(before), 30'000);
}

void FilesWaylandDragTest::cleanupTestCase()
{
    m_fixture.reset();
}

void FilesWaylandDragTest::init()
{
    m_heldOverPane = false;
}

bool FilesWaylandDragTest::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::DragMove)
        m_heldOverPane = true;
    return QObject::eventFilter(watched, event);
}

void FilesWaylandDragTest::keepPicture(const QString &name)
{
    if (qEnvironmentVariableIsSet("NIMBOOK_SCREENSHOT_DIR"))
        QImage::fromData(desktop->picture(), "PPM").save(qEnvironmentVariable("NIMBOOK_SCREENSHOT_DIR") + u'/' + name + QStringLiteral(".png"));
}

/// The file manager's icons with their names, as the eye finds them: what stands out from the ground of its window, from left to right.
QList<QRect> FilesWaylandDragTest::icons()
{
    const QRect window = fileManagerWindow();
    const QImage image = QImage::fromData(desktop->picture(), "PPM");
    if (!image.rect().contains(window))
        return {};
    const QPoint corner = window.bottomRight() - QPoint(30, 60); // above its status bar
    const QRgb ground = image.pixel(corner);
    QRect area(corner, corner);
    while (area.top() > window.top() && image.pixel(corner.x(), area.top() - 1) == ground)
        area.setTop(area.top() - 1);
    while (area.left() > window.left() && image.pixel(area.left() - 1, corner.y()) == ground)
        area.setLeft(area.left() - 1);
    QList<QRect> found;
    for (int x = area.left(); x <= area.right(); ++x) {
        for (int y = area.top(); y <= area.bottom(); ++y) {
            if (image.pixel(x, y) == ground)
                continue;
            if (found.isEmpty() || x - found.last().right() > 14) // further apart than letters are
                found.append(QRect(x, y, 1, 1));
            found.last() |= QRect(x, y, 1, 1);
        }
    }
    found.removeIf([](const QRect &each) { return each.height() < 40; }); // words alone: the window is not drawn to its end yet
    return found;
}

QPoint FilesWaylandDragTest::onScreen(const QPoint &inView)
{
    // No Wayland client knows where its window is; the compositor does.
    return desktop->window(QCoreApplication::applicationPid()).topLeft() + m_fixture->pane->view()->viewport()->mapTo(m_fixture->pane.get(), inView);
}

void FilesWaylandDragTest::drag(const QString &picture, const QPoint &from, const QPoint &to, std::function<bool()> arrived, int patience)
{
    m_hand.drag(from, to, std::move(arrived), patience, [=, this] { keepPicture(picture); });
    QTRY_VERIFY_WITH_TIMEOUT(m_hand.isDone(), 40'000);
}

void FilesWaylandDragTest::dragOut(const QString &name, int patience)
{
    FolderView *view = m_fixture->pane->view();
    const QRect window = fileManagerWindow();
    QVERIFY(window.width() > 300);
    // What the person sees, too: a pointer that says "copy" where it is taken.
    const auto taken = [] { return QGuiApplication::overrideCursor() && QGuiApplication::overrideCursor()->shape() == Qt::DragCopyCursor; };
    drag(QStringLiteral("wayland-out-") + name, onScreen(m_fixture->grip(name)), window.bottomRight() - QPoint(60, 120), taken, patience);
    QTRY_VERIFY_WITH_TIMEOUT(view->findChildren<QDrag *>().isEmpty(), 10'000); // the drag's own loop has ended
}

void FilesWaylandDragTest::fileManagerToPane_uploads_data()
{
    QTest::addColumn<int>("icon");
    QTest::addColumn<QString>("dragged");
    QTest::addColumn<QString>("into"); ///< a row of the pane; empty: below the rows
    QTest::addColumn<QString>("part"); ///< of what is dragged
    QTest::newRow("a folder") << 0 << QStringLiteral("a folder") << QString() << QStringLiteral("/deep/inside.txt");
    QTest::newRow("a file") << 1 << QStringLiteral("from here.txt") << QString() << QString();
    QTest::newRow("a file, into a folder") << 1 << QStringLiteral("from here.txt") << QStringLiteral("a folder") << QString();
}

void FilesWaylandDragTest::fileManagerToPane_uploads()
{
    QFETCH(int, icon);
    QFETCH(QString, dragged);
    QFETCH(QString, into);
    QFETCH(QString, part);
    FolderView *view = m_fixture->pane->view();
    QSignalSpy upload(m_fixture->pane.get(), &RemotePane::uploadRequested);
    const QPoint place = into.isEmpty() ? QPoint(200, view->viewport()->height() - 40) : m_fixture->grip(into);
    for (int attempt = 0; attempt < 3 && !m_heldOverPane; ++attempt) { // a file manager that is busy arranging its icons takes none up
        const QList<QRect> found = icons();
        QCOMPARE(found.size(), 2);
        drag(QStringLiteral("wayland-in-") + dragged, found.at(icon).center(), onScreen(place), [this] { return m_heldOverPane; }, 6'000);
    }
    QTRY_COMPARE_WITH_TIMEOUT(upload.count(), 1, 10'000);
    QCOMPARE(upload.first().at(0).toStringList(), QStringList(m_fixture->local.filePath(dragged)));
    const QString here = m_fixture->local.filePath(dragged) + part;
    const QString there = m_fixture->remote + u'/' + (into.isEmpty() ? QString() : into + u'/') + dragged + part;
    QTRY_COMPARE_WITH_TIMEOUT(DragFixture::read(there), DragFixture::read(here), 20'000);
    QVERIFY(QFile::exists(here)); // copied, not moved away
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->row(dragged).isValid(), 15'000);
}

void FilesWaylandDragTest::fileHeldOverAFolderOfThePane_movesOnTheMachine()
{
    const QString name = QStringLiteral("to be moved.txt");
    m_fixture->addOnMachine(name, "moved on the machine");
    drag(QStringLiteral("wayland-within"), onScreen(m_fixture->grip(name)), onScreen(m_fixture->grip(QStringLiteral("a folder"))), [this] { return m_heldOverPane; }, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(DragFixture::read(m_fixture->remote + QStringLiteral("/a folder/") + name), QByteArray("moved on the machine"), 15'000);
    QTRY_VERIFY_WITH_TIMEOUT(!m_fixture->row(name).isValid(), 15'000);
}

void FilesWaylandDragTest::smallFile_isDraggedToTheFileManager()
{
    const QString name = QStringLiteral("from machine.txt");
    QSignalSpy staged(m_fixture->queue.get(), &transfer::TransferQueue::finished);
    m_fixture->pane->view()->setCurrentIndex(m_fixture->row(name));
    QTRY_COMPARE_WITH_TIMEOUT(staged.count(), 1, 15'000); // small: its copy is made when it is selected
    dragOut(name);
    QTRY_COMPARE_WITH_TIMEOUT(DragFixture::read(m_fixture->local.filePath(name)), QByteArray("made on the machine"), 15'000);
    QVERIFY(QFile::exists(m_fixture->remote + u'/' + name));
    QVERIFY(!m_fixture->staging->copies(m_fixture->pane->selectedItems()).isEmpty()); // a copy of the copy: the next drag has it at once
}

void FilesWaylandDragTest::smallFile_pressedAndDraggedInOneGo_arrives()
{
    // The pane waits a moment for the copy, not for ever: on a machine that is busy with other tests one may come too late.
    bool arrived = false;
    for (int attempt = 0; attempt < 3 && !arrived; ++attempt) {
        const QString name = QStringLiteral("at once %1.txt").arg(attempt);
        m_fixture->addOnMachine(name, "never selected before");
        dragOut(name, 4'000);
        arrived = QTest::qWaitFor([&] { return DragFixture::read(m_fixture->local.filePath(name)) == "never selected before"; }, 4'000);
    }
    QVERIFY(arrived);
}

void FilesWaylandDragTest::largeFile_isPreparedVisibly_thenDraggedToTheFileManager()
{
    const QString name = QStringLiteral("large.bin");
    QByteArray bytes(12'000'000, Qt::Uninitialized);
    QRandomGenerator::global()->fillRange(reinterpret_cast<quint32 *>(bytes.data()), bytes.size() / qsizetype(sizeof(quint32)));
    m_fixture->addOnMachine(name, bytes);
    m_fixture->queue->setRateLimit(transfer::Transfer::Direction::Download, 5'000'000);
    auto *bar = m_fixture->pane->findChild<QWidget *>(QStringLiteral("stagingBar"));
    auto *progress = m_fixture->pane->findChild<QProgressBar *>(QStringLiteral("stagingProgress"));
    QVERIFY(!bar->isVisible());
    QSignalSpy ready(m_fixture->staging.get(), &models::DragStaging::ready);
    dragOut(name, 300);
    QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(progress->value() > 0 && progress->value() < 100, 10'000);
    keepPicture(QStringLiteral("wayland-staging"));
    QVERIFY(!QFile::exists(m_fixture->local.filePath(name)));
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 30'000);
    QVERIFY(!bar->isVisible());
    dragOut(name);
    QTRY_VERIFY_WITH_TIMEOUT(DragFixture::read(m_fixture->local.filePath(name)) == bytes, 30'000);
}

int main(int argc, char **argv)
{
    QString missing = SwayDesktop::missingProgram();
    if (missing.isEmpty() && QStandardPaths::findExecutable(QStringLiteral("thunar")).isEmpty())
        missing = QStringLiteral("thunar");
    if (missing.isEmpty() && QDir(QLibraryInfo::path(QLibraryInfo::PluginsPath) + QStringLiteral("/platforms")).entryList({QStringLiteral("libqwayland*")}).isEmpty())
        missing = QStringLiteral("qt6-wayland");
    if (!missing.isEmpty()) {
        std::fprintf(stderr, "SKIP: %s is not installed, so nothing can be dragged on a Wayland desktop\n", qPrintable(missing));
        return 0;
    }
    SwayDesktop sway;
    if (const QString problem = sway.start(); !problem.isEmpty()) {
        std::fprintf(stderr, "SKIP: %s\n", qPrintable(problem));
        return 0;
    }
    desktop = &sway;
    qputenv("QT_QPA_PLATFORM", "wayland");
    qputenv("WAYLAND_DISPLAY", sway.socket().toLocal8Bit());
    QApplication application(argc, argv);
    FilesWaylandDragTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "files_wayland_drag_test.moc"
