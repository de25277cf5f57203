// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include <QAbstractButton>
#include <QDesktopServices>
#include <QLineEdit>
#include <QUrlQuery>

using namespace nimbook;
using testing::SandboxFixture;
using testing::Window;

/// The window of a program that was built with an OAuth client of its own: nobody is asked for one.
class BuiltInClientTest : public QObject {
    Q_OBJECT

    QList<QUrl> m_opened; ///< what the system's browser was asked for

public Q_SLOTS:
    void browse(const QUrl &page) { m_opened.append(page); }

private Q_SLOTS:
    void initTestCase() { QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "browse"); }
    void cleanupTestCase() { QDesktopServices::unsetUrlHandler(QStringLiteral("https")); }

    void googleDoor_goesStraightToTheBrowserWithIt()
    {
        SandboxFixture sandbox;
        QVERIFY2(sandbox.isRunning(), qPrintable(sandbox.log()));
        Window window(sandbox);
        auto *door = window.find<QAbstractButton>("googleButton");
        QVERIFY(door);
        QTest::mouseClick(door, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_opened.size(), 1, 20'000);
        const QUrl page = m_opened.constFirst();
        QCOMPARE(page.host(), QStringLiteral("accounts.google.com"));
        const QUrlQuery asked(page);
        QCOMPARE(asked.queryItemValue(QStringLiteral("client_id")), QStringLiteral("4711-inside.apps.googleusercontent.com"));
        QCOMPARE(asked.queryItemValue(QStringLiteral("code_challenge_method")), QStringLiteral("S256"));
        QVERIFY(!page.toString().contains(QLatin1String("GOCSPX"))); // the secret goes to the token endpoint alone
        QVERIFY(!window.find<QLineEdit>("clientIdEdit"));
        const auto client = testing::resultOf(window.app.space->findOAuthClient());
        QVERIFY(client);
        QCOMPARE(client->secret, Secret("GOCSPX-inside"));
    }
};

QTEST_MAIN(BuiltInClientTest)
#include "built_in_client_test.moc"
