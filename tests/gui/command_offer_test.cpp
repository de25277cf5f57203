// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "models/instance_model.h"
#include "ui/instances/command_dialog.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTest>

using namespace nimbook;
using models::InstanceModel;
using testing::SandboxFixture;
using testing::Window;

/// "Show the command" where the action is: on its button, in its menu, by the keyboard.
class CommandOfferTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_window = std::make_unique<Window>(m_sandbox);
        QCOMPARE(m_window->app.signIn(SandboxFixture::fullProject()), QString());
        m_window->window->workPage()->showAll();
        QTRY_VERIFY(m_window->table());
    }

    void noMachineChosen_theProjectsCommandsAreShown()
    {
        m_window->window->findChild<QAction *>(QStringLiteral("showCommandAction"))->trigger();
        auto *dialog = dialogShown();
        QVERIFY(dialog);
        QVERIFY2(text(dialog).contains(QStringLiteral("nimbookctl list")), qPrintable(text(dialog)));
        dialog->close();
    }

    void button_offersItsCommand()
    {
        show("segment-v100"); // a stopped one
        auto *button = m_window->find<QAbstractButton>("startButton");
        QVERIFY(button);
        QContextMenuEvent asked(QContextMenuEvent::Mouse, button->rect().center(), button->mapToGlobal(button->rect().center()));
        QCoreApplication::sendEvent(button, &asked);
        auto *menu = m_window->find<QMenu>("commandOfferMenu");
        QVERIFY(menu);
        menu->actions().constFirst()->trigger();
        menu->close();
        auto *dialog = dialogShown();
        QVERIFY(dialog);
        QVERIFY2(text(dialog).startsWith(QStringLiteral("nimbookctl start ")) && text(dialog).contains(QStringLiteral("segment-v100")), qPrintable(text(dialog)));
        dialog->close();
    }

    void keyboard_showsTheCommandOfWhatHasIt()
    {
        show("segment-v100");
        m_window->find<QAbstractButton>("openNotebookButton")->setFocus();
        m_window->window->findChild<QAction *>(QStringLiteral("showCommandAction"))->trigger();
        auto *dialog = dialogShown();
        QVERIFY(dialog);
        QVERIFY2(text(dialog).startsWith(QStringLiteral("nimbookctl ssh-tunnel ")), qPrintable(text(dialog)));
        dialog->close();
    }

    void buttonWithoutACommand_keepsItsOwnMenu()
    {
        auto *button = m_window->find<QAbstractButton>("menuButton");
        QVERIFY(button);
        QContextMenuEvent asked(QContextMenuEvent::Mouse, {1, 1}, button->mapToGlobal(QPoint(1, 1)));
        QCoreApplication::sendEvent(button, &asked);
        QVERIFY(!m_window->find<QMenu>("commandOfferMenu"));
    }

private:
    void show(const char *name)
    {
        m_window->window->workPage()->showMachine(m_window->row(QLatin1String(name)).data(InstanceModel::RefRole).value<cloud::InstanceRef>());
        QTRY_VERIFY(m_window->find<QAbstractButton>("openNotebookButton"));
    }
    ui::CommandDialog *dialogShown()
    {
        const auto dialogs = m_window->window->findChildren<ui::CommandDialog *>();
        for (auto *one : dialogs) {
            if (one->isVisible())
                return one;
        }
        return nullptr;
    }
    static QString text(ui::CommandDialog *dialog) { return dialog->findChild<QPlainTextEdit *>(QStringLiteral("machineCommandEdit"))->toPlainText(); }

    SandboxFixture m_sandbox;
    std::unique_ptr<Window> m_window;
};

QTEST_MAIN(CommandOfferTest)
#include "command_offer_test.moc"
