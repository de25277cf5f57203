// SPDX-License-Identifier: Apache-2.0
#include "ssh/agent_keys.h"
#include "ssh/key_pair.h"
#include "ssh/session.h"
#include "support/finish.h"
#include "support/sshd_fixture.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>

using namespace nimbook;
using namespace nimbook::ssh;
using testing::SshdFixture;

/// The key of the person's own: a file, or a real ssh-agent's.
class SshKeyChoiceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
        m_agent.start(QStringLiteral("ssh-agent"), {QStringLiteral("-D"), QStringLiteral("-a"), socket()});
        QVERIFY(m_agent.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(socket()), 10'000);
    }
    void cleanupTestCase()
    {
        m_agent.kill();
        m_agent.waitForFinished();
    }

    void ownFile_isReadAndLeftAsItIs()
    {
        const QString path = m_folder.filePath(QStringLiteral("id"));
        QVERIFY(QFile::copy(m_sshd.privateKeyPath(), path));
        QFile::setPermissions(path, QFile::ReadOwner);
        const auto before = QFileInfo(path).permissions();
        const auto pair = keyPairFor({KeyChoice::Kind::File, path});
        QVERIFY2(pair, pair ? "" : qPrintable(pair.error().message));
        QVERIFY(pair->publicKey.startsWith("ssh-ed25519 "));
        QCOMPARE(QFileInfo(path).permissions(), before);
        QVERIFY(!QFileInfo::exists(path + QStringLiteral(".pub")));
    }

    void ownFileIsMissing_noneIsMadeInItsPlace()
    {
        const QString path = m_folder.filePath(QStringLiteral("absent"));
        const auto pair = keyPairFor({KeyChoice::Kind::File, path});
        QVERIFY(!pair);
        QCOMPARE(pair.error().kind, ErrorKind::NotFound);
        QVERIFY(pair.error().message.contains(path));
        QVERIFY(!QFileInfo::exists(path));
    }

    void fileThatIsNoUsableKey_saysWhatItIs_data()
    {
        QTest::addColumn<QByteArray>("content"); // empty: made by ssh-keygen with a passphrase
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("nextStep");
        QTest::newRow("passphrase") << QByteArray() << "RFC4716" << "passphrase" << "ssh-add";
        QTest::newRow("passphrase, PEM") << QByteArray() << "PEM" << "passphrase" << "ssh-add";
        QTest::newRow("public half") << QByteArray("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey ada@desk\n") << "" << "public half" << ".pub";
        QTest::newRow("PuTTY") << QByteArray("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n") << "" << "PuTTY" << "puttygen";
        QTest::newRow("notes") << QByteArray("bread, milk\n") << "" << "not a private SSH key" << "Choose another key";
        QTest::newRow("damaged") << QByteArray("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n") << "" << "not a private SSH key" << "Choose another key";
    }
    void fileThatIsNoUsableKey_saysWhatItIs()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, format);
        QFETCH(QString, message);
        QFETCH(QString, nextStep);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("id"));
        if (content.isEmpty()) {
            QProcess keygen;
            const QString type = format == QLatin1String("PEM") ? QStringLiteral("ecdsa") : QStringLiteral("ed25519");
            keygen.start(QStringLiteral("ssh-keygen"), {QStringLiteral("-q"), QStringLiteral("-t"), type, QStringLiteral("-m"), format,
                                                        QStringLiteral("-N"), QStringLiteral("secret"), QStringLiteral("-f"), path});
            QVERIFY(keygen.waitForFinished(20'000));
        } else {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        const auto pair = keyPairFor({KeyChoice::Kind::File, path});
        QVERIFY(!pair);
        QCOMPARE(pair.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(pair.error().message.contains(path) && pair.error().message.contains(message), qPrintable(pair.error().message));
        QVERIFY2(pair.error().nextStep.contains(nextStep), qPrintable(pair.error().nextStep));
    }

    void folderInsteadOfAFile_isSaid()
    {
        const auto pair = keyPairFor({KeyChoice::Kind::File, m_folder.path()});
        QVERIFY(!pair);
        QVERIFY2(pair.error().message.contains(QLatin1String("not a private SSH key")), qPrintable(pair.error().message));
    }

    void noAgent_isSaid()
    {
        const auto key = preferredAgentKey(m_folder.filePath(QStringLiteral("nobody")));
        QVERIFY(!key);
        QCOMPARE(key.error().kind, ErrorKind::NotFound);
        QVERIFY(key.error().nextStep.contains(QLatin1String("ssh-add")));
    }

    void agentWithoutKeys_isSaid()
    {
        const auto key = preferredAgentKey(socket());
        QVERIFY(!key);
        QVERIFY2(key.error().message.contains(QLatin1String("no key")), qPrintable(key.error().message));
    }

    void agentsKey_isFoundAndLogsIn()
    {
        QProcess add;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SSH_AUTH_SOCK"), socket());
        add.setProcessEnvironment(environment);
        add.start(QStringLiteral("ssh-add"), {m_sshd.privateKeyPath()});
        QVERIFY(add.waitForFinished(20'000));
        QVERIFY2(add.exitCode() == 0, add.readAllStandardError().constData());

        qputenv("SSH_AUTH_SOCK", socket().toUtf8());
        const auto pair = keyPairFor({KeyChoice::Kind::Agent, {}});
        QVERIFY2(pair, pair ? "" : qPrintable(pair.error().message));
        QCOMPARE(pair->publicKey, keyPairFor({KeyChoice::Kind::File, m_sshd.privateKeyPath()})->publicKey);

        ConnectionSettings settings = m_sshd.settings();
        settings.privateKeyPath.clear();
        settings.useAgent = true;
        Session session(settings);
        const auto opened = testing::resultOf(session.open(nullptr));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        qunsetenv("SSH_AUTH_SOCK");
    }

    void agentsAnswer_cutShort_givesWhatIsWhole()
    {
        const QByteArray key = QByteArray::fromHex("0000000b") + "ssh-ed25519" + QByteArray::fromHex("00000001") + "k";
        const QByteArray entry = QByteArray::fromHex("00000014") + key + QByteArray::fromHex("00000002") + "me";
        const QByteArray answer = QByteArray::fromHex("0c00000002") + entry + entry;
        QCOMPARE(keysInAgentAnswer(answer).size(), 2);
        QCOMPARE(keysInAgentAnswer(answer).constFirst(), "ssh-ed25519 " + key.toBase64());
        for (qsizetype size = 0; size < answer.size(); ++size)
            QVERIFY(keysInAgentAnswer(answer.left(size)).size() <= 2);
        QCOMPARE(keysInAgentAnswer(answer.left(5 + entry.size())).size(), 1);
        QCOMPARE(keysInAgentAnswer(QByteArray::fromHex("0cffffffff")).size(), 0);
        QCOMPARE(keysInAgentAnswer(QByteArray::fromHex("05")).size(), 0);
    }

private:
    QString socket() const { return m_folder.filePath(QStringLiteral("agent.sock")); }

    QTemporaryDir m_folder;
    SshdFixture m_sshd;
    QProcess m_agent;
};

QTEST_GUILESS_MAIN(SshKeyChoiceTest)
#include "ssh_key_choice_test.moc"
