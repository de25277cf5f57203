// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_model.h"
#include "ui/files/transfer_list.h"

#include "support/sandbox_machine.h"
#include "support/screenshots.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace nimbook;
using models::TransferModel;
using testing::SandboxMachine;
using transfer::Transfer;

/// The list of transfers in a program that was started again, on a machine of the sandbox.
class LeftTransfersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_machine.make(QStringLiteral("left-1"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void cleanupTestCase()
    {
        m_list.reset();
        m_machine.end();
    }

    void programStartedAgain_listsWhatIsUnfinished_andGoOnConnects()
    {
        // given an upload that the end of the program cuts off
        const auto connected = testing::App::endOf(m_machine.session().connectFiles());
        QVERIFY2(connected.ok(), connected.why());
        QFile big(m_machine.folder().filePath(QStringLiteral("big.bin")));
        QVERIFY(big.open(QIODevice::WriteOnly) && big.resize(40'000'000));
        big.close();
        transfer::TransferQueue &first = *m_machine.session().transfers();
        first.setRateLimit(Transfer::Direction::Upload, 4'000'000);
        const transfer::TransferId id = first.upload({big.fileName()}, QStringLiteral("/src"));
        QTRY_VERIFY_WITH_TIMEOUT(first.find(id)->bytesDone > 0, 30'000);

        // when the program is started again, and nobody connects
        const QString problem = m_machine.startApp();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        m_list = std::make_unique<ui::TransferList>(*m_machine.app->space);
        m_list->resize(1000, 200);
        m_list->show();
        auto *view = m_list->findChild<QTreeView *>(QStringLiteral("transferView"));
        const QAbstractItemModel *rows = view->model();
        QTRY_COMPARE_WITH_TIMEOUT(rows->rowCount(), 1, 30'000);
        QVERIFY(!m_machine.session().isConnected());
        QVERIFY(!m_machine.session().transfers());
        const auto cell = [rows](int column) { return rows->index(0, column).data().toString(); };
        QCOMPARE(cell(TransferModel::State), QStringLiteral("Paused, machine not connected"));
        QCOMPARE(cell(TransferModel::Name), QStringLiteral("↑ big.bin → left-1"));
        QCOMPARE(cell(TransferModel::Action), QStringLiteral("Go on"));
        testing::pictures(*m_list, QStringLiteral("transfers-left"));

        // then the button is all it takes
        view->setCurrentIndex(rows->index(0, 0));
        auto *goOn = m_list->findChild<QToolButton *>(QStringLiteral("resumeTransfersButton"));
        QTRY_VERIFY(goOn->isEnabled());
        goOn->click();
        QVERIFY(m_machine.session().listedTransfers()->find(id)->goesOn);
        QVERIFY(m_machine.session().currentFlow()); // it connects
        QTRY_COMPARE_WITH_TIMEOUT(rows->index(0, 0).data(TransferModel::StateRole).toInt(), int(Transfer::State::Done), 60'000);
        QVERIFY(m_machine.session().isConnected());
        QCOMPARE(m_machine.session().transfers(), m_machine.session().listedTransfers());
    }

private:
    SandboxMachine m_machine;
    std::unique_ptr<ui::TransferList> m_list;
};

QTEST_MAIN(LeftTransfersTest)
#include "left_transfers_test.moc"
