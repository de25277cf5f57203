// SPDX-License-Identifier: Apache-2.0
// The sign-in in the browser from end to end: a real authorization server, the real loopback redirect, and where there is one a real
// Secret Service. Only the pages are read by a program instead of a person.
#include "oidc_provider.h"

#include "auth/credential_file.h"
#include "net/network_transport.h"
#include "support/finish.h"
#include "support/raw_http_server.h"
#include "workspace/workspace.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTemporaryDir>

using namespace nimbook;
using namespace nimbook::testing;
using workspace::Workspace;

namespace {

/// A person with a browser of their own: cookies, redirects, two forms.
class Person {
public:
    explicit Person(QString login) : m_login(std::move(login)) { m_network.setProxy(QNetworkProxy::NoProxy); }

    /// Opens \a page, logs in, consents; returns what the browser shows at the end.
    QByteArray signIn(const QUrl &page)
    {
        QUrl at = page;
        QByteArray shown = load(m_network.get(QNetworkRequest(page)), at);
        if (shown.contains("name=\"login\""))
            shown = submit(at, "prompt=login&password=x&login=" + m_login.toLatin1());
        if (shown.contains("value=\"consent\""))
            shown = submit(at, "prompt=consent");
        return shown;
    }

private:
    QByteArray submit(QUrl &at, const QByteArray &form)
    {
        QNetworkRequest request(at);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
        return load(m_network.post(request, form), at);
    }
    static QByteArray load(QNetworkReply *reply, QUrl &at)
    {
        const std::unique_ptr<QNetworkReply> owned(reply);
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, 60'000))
            return "the page did not load";
        at = reply->url();
        return reply->readAll();
    }

    QString m_login;
    QNetworkAccessManager m_network;
};

QByteArray post(const QUrl &url, const QByteArray &form)
{
    QNetworkAccessManager network;
    network.setProxy(QNetworkProxy::NoProxy);
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
    const std::unique_ptr<QNetworkReply> reply(network.post(request, form));
    return QTest::qWaitFor([&] { return reply->isFinished(); }, 60'000) ? reply->readAll() : QByteArray();
}

bool ends(Job *job)
{
    const QPointer<Job> watched(job);
    bool done = false;
    QObject::connect(job, &Job::finished, job, [&done] { done = true; });
    return QTest::qWaitFor([&] { return done || !watched; }, 90'000);
}

} // namespace

class BrowserDoorTest : public QObject {
    Q_OBJECT

    OidcProvider m_provider;
    std::unique_ptr<RawHttpServer> m_google; ///< answers what the window asks first
    QByteArrayList m_bearers;

    QTemporaryDir m_folder;
    net::NetworkTransport m_transport;
    std::unique_ptr<auth::SecretStore> m_secrets;
    std::unique_ptr<workspace::Settings> m_settings;
    std::unique_ptr<Workspace> m_space;
    Error m_lastError;

    auth::OAuthClient client(const QString &id = QStringLiteral("nimbook-desktop")) const
    {
        auth::OAuthClient client;
        client.id = id;
        client.authUri = m_provider.at(QStringLiteral("/auth"));
        client.tokenUri = m_provider.at(QStringLiteral("/token"));
        client.revokeUri = m_provider.at(QStringLiteral("/token/revocation"));
        return client;
    }

    void openApp()
    {
        m_space.reset();
        m_secrets = auth::makeKeychainStore(QStringLiteral("nimbook-test"));
        m_settings = std::make_unique<workspace::Settings>(m_folder.filePath(QStringLiteral("nimbook.conf")));
        workspace::Directories directories{m_folder.path(), m_folder.path(), m_folder.path()};
        m_space = std::make_unique<Workspace>(workspace::Collaborators{m_transport, *m_secrets, *m_settings, directories,
                                                                       workspace::Catalogue::load().value(), QString()});
        m_space->setHoldsCalls(true);
    }

    /// Starts with \a begin and plays \a login in the browser; the page that is shown at the end.
    template<typename Begin>
    QByteArray throughTheBrowser(const QString &login, Begin begin, Job::State expected = Job::State::Succeeded)
    {
        QSignalSpy wanted(m_space.get(), &Workspace::browserWanted);
        Job *job = begin();
        Job::State state = Job::State::NotStarted;
        connect(job, &Job::finished, this, [&, job] {
            state = job->state();
            m_lastError = job->error();
        });
        if (!QTest::qWaitFor([&] { return !wanted.isEmpty(); }, 10'000))
            return "no browser was wanted";
        const QByteArray shown = Person(login).signIn(wanted.first().first().toUrl());
        if (!QTest::qWaitFor([&] { return state != Job::State::NotStarted; }, 60'000))
            return "the sign-in did not end; the browser shows " + shown;
        return state == expected ? shown : "unexpected end: " + m_lastError.message.toUtf8() + " | " + m_lastError.detail.toUtf8();
    }
    QByteArray signIn(const QString &login)
    {
        return throughTheBrowser(login, [this] { return m_space->signInWithBrowser(client()); });
    }
    /// What the store holds for the account; empty: nothing.
    QByteArray kept(const QString &key)
    {
        const auto secret = resultOf(m_secrets->read(key, nullptr));
        return secret ? secret->reveal() : QByteArray();
    }
    QByteArray keptRefreshToken(const QString &key) { return auth::CredentialFile::parse(kept(key), QStringLiteral("kept"))->refreshToken.reveal(); }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = m_provider.start(); !problem.isEmpty())
            QSKIP(qPrintable(problem));
        m_google = std::make_unique<RawHttpServer>([this](QTcpSocket &socket, const QByteArray &request) {
            static const QByteArray mark = "\r\nauthorization: bearer ";
            const qsizetype at = request.toLower().indexOf(mark);
            m_bearers.append(request.mid(at + mark.size(), request.indexOf('\r', at + mark.size()) - at - mark.size()));
            const bool projects = request.contains("projects:search");
            socket.write(RawHttpServer::answer("200 OK", projects ? R"({"projects":[{"projectId":"vision-lab","displayName":"Vision lab","state":"ACTIVE"}]})" : "{}",
                                               "Content-Type: application/json\r\n"));
        });
        qputenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", m_google->url(QStringLiteral("/compute/v1/")).toEncoded());
        qputenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER", m_google->url().toEncoded());
        openApp();
    }
    void cleanupTestCase() { m_space.reset(); }

    void signIn_leadsToTheProjects()
    {
        const QByteArray shown = signIn(QStringLiteral("ada"));
        QVERIFY2(shown.contains("You are signed in"), shown);
        QVERIFY(m_space->account());
        QCOMPARE(m_space->account()->displayName(), QStringLiteral("ada@example.com"));
        QCOMPARE(m_space->account()->kind(), workspace::Account::Kind::Browser);
        QCOMPARE(m_space->projects().size(), 1);
        QVERIFY(!m_bearers.isEmpty() && m_bearers.last().size() > 20);
        QTRY_VERIFY(!kept(QStringLiteral("account/ada@example.com")).isEmpty());
        QFile settings(m_folder.filePath(QStringLiteral("nimbook.conf")));
        m_settings->raw().sync();
        QVERIFY(settings.open(QIODevice::ReadOnly));
        QVERIFY2(!settings.readAll().contains(keptRefreshToken(QStringLiteral("account/ada@example.com"))), "secrets rest in the keyring only");
    }

    void nextStart_findsTheSignInAndTheClient()
    {
        QVERIFY(m_space && m_space->account());
        if (!m_secrets->isPersistent())
            QSKIP("there is no Secret Service here: sign-ins end with the program");
        openApp();
        QVERIFY(ends(m_space->restoreSignIn()));
        QVERIFY(m_space->account());
        QCOMPARE(m_space->account()->displayName(), QStringLiteral("ada@example.com"));
        auto *found = m_space->findOAuthClient();
        QString id;
        connect(found, &Job::finished, this, [&id, found] { id = found->result() ? found->result()->id : QStringLiteral("none"); });
        QTRY_COMPARE(id, QStringLiteral("nimbook-desktop"));
    }

    void secondAccount_restsBesideTheFirst()
    {
        QVERIFY(m_space && m_space->account());
        const QByteArray shown = signIn(QStringLiteral("mila"));
        QVERIFY2(shown.contains("You are signed in"), shown);
        QCOMPARE(m_space->account()->displayName(), QStringLiteral("mila@example.com"));
        QCOMPARE(m_space->knownAccounts().size(), 2);
        QVERIFY(ends(m_space->switchAccount(QStringLiteral("account/ada@example.com"))));
        QCOMPARE(m_space->account()->displayName(), QStringLiteral("ada@example.com"));
        QCOMPARE(m_space->knownAccounts().constFirst().name, QStringLiteral("ada@example.com")); // the list does not jump
    }

    void withdrawnElsewhere_callsWaitForTheNextSignIn()
    {
        QVERIFY(m_space && m_space->account());
        const QString key = m_space->account()->key();
        post(client().revokeUri, "client_id=nimbook-desktop&token=" + keptRefreshToken(key));
        QSignalSpy needed(m_space.get(), &Workspace::signInNeeded);
        const QPointer<Job> held(m_space->refreshProjects());
        QTRY_COMPARE_WITH_TIMEOUT(needed.size(), 1, 60'000);
        QVERIFY2(m_space->signInProblem()->message.contains(QLatin1String("sign in")), qPrintable(m_space->signInProblem()->message));
        QVERIFY(held && held->isRunning());
        QVERIFY(m_space->account());

        // Somebody else signs in: what waits is not theirs.
        const QByteArray wrong = throughTheBrowser(QStringLiteral("mila"), [this] { return m_space->signInAgain(); }, Job::State::Failed);
        QVERIFY2(wrong.contains("You are signed in"), wrong);
        QVERIFY2(m_lastError.message.contains(QLatin1String("mila@example.com")), qPrintable(m_lastError.message));
        QVERIFY(held && held->isRunning());

        QSignalSpy again(m_space.get(), &Workspace::signedInAgain);
        const qsizetype asked = m_google->requests.size();
        const QByteArray shown = throughTheBrowser(QStringLiteral("ada"), [this] { return m_space->signInAgain(); });
        QVERIFY2(shown.contains("You are signed in"), shown);
        QCOMPARE(again.size(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(!held, 60'000); // it forgets itself when it is done
        QVERIFY(m_google->requests.size() > asked);
        QVERIFY(!m_space->signInProblem());
    }

    void signOut_withdrawsAndForgets()
    {
        QVERIFY(m_space && m_space->account());
        const QString key = m_space->account()->key();
        const QByteArray token = keptRefreshToken(key);
        QVERIFY(post(client().tokenUri, "grant_type=refresh_token&client_id=nimbook-desktop&refresh_token=" + token).contains("access_token"));
        m_space->signOut();
        QVERIFY(!m_space->account());
        QTRY_VERIFY_WITH_TIMEOUT(kept(key).isEmpty(), 60'000);
        QVERIFY(post(client().tokenUri, "grant_type=refresh_token&client_id=nimbook-desktop&refresh_token=" + token).contains("invalid_grant"));
        QCOMPARE(m_space->knownAccounts().size(), 1); // the other one stays
    }

    void clientThatMayNotAskForTheCloud_isSaid()
    {
        const QByteArray shown = throughTheBrowser(QStringLiteral("ada"), [this] { return m_space->signInWithBrowser(client(QStringLiteral("without-cloud"))); },
                                                   Job::State::Failed);
        QVERIFY2(shown.contains("did not work"), shown);
        QVERIFY2(m_lastError.message.contains(QLatin1String("may not ask for access")), qPrintable(m_lastError.message + m_lastError.detail));
    }
};

/// Runs once more inside a session bus of its own with gnome-keyring, where both are installed.
int main(int argc, char **argv)
{
    qputenv("no_proxy", "127.0.0.1,localhost");
    QCoreApplication application(argc, argv);
    const bool canHaveKeyring = !QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty()
        && !QStandardPaths::findExecutable(QStringLiteral("dbus-run-session")).isEmpty();
    if (canHaveKeyring && qEnvironmentVariableIsEmpty("NIMBOOK_INSIDE_BUS")) {
        QTemporaryDir home;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NIMBOOK_INSIDE_BUS"), QStringLiteral("keyring"));
        for (const char *variable : {"XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HOME"})
            environment.insert(QLatin1String(variable), home.path());
        environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
        QProcess inside;
        inside.setProcessEnvironment(environment);
        inside.setProcessChannelMode(QProcess::ForwardedChannels);
        QStringList arguments{QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"),
                              QStringLiteral("printf test | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null; exec \"$0\" \"$@\"")};
        inside.start(QStringLiteral("dbus-run-session"), arguments + application.arguments());
        if (inside.waitForStarted(90'000)) {
            const bool ended = inside.waitForFinished(260'000);
            if (!ended)
                qWarning("the test on its own session bus did not end");
            return ended && inside.exitStatus() == QProcess::NormalExit ? inside.exitCode() : 1;
        }
    }
    BrowserDoorTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "browser_door_test.moc"
