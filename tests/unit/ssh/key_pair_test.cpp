// SPDX-License-Identifier: Apache-2.0
#include "ssh/key_pair.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using namespace nimbook::ssh;

class KeyPairTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noKeyYet_makesOneThatOpenSshReads();
    void secondCall_givesTheSameKey();
    void keyMadeBySshKeygen_isTaken();
    void tooOpenMode_isNarrowed();
    void damagedFile_isLeftAloneAndNamed();
    void keyWithPassphrase_isRefusedWithoutAsking();
    void folderCannotBeMade_saysSo();
};

static QByteArray keygen(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral("ssh-keygen"), arguments);
    process.waitForFinished(20'000);
    return process.readAllStandardOutput().trimmed();
}

static constexpr QFile::Permissions ownerOnly
    = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

void KeyPairTest::noKeyYet_makesOneThatOpenSshReads()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("keys/id_nimbook"));

    const auto pair = ensureKeyPair(path);

    QVERIFY2(pair.has_value(), pair ? "" : qPrintable(pair.error().message));
    QCOMPARE(QFile::permissions(path), ownerOnly);
    QVERIFY(pair->publicKey.startsWith("ssh-ed25519 AAAA"));
    QCOMPARE(keygen({QStringLiteral("-y"), QStringLiteral("-P"), QString(), QStringLiteral("-f"), path}), pair->publicKey);
    QCOMPARE(QDir(folder.filePath(QStringLiteral("keys"))).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             (QStringList{QStringLiteral("id_nimbook"), QStringLiteral("id_nimbook.pub")}));
}

void KeyPairTest::secondCall_givesTheSameKey()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("id_nimbook"));
    const QByteArray first = ensureKeyPair(path).value().publicKey;

    QCOMPARE(ensureKeyPair(path).value().publicKey, first);
}

void KeyPairTest::keyMadeBySshKeygen_isTaken()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("theirs"));
    keygen({QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"), QString(),
            QStringLiteral("-C"), QString(), QStringLiteral("-f"), path});
    QFile publicHalf(path + QStringLiteral(".pub"));
    QVERIFY(publicHalf.open(QIODevice::ReadOnly));

    QCOMPARE(ensureKeyPair(path).value().publicKey, publicHalf.readAll().trimmed());
}

void KeyPairTest::tooOpenMode_isNarrowed()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("id_nimbook"));
    QVERIFY(ensureKeyPair(path));
    QVERIFY(QFile::setPermissions(path, ownerOnly | QFile::ReadGroup | QFile::ReadOther));

    QVERIFY(ensureKeyPair(path));

    QCOMPARE(QFile::permissions(path), ownerOnly);
}

void KeyPairTest::damagedFile_isLeftAloneAndNamed()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("id_nimbook")));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write("not a key\n");
    file.flush();

    const auto pair = ensureKeyPair(file.fileName());

    QVERIFY(!pair);
    QCOMPARE(pair.error().kind, ErrorKind::FileSystem);
    QVERIFY(pair.error().message.contains(file.fileName()));
    file.seek(0);
    QCOMPARE(file.readAll(), QByteArray("not a key\n"));
}

void KeyPairTest::keyWithPassphrase_isRefusedWithoutAsking()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("locked"));
    keygen({QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"), QStringLiteral("secret"),
            QStringLiteral("-f"), path});

    const auto pair = ensureKeyPair(path);

    QVERIFY(!pair);
    QVERIFY(pair.error().message.contains(QStringLiteral("passphrase")));
}

void KeyPairTest::folderCannotBeMade_saysSo()
{
    QTemporaryDir folder;
    QFile blocker(folder.filePath(QStringLiteral("file")));
    QVERIFY(blocker.open(QIODevice::WriteOnly));

    const auto pair = ensureKeyPair(folder.filePath(QStringLiteral("file/id_nimbook")));

    QVERIFY(!pair);
    QCOMPARE(pair.error().kind, ErrorKind::FileSystem);
}

QTEST_GUILESS_MAIN(KeyPairTest)
#include "key_pair_test.moc"
