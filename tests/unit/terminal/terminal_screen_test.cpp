// SPDX-License-Identifier: Apache-2.0
#include "ui/terminal/terminal_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook::ui;

class TerminalScreenTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void text_standsWhereItWasPut()
    {
        TerminalScreen screen;
        screen.resize(20, 4);
        screen.feed("one\r\n\033[3Ctwo\033[4;1Hfour");
        QCOMPARE(screen.text(0), "one");
        QCOMPARE(screen.text(1), "   two");
        QCOMPARE(screen.text(3), "four");
        QCOMPARE(screen.cursorColumn(), 4);
    }

    void colours_areOnlyThereWhenAskedFor()
    {
        TerminalScreen screen;
        screen.feed("a\033[1;31mb\033[0;7mc\033[38;2;1;2;3md");
        const TerminalLine line = screen.line(0);
        QVERIFY(!line[0].foreground.isValid() && !line[0].bold);
        QVERIFY(line[1].foreground.isValid() && line[1].bold);
        QVERIFY(line[2].reverse);
        QCOMPARE(line[3].foreground, QColor(1, 2, 3));
    }

    void wideAndCutCharacters_arriveWhole()
    {
        TerminalScreen screen;
        const QByteArray bytes = QString::fromUtf8("日ü!").toUtf8();
        for (const char byte : bytes)
            screen.feed(QByteArray(1, byte)); // as a network may deliver them
        QCOMPARE(screen.text(0), QString::fromUtf8("日ü!"));
        QCOMPARE(screen.line(0)[0].width, 2);
    }

    void linesThatScrollOut_areKept()
    {
        TerminalScreen screen;
        screen.resize(20, 4);
        for (int i = 0; i < 10; ++i)
            screen.feed("line " + QByteArray::number(i) + (i < 9 ? "\r\n" : ""));
        QCOMPARE(screen.historySize(), 6);
        QCOMPARE(screen.text(0), "line 0");
        QCOMPARE(screen.text(9), "line 9");
    }

    void fullScreenProgram_leavesNoTraceInTheHistory()
    {
        TerminalScreen screen;
        screen.resize(20, 4);
        screen.feed("before\033[?1049h\033[H\033[2Jeditor\r\n1\r\n2\r\n3\r\n4\r\n5\033[?1049l");
        QCOMPARE(screen.text(0), "before");
        QCOMPARE(screen.historySize(), 0);
    }

    void key_sendsWhatTerminalsSend_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("modifiers");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto none = int(Qt::NoModifier), control = int(Qt::ControlModifier), alt = int(Qt::AltModifier), shift = int(Qt::ShiftModifier);
        QTest::newRow("letter") << int(Qt::Key_A) << none << "a" << QByteArray("a");
        QTest::newRow("umlaut") << int(Qt::Key_Udiaeresis) << none << QString::fromUtf8("ü") << QByteArray("\xc3\xbc");
        QTest::newRow("Enter") << int(Qt::Key_Return) << none << "\r" << QByteArray("\r");
        QTest::newRow("Ctrl+C") << int(Qt::Key_C) << control << "\x03" << QByteArray("\x03");
        QTest::newRow("Ctrl+R") << int(Qt::Key_R) << control << "\x12" << QByteArray("\x12");
        QTest::newRow("Alt+b") << int(Qt::Key_B) << alt << "b" << QByteArray("\033b");
        QTest::newRow("up") << int(Qt::Key_Up) << none << "" << QByteArray("\033[A");
        QTest::newRow("delete") << int(Qt::Key_Delete) << none << "\x7f" << QByteArray("\033[3~");
        QTest::newRow("back tab") << int(Qt::Key_Backtab) << shift << "" << QByteArray("\033[Z");
        QTest::newRow("a modifier alone") << int(Qt::Key_Shift) << shift << "" << QByteArray();
    }

    void key_sendsWhatTerminalsSend()
    {
        QFETCH(int, key);
        QFETCH(int, modifiers);
        QFETCH(QString, text);
        TerminalScreen screen;
        QByteArray sent;
        connect(&screen, &TerminalScreen::output, this, [&sent](const QByteArray &bytes) { sent += bytes; });
        screen.pressKey(QKeyEvent(QEvent::KeyPress, key, Qt::KeyboardModifiers(modifiers), text));
        QTEST(sent, "expected");
    }

    void pastedText_cannotSteerTheTerminal()
    {
        TerminalScreen screen;
        screen.feed("\033[?2004h"); // the shell asks for brackets
        QByteArray sent;
        connect(&screen, &TerminalScreen::output, this, [&sent](const QByteArray &bytes) { sent += bytes; });
        screen.paste("ls\n\033[201~rm -r x");
        QCOMPARE(sent, QByteArray("\033[200~ls\r[201~rm -r x\033[201~"));
    }

    void view_selectsCopiesAndFollowsTheEnd()
    {
        TerminalView view;
        view.resize(600, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        for (int i = 0; i < 200; ++i)
            view.screen()->feed("word" + QByteArray::number(i) + " and more\r\n");
        QCOMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
        view.verticalScrollBar()->setValue(0);
        view.screen()->feed("later\r\n");
        QCOMPARE(view.verticalScrollBar()->value(), 0); // who reads back is not torn away

        QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, QPoint(20, 5));
        QCOMPARE(view.selectedText(), "word0");
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), "word0");
    }

    void garbage_doesNoHarm()
    {
        TerminalScreen screen;
        QByteArray bytes;
        for (int i = 0; i < 20'000; ++i)
            bytes.append(char((i * 7919) % 256));
        screen.feed(bytes);
        screen.resize(3, 2);
        screen.feed(bytes);
        screen.resize(200, 60);
        for (int line = 0; line < screen.historySize() + screen.rows(); ++line)
            (void)screen.text(line);
        QVERIFY(screen.historySize() <= 10'000);
    }
};

QTEST_MAIN(TerminalScreenTest)
#include "terminal_screen_test.moc"
