// SPDX-License-Identifier: Apache-2.0
#include "ui/files/mirror_bar.h"
#include "ui/files/sync_pane.h"

#include "integration/transfer/transfer_fixture.h"
#include "support/screenshots.h"
#include "support/scripted_prompts.h"

#include <QAbstractButton>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>

using namespace nimbook;
using models::SyncModel;
using ui::SyncPane;
using Fixture = nimbook::testing::TransferFixture;

/// The sync preview as a person uses it, with a real sshd behind it.
class SyncPaneTest : public QObject {
    Q_OBJECT

    Fixture f;
    testing::ScriptedPrompts m_prompts;
    std::unique_ptr<SyncPane> m_pane;

    QTreeView *view() { return m_pane->findChild<QTreeView *>(QStringLiteral("syncView")); }
    QAbstractButton *button(const char *name) { return m_pane->findChild<QAbstractButton *>(QString::fromLatin1(name)); }
    sync::FolderPair folders() const { return {f.near(), f.far(), f.sshd.directory() + QStringLiteral("/state-") + QFileInfo(f.near()).fileName()}; }
    bool settled() { return QTest::qWaitFor([this] { return !m_pane->isBusy(); }, 30'000); }
    int row(const QString &path)
    {
        for (int row = 0; row < view()->model()->rowCount(); ++row) {
            if (view()->model()->index(row, 0).data().toString() == path)
                return row;
        }
        return -1;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void init()
    {
        m_pane.reset();
        QVERIFY(f.reset());
        m_prompts = {};
        m_pane = std::make_unique<SyncPane>(QStringLiteral("trainer-1"), m_prompts, nullptr);
        m_pane->setQueue(f.queue.get());
        m_pane->resize(900, 480);
        m_pane->show();
    }
    void cleanupTestCase() { m_pane.reset(); }

    void preview_showsWhatDiffers_andDoesOnlyWhatIsTicked()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("train.py")), "new here"));
        QVERIFY(Fixture::write(f.near(QStringLiteral("notes.md")), "leave me"));
        QVERIFY(Fixture::write(f.far(QStringLiteral("model.keras")), "new there"));
        m_pane->compare(folders());
        QVERIFY(settled());
        QCOMPARE(view()->model()->rowCount(), 3);
        QVERIFY(view()->isVisible() && view()->hasFocus());
        testing::pictures(*m_pane, QStringLiteral("sync-preview"));

        view()->setCurrentIndex(view()->model()->index(row(QStringLiteral("notes.md")), 0));
        QTest::keyClick(view(), Qt::Key_Space); // unticks
        QCOMPARE(m_pane->model().totals().up, 1);
        const QRect cell = view()->visualRect(view()->model()->index(row(QStringLiteral("notes.md")), 0));
        const QPoint tick(cell.left() + 14, cell.center().y());
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, Qt::NoModifier, tick); // on the box as it is drawn
        QCOMPARE(m_pane->model().totals().up, 2);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, Qt::NoModifier, tick);
        QCOMPARE(m_pane->model().totals().up, 1);
        QSignalSpy started(m_pane.get(), &SyncPane::started);
        button("synchroniseButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(f.far(QStringLiteral("train.py"))) && QFile::exists(f.near(QStringLiteral("model.keras"))), 30'000);
        QVERIFY(settled());
        QTRY_COMPARE_WITH_TIMEOUT(view()->model()->rowCount(), 1, 30'000);
        QVERIFY(!QFile::exists(f.far(QStringLiteral("notes.md"))));
        QCOMPARE(started.count(), 1);
        QVERIFY(m_prompts.questions.isEmpty());
    }

    void deletingOnTheMachine_isAskedAbout()
    {
        QVERIFY(Fixture::write(f.far(QStringLiteral("old.bin")), "x"));
        m_pane->compare(folders());
        QVERIFY(settled());
        m_pane->model().setAction(m_pane->model().index(0, 0), sync::Action::DeleteThere);
        button("synchroniseButton")->click();
        QCOMPARE(m_prompts.questions.size(), 1);
        QVERIFY(m_prompts.questions.first().text.contains(QStringLiteral("1 file")) && m_prompts.questions.first().text.contains(QStringLiteral("trainer-1")));
        QVERIFY(QFile::exists(f.far(QStringLiteral("old.bin"))));
        m_prompts.answerYes = true;
        button("synchroniseButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(f.far(QStringLiteral("old.bin"))), 30'000);
    }

    void groups_narrowTheList_andKeysChooseTheDirection()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "here"));
        QVERIFY(Fixture::write(f.near(QStringLiteral("both")), "here, longer"));
        QVERIFY(Fixture::write(f.far(QStringLiteral("both")), "there"));
        m_pane->compare(folders());
        QVERIFY(settled());
        QCOMPARE(button("syncGroup3Button")->text(), QStringLiteral("Differs  1"));
        button("syncGroup3Button")->click();
        QCOMPARE(view()->model()->rowCount(), 1);
        m_pane->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
        view()->setFocus();
        view()->setCurrentIndex(view()->model()->index(0, 0));
        QTest::keyClick(view(), Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(m_pane->model().totals().up, 2);
        QTest::keyClick(view(), Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(m_pane->model().totals().keepBoth, 1);
        QTest::keyClick(view(), Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(m_pane->model().totals().all(), 1);
        QSignalSpy closed(m_pane.get(), &SyncPane::closeRequested);
        QTest::keyClick(view(), Qt::Key_Escape);
        QCOMPARE(closed.count(), 1);
    }

    void sameSides_sayHowMany_andAMissingFolderSaysWhy()
    {
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "same"));
        m_pane->compare(folders());
        QVERIFY(settled());
        button("synchroniseButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(f.far(QStringLiteral("a"))), 30'000);
        QVERIFY(QTest::qWaitFor([this] { return !m_pane->isBusy() && !view()->isVisible(); }, 30'000));
        testing::pictures(*m_pane, QStringLiteral("sync-same"));
        QVERIFY(!button("synchroniseButton")->isEnabled());
        m_pane->compare({f.near(QStringLiteral("gone")), f.far(), {}});
        testing::pictures(*m_pane, QStringLiteral("sync-comparing"));
        QVERIFY(settled());
        QVERIFY(!view()->isVisible());
        testing::pictures(*m_pane, QStringLiteral("sync-failed"));
    }

    void thousandsOfRows_pictures()
    {
        QList<sync::Item> items;
        for (int i = 0; i < 5000; ++i) {
            const QString path = QStringLiteral("data/fold-%1/%2 a name that is rather long for a file.csv").arg(i % 40).arg(i);
            const auto difference = sync::Difference(i % 8);
            sync::Item item{path, false, difference, {}, {}};
            if (difference != sync::Difference::OnlyThere && difference != sync::Difference::DeletedHere)
                item.here = sync::TreeEntry{path, false, i * 1000LL, 1'763'000'000 + i, 0644};
            if (difference != sync::Difference::OnlyHere && difference != sync::Difference::DeletedThere)
                item.there = sync::TreeEntry{path, false, i * 1100LL, 1'763'000'100 + i, 0644};
            items.append(item);
        }
        QVERIFY(Fixture::write(f.near(QStringLiteral("a")), "x"));
        m_pane->compare(folders());
        QVERIFY(settled());
        m_pane->model().setItems(items);
        QCOMPARE(view()->model()->rowCount(), 5000);
        testing::pictures(*m_pane, QStringLiteral("sync-thousands"));
        m_pane->resize(520, 420);
        testing::pictures(*m_pane, QStringLiteral("sync-narrow"));
    }

    void everyControl_hasANameToSpeak()
    {
        for (const QWidget *widget : m_pane->findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->objectName().startsWith(u"qt_"))
                continue;
            const auto *pressed = qobject_cast<const QAbstractButton *>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (pressed && !pressed->text().isEmpty()), qPrintable(widget->objectName() + u' ' + QString::fromLatin1(widget->metaObject()->className())));
        }
    }

    void mirrorBar_tellsAndStops()
    {
        QTemporaryDir state;
        models::MachineMirrors mirrors(state.path(), QStringLiteral("4711"), QStringLiteral("trainer-1"));
        ui::MirrorBar bar(mirrors, nullptr);
        bar.resize(900, 40);
        QVERIFY(bar.isHidden());
        QSignalSpy started(&mirrors, &models::MachineMirrors::started);
        const sync::FollowedPair pair{sync::Mirror::Direction::Down, folders().here, folders().there};
        QVERIFY(Fixture::write(f.far(QStringLiteral("model.keras")), "x"));
        mirrors.follow(pair); // and goes on when there is a connection
        QVERIFY(bar.isVisible());
        testing::pictures(bar, QStringLiteral("mirror-bar-waits"));
        mirrors.attach(f.queue.get());
        mirrors.follow(pair); // the same once more: one is enough
        QCOMPARE(started.count(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(f.near(QStringLiteral("model.keras"))), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(mirrors.lines().first().mirror && mirrors.lines().first().mirror->filesCopied() == 1, 30'000);
        testing::pictures(bar, QStringLiteral("mirror-bar"));
        bar.findChild<QAbstractButton *>(QStringLiteral("stopMirrorButton"))->click();
        QTRY_VERIFY(mirrors.isEmpty() && bar.isHidden());
        QVERIFY(sync::MirrorMemory(state.filePath(QStringLiteral("sync/mirrors.json"))).machines().isEmpty());
    }

    void followedFolderThatIsGone_saysSo_andIsTriedAgainWithTheNextConnection()
    {
        QTemporaryDir state;
        const QString here = f.near(QStringLiteral("stick"));
        models::MachineMirrors mirrors(state.path(), QStringLiteral("4711"), QStringLiteral("trainer-1"));
        mirrors.attach(f.queue.get());
        mirrors.follow({sync::Mirror::Direction::Down, here, f.far()});
        QTRY_VERIFY_WITH_TIMEOUT(!mirrors.lines().first().trouble.isEmpty(), 30'000);
        QVERIFY(!mirrors.lines().first().mirror);

        QVERIFY(QDir().mkpath(here) && Fixture::write(f.far(QStringLiteral("later")), "x"));
        mirrors.attach(f.queue.get());

        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(here + QStringLiteral("/later")), 30'000);
    }
};

QTEST_MAIN(SyncPaneTest)
#include "sync_pane_test.moc"
