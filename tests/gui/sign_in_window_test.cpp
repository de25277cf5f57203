// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "models/instance_model.h"
#include "support/raw_http_server.h"
#include "support/sandbox_client.h"
#include "ui/shell/account_menu.h"
#include "ui/signin/sign_in_page.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QDesktopServices>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

using namespace nimbook;
using testing::App;
using testing::RawHttpServer;
using testing::SandboxFixture;
using testing::Window;

/// Signing in, again and as somebody else, as a person sees it. The token endpoint is played here; what it hands out opens the sandbox.
class SignInWindowTest : public QObject {
    Q_OBJECT

    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<RawHttpServer> m_oauth;
    QByteArray m_token;
    bool m_revoked = false;
    QList<QUrl> m_opened; ///< what the system's browser was asked for

    QByteArray tokenAnswer() const
    {
        if (m_revoked)
            return RawHttpServer::answer("400 Bad Request", "{\"error\": \"invalid_grant\", \"error_description\": \"Token has been expired or revoked.\"}");
        // Shorter than what is renewed ahead of time: each call asks again.
        return RawHttpServer::answer("200 OK", "{\"access_token\": \"" + m_token + "\", \"expires_in\": 60, \"refresh_token\": \"1//r\", \"scope\": \"openid "
                                               "https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/cloud-platform\"}");
    }
    QByteArray clientJson() const
    {
        return "{\"installed\": {\"client_id\": \"4711-desk.apps.googleusercontent.com\", \"client_secret\": \"GOCSPX-desk\", \"auth_uri\": \""
            + m_oauth->url(QStringLiteral("/auth")).toEncoded() + "\", \"token_uri\": \"" + m_oauth->url(QStringLiteral("/token")).toEncoded()
            + "\", \"revoke_uri\": \"" + m_oauth->url(QStringLiteral("/revoke")).toEncoded() + "\"}}";
    }
    static void press(const Window &window, const char *name)
    {
        auto *button = window.find<QAbstractButton>(name);
        QVERIFY2(button && button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    static QString text(const Window &window, const char *name)
    {
        const auto *label = window.find<QLabel>(name);
        return label ? label->text() : QString();
    }
    void comeBackFromTheBrowser()
    {
        const QUrlQuery asked(m_opened.last());
        QUrl redirect(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
        redirect.setQuery(QUrlQuery{{QStringLiteral("state"), asked.queryItemValue(QStringLiteral("state"))}, {QStringLiteral("code"), QStringLiteral("c0de")}});
        QVERIFY(App::get(redirect, QStringLiteral("/"), {}).body.contains("You are signed in"));
    }
    QString writeUserFile(const Window &window)
    {
        QFile file(window.folder.filePath(QStringLiteral("adc.json")));
        if (file.open(QIODevice::WriteOnly)) {
            file.write("{\"type\": \"authorized_user\", \"account\": \"ada@example.com\", \"client_id\": \"c\", \"client_secret\": \"s\", \"refresh_token\": \"1//r\", \"token_uri\": \""
                       + m_oauth->url(QStringLiteral("/token")).toEncoded() + "\"}");
        }
        return file.fileName();
    }

public Q_SLOTS:
    void browse(const QUrl &page) { m_opened.append(page); }

private Q_SLOTS:
    void initTestCase()
    {
        qunsetenv("GOOGLE_APPLICATION_CREDENTIALS");
        m_sandbox = std::make_unique<SandboxFixture>(QStringList{QStringLiteral("--speed"), QStringLiteral("20")});
        QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
        m_token = testing::SandboxClient(*m_sandbox).token;
        m_oauth = std::make_unique<RawHttpServer>([this](QTcpSocket &socket, const QByteArray &) { socket.write(tokenAnswer()); });
        for (const char *scheme : {"http", "https"})
            QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "browse");
    }
    void cleanupTestCase()
    {
        for (const char *scheme : {"http", "https"})
            QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
    }
    void init()
    {
        m_revoked = false;
        m_opened.clear();
    }

    void googleDoor_asksForTheClientOnceAndGoesToTheBrowser()
    {
        Window window(*m_sandbox);
        press(window, "googleButton");
        QTRY_VERIFY(window.find<QLineEdit>("clientIdEdit"));
        testing::pictures(*window.window, QStringLiteral("signin-client"));
        auto *id = window.find<QLineEdit>("clientIdEdit");
        QTRY_VERIFY(id->hasFocus() || !window.window->isActiveWindow());
        QTest::keyClick(id, Qt::Key_Return);
        QTRY_VERIFY(window.said("signInBanner").contains(QStringLiteral("client ID is missing")));

        QApplication::clipboard()->setText(QString::fromUtf8(clientJson()));
        id->paste(); // the whole file into the first field, as people do
        Q_EMIT id->textEdited(id->text());
        QCOMPARE(id->text(), QStringLiteral("4711-desk.apps.googleusercontent.com"));
        QCOMPARE(window.find<QLineEdit>("clientSecretEdit")->text(), QStringLiteral("GOCSPX-desk"));
        QCOMPARE(window.find<QLineEdit>("clientSecretEdit")->echoMode(), QLineEdit::Password);
        press(window, "continueInBrowserButton");
        QTRY_COMPARE(m_opened.size(), 1);
        QCOMPARE(m_opened.first().path(), QStringLiteral("/auth"));
        QTRY_COMPARE(text(window, "signInProgressLabel"), QStringLiteral("Continue in your browser"));
        QVERIFY(window.find<QAbstractButton>("openBrowserButton") && window.find<QAbstractButton>("copyAddressButton"));
        testing::pictures(*window.window, QStringLiteral("signin-browser"));

        press(window, "cancelSignInButton");
        QTRY_VERIFY(window.find<QAbstractButton>("googleButton"));
        QVERIFY2(window.said("signInBanner").isEmpty(), "who cancels needs no explanation");
        press(window, "googleButton"); // the client was not kept: nobody got in with it
        QTRY_VERIFY(window.find<QAbstractButton>("continueInBrowserButton"));
        press(window, "continueInBrowserButton");
        QTRY_COMPARE(m_opened.size(), 2);
        comeBackFromTheBrowser();
        QTRY_VERIFY_WITH_TIMEOUT(window.window->workPage(), 20'000);
        window.window->actions()->signOut->trigger();
        QTRY_VERIFY(window.find<QAbstractButton>("googleButton"));
        press(window, "googleButton"); // now it is known
        QTRY_COMPARE(m_opened.size(), 3);
    }

    void serverDoesNotKnowTheClient_itsFieldsAreShownAgain()
    {
        Window window(*m_sandbox);
        QFile file(window.folder.filePath(QStringLiteral("client.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(clientJson());
        file.close();
        window.window->signInPage()->useFile(file.fileName()); // dropped on the page
        QTRY_COMPARE(m_opened.size(), 1);
        m_revoked = true;
        const QUrlQuery asked(m_opened.last());
        QUrl redirect(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
        redirect.setQuery(QUrlQuery{{QStringLiteral("state"), asked.queryItemValue(QStringLiteral("state"))}, {QStringLiteral("code"), QStringLiteral("c")}});
        QVERIFY(App::get(redirect, QStringLiteral("/"), {}).body.contains("did not work"));
        QTRY_VERIFY(window.find<QLineEdit>("clientIdEdit"));
        QVERIFY(!window.said("signInBanner").isEmpty());
        QCOMPARE(window.find<QLineEdit>("clientIdEdit")->text(), QStringLiteral("4711-desk.apps.googleusercontent.com"));
    }

    void signInEnds_oneBarAsksAndTheWorkGoesOn()
    {
        Window window(*m_sandbox);
        window.window->signInPage()->useFile(writeUserFile(window));
        QTRY_VERIFY_WITH_TIMEOUT(window.window->workPage(), 20'000);
        window.app.space->setCurrentProject(SandboxFixture::fullProject());
        QTRY_VERIFY_WITH_TIMEOUT(window.table() && window.table()->model()->rowCount() >= 4, 20'000);
        const int rows = window.table()->model()->rowCount();

        m_revoked = true;
        window.app.space->machines()->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(window.find<QWidget>("signInAgainBanner"), 20'000);
        QVERIFY2(window.said("signInAgainBanner").contains(QStringLiteral("expired or revoked")), qPrintable(window.said("signInAgainBanner")));
        QVERIFY(window.said("signInAgainBanner").contains(QStringLiteral("transfers go on")));
        QCOMPARE(window.table()->model()->rowCount(), rows); // what was there stays
        testing::pictures(*window.window, QStringLiteral("signin-again"));
        // What is asked for meanwhile waits; it does not fail.
        Job *job = window.app.space->power({SandboxFixture::fullProject(), QStringLiteral("us-central1-b"), QStringLiteral("eval-2")}, workspace::PowerAction::Start);
        QSignalSpy ended(job, &Job::finished);
        const auto buttons = window.window->findChildren<QPushButton *>(QStringLiteral("bannerRetryButton"));
        const auto again = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *button) { return button->isVisible(); });
        QVERIFY(again != buttons.end());
        QCOMPARE((*again)->text(), QStringLiteral("Sign in again"));

        (*again)->click(); // gcloud has not been run yet: the same answer, and still one bar
        QTRY_VERIFY_WITH_TIMEOUT(window.said("signInAgainBanner").contains(QStringLiteral("gcloud auth application-default login")), 20'000);
        QVERIFY(ended.isEmpty());
        m_revoked = false;
        QTRY_VERIFY((*again)->isVisible());
        (*again)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!window.find<QWidget>("signInAgainBanner"), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(window.cell(QStringLiteral("eval-2"), models::InstanceModel::State), QStringLiteral("Running"), 30'000);
    }

    void twoAccounts_areListedAndSwitched()
    {
        Window window(*m_sandbox);
        QCOMPARE(window.app.signIn(SandboxFixture::fullProject()), QString());
        QTRY_VERIFY(window.window->workPage());
        window.window->actions()->addAccount->trigger();
        QTRY_VERIFY(window.find<QAbstractButton>("backToAccountButton"));
        QVERIFY2(!window.find<QAbstractButton>("knownAccountButton"), "the only one known is the one to go back to");
        testing::pictures(*window.window, QStringLiteral("signin-another"));
        press(window, "backToAccountButton");
        QTRY_VERIFY(window.find<QToolButton>("accountButton"));
        window.window->actions()->addAccount->trigger();
        window.window->signInPage()->useFile(writeUserFile(window));
        QTRY_VERIFY_WITH_TIMEOUT(window.find<QToolButton>("accountButton")
                                     && window.find<QToolButton>("accountButton")->text().contains(QStringLiteral("ada@example.com")), 20'000);
        window.app.space->setCurrentProject(SandboxFixture::emptyProject());

        auto *menu = window.window->findChild<ui::AccountMenu *>();
        Q_EMIT menu->aboutToShow();
        QStringList names;
        QAction *other = nullptr;
        for (QAction *action : menu->actions()) {
            if (action->objectName() != QLatin1String("accountAction"))
                continue;
            names << action->text() + (action->isChecked() ? QStringLiteral(" (active)") : QString());
            if (!action->isChecked())
                other = action;
        }
        testing::pictures(*menu, QStringLiteral("account-menu"));
        QCOMPARE(names.size(), 2);
        QVERIFY2(names.contains(QStringLiteral("ada@example.com (active)")), qPrintable(names.join(QLatin1Char(' '))));
        QVERIFY(other);
        other->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window.app.space->account() && window.app.space->account()->displayName() == other->text(), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(window.app.space->currentProject(), SandboxFixture::fullProject(), 20'000); // each has its own
        QCOMPARE(window.app.space->knownAccounts().size(), 2);

        window.window->actions()->signOut->trigger();
        QTRY_VERIFY(window.find<QAbstractButton>("knownAccountButton"));
        testing::pictures(*window.window, QStringLiteral("signin-known"));
        QCOMPARE(window.find<QAbstractButton>("knownAccountButton")->text(), QStringLiteral("Continue as ada@example.com"));
        press(window, "knownAccountButton");
        QTRY_VERIFY_WITH_TIMEOUT(window.app.space->account() && window.app.space->account()->displayName() == QStringLiteral("ada@example.com"), 20'000);
    }
};

QTEST_MAIN(SignInWindowTest)
#include "sign_in_window_test.moc"
