// SPDX-License-Identifier: Apache-2.0
#include "auth/access_token_file.h"
#include "auth/gcloud_environment.h"
#include "tests/support/finish.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using namespace nimbook::auth;
using nimbook::testing::resultOf;

class AccessTokenFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_source = makeAccessTokenFile(path(), QStringLiteral("ada@example.com"));
    }

    void token_isReadWithoutItsNewline()
    {
        write("ya29.one\n");
        QCOMPARE(resultOf(m_source->accessToken(nullptr)).value(), Secret("ya29.one"));
        QCOMPARE(m_source->account(), QStringLiteral("ada@example.com"));
    }

    void tokenWrittenAnew_isTakenAtOnce()
    {
        write("ya29.one\n");
        QVERIFY(resultOf(m_source->accessToken(nullptr)));
        write("ya29.two\n");
        QCOMPARE(resultOf(m_source->accessToken(nullptr)).value(), Secret("ya29.two"));
    }

    void refusedToken_isNotSentAgainUntilTheFileChanges()
    {
        write("ya29.one\n");
        m_source->invalidate(Secret("ya29.one"));
        const auto stale = resultOf(m_source->accessToken(nullptr));
        QCOMPARE(stale.error().kind, ErrorKind::NotSignedIn);
        QVERIFY2(stale.error().message.contains(QLatin1String("expired")), qPrintable(stale.error().message));
        write("ya29.two\n");
        QCOMPARE(resultOf(m_source->accessToken(nullptr)).value(), Secret("ya29.two"));
    }

    void uselessFile_isNamedAndNeverQuoted_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray("\n");
        QTest::newRow("two tokens") << QByteArray("ya29.one\nya29.two\n");
        QTest::newRow("a header would follow") << QByteArray("ya29.one\r\nX-Evil: 1");
        QTest::newRow("not text") << QByteArray("\xff\xfe\x01ya29", 7);
        QTest::newRow("a credential file") << QByteArray("{\"type\": \"authorized_user\"}");
        QTest::newRow("far too long") << QByteArray(20'000, 'y');
    }
    void uselessFile_isNamedAndNeverQuoted()
    {
        QFETCH(QByteArray, content);
        write(content);
        const auto token = resultOf(m_source->accessToken(nullptr));
        QCOMPARE(token.error().kind, ErrorKind::NotSignedIn);
        QVERIFY(token.error().message.contains(path()));
        QVERIFY(!token.error().message.contains(QLatin1String("ya29")) && !token.error().detail.contains(QLatin1String("ya29")));
        QVERIFY(!token.error().nextStep.isEmpty());
    }

    void missingFile_saysSo()
    {
        const auto token = resultOf(m_source->accessToken(nullptr));
        QCOMPARE(token.error().kind, ErrorKind::NotSignedIn);
        QVERIFY(token.error().message.contains(path()));
    }

    void environment_namesProjects()
    {
        for (const char *name : {"CLOUDSDK_CORE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_BILLING_QUOTA_PROJECT",
                                 "GOOGLE_CLOUD_QUOTA_PROJECT"})
            qunsetenv(name);
        QCOMPARE(projectFromEnvironment(), QString());
        qputenv("GCLOUD_PROJECT", "third");
        QCOMPARE(projectFromEnvironment(), QStringLiteral("third"));
        qputenv("GOOGLE_CLOUD_PROJECT", "second");
        QCOMPARE(projectFromEnvironment(), QStringLiteral("second"));
        qputenv("CLOUDSDK_CORE_PROJECT", "first");
        QCOMPARE(projectFromEnvironment(), QStringLiteral("first"));
        qputenv("GOOGLE_CLOUD_QUOTA_PROJECT", "payer");
        QCOMPARE(quotaProjectFromEnvironment(), QStringLiteral("payer"));
        qputenv("CLOUDSDK_BILLING_QUOTA_PROJECT", "CURRENT_PROJECT");
        QCOMPARE(quotaProjectFromEnvironment(), QString());
    }

private:
    QString path() const { return m_folder->filePath(QStringLiteral("token")); }
    void write(const QByteArray &content)
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<net::TokenSource> m_source;
};

QTEST_GUILESS_MAIN(AccessTokenFileTest)
#include "access_token_file_test.moc"
