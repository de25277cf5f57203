// SPDX-License-Identifier: Apache-2.0
#include "ssh/host_key.h"

#include "ssh/host_key_check.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using namespace nimbook::ssh;

class HostKeyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fingerprint_isWhatSshKeygenPrints();
    void pinnedKeys_areReadBackByAnotherStore();
    void pinAgain_replacesOnlyThisMachine();
    void forget_leavesTheOthers();
    void nothingPinned_isEmpty();
    void aliasWithNewline_isRefused();
    void folderCannotBeMade_saysSo();
    void policy_data();
    void policy();
    void trustedTypes_areAskedForFirst();
};

static const HostKey ed25519{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"};
static const HostKey rsa{QStringLiteral("ssh-rsa"), "AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7"};
static const QString one = QStringLiteral("compute.1");
static const QString eleven = QStringLiteral("compute.11"); // begins like the other

void HostKeyTest::fingerprint_isWhatSshKeygenPrints()
{
    QProcess keygen;
    keygen.start(QStringLiteral("ssh-keygen"), {QStringLiteral("-l"), QStringLiteral("-f"), QStringLiteral("-")});
    keygen.write(ed25519.type.toLatin1() + ' ' + ed25519.blob + '\n');
    keygen.closeWriteChannel();
    QVERIFY(keygen.waitForFinished());

    QCOMPARE(ed25519.fingerprint(), QString::fromLatin1(keygen.readAllStandardOutput().split(' ').value(1)));
}

void HostKeyTest::pinnedKeys_areReadBackByAnotherStore()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("made/on/demand/known_hosts"));

    QVERIFY(HostKeyStore(path).pin(one, {ed25519, rsa}));

    QCOMPARE(HostKeyStore(path).keys(one), (QList<HostKey>{ed25519, rsa}));
    QCOMPARE(QFile::permissions(path) & (QFile::ReadOther | QFile::WriteOther | QFile::WriteGroup), QFile::Permissions());
}

void HostKeyTest::pinAgain_replacesOnlyThisMachine()
{
    QTemporaryDir folder;
    HostKeyStore store(folder.filePath(QStringLiteral("known_hosts")));
    QVERIFY(store.pin(one, {ed25519}));
    QVERIFY(store.pin(eleven, {ed25519}));

    QVERIFY(store.pin(one, {rsa}));

    QCOMPARE(store.keys(one), QList<HostKey>{rsa});
    QCOMPARE(store.keys(eleven), QList<HostKey>{ed25519});
}

void HostKeyTest::forget_leavesTheOthers()
{
    QTemporaryDir folder;
    HostKeyStore store(folder.filePath(QStringLiteral("known_hosts")));
    QVERIFY(store.pin(one, {ed25519}));
    QVERIFY(store.pin(eleven, {rsa}));

    QVERIFY(store.forget(one));
    QVERIFY(store.forget(QStringLiteral("compute.never")));

    QVERIFY(store.keys(one).isEmpty());
    QCOMPARE(store.keys(eleven), QList<HostKey>{rsa});
}

void HostKeyTest::nothingPinned_isEmpty()
{
    QTemporaryDir folder;
    QVERIFY(HostKeyStore(folder.filePath(QStringLiteral("none"))).keys(one).isEmpty());
}

void HostKeyTest::aliasWithNewline_isRefused()
{
    QTemporaryDir folder;
    HostKeyStore store(folder.filePath(QStringLiteral("known_hosts")));

    const auto result = store.pin(QStringLiteral("a\ncompute.2 ssh-ed25519"), {ed25519});

    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::InvalidInput);
    QVERIFY(store.keys(QStringLiteral("compute.2")).isEmpty());
}

void HostKeyTest::folderCannotBeMade_saysSo()
{
    QTemporaryDir folder;
    QFile blocker(folder.filePath(QStringLiteral("file")));
    QVERIFY(blocker.open(QIODevice::WriteOnly)); // a file where a folder is needed stops root as well

    const auto result = HostKeyStore(folder.filePath(QStringLiteral("file/known_hosts"))).pin(one, {ed25519});

    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::FileSystem);
}

void HostKeyTest::policy_data()
{
    QTest::addColumn<bool>("known");
    QTest::addColumn<bool>("same");
    QTest::addColumn<bool>("acceptUnknown");
    QTest::addColumn<bool>("allowed");

    QTest::newRow("known and the same") << true << true << false << true;
    QTest::newRow("known and another") << true << false << false << false;
    QTest::newRow("known and another, acceptUnknown") << true << false << true << false;
    QTest::newRow("unknown") << false << false << false << false;
    QTest::newRow("unknown, accepted") << false << false << true << true;
}

void HostKeyTest::policy()
{
    QFETCH(bool, known);
    QFETCH(bool, same);
    QFETCH(bool, acceptUnknown);
    QFETCH(bool, allowed);
    ConnectionSettings settings;
    settings.hostKeys.acceptUnknown = acceptUnknown;
    if (known)
        settings.hostKeys.trusted = {same ? ed25519 : rsa};

    const auto verdict = checkHostKey(settings, ed25519);

    QCOMPARE(verdict.has_value(), allowed);
    if (!allowed)
        QCOMPARE(verdict.error().kind, ErrorKind::HostKeyMismatch);
}

void HostKeyTest::trustedTypes_areAskedForFirst()
{
    HostKeyPolicy policy;
    policy.trusted = {rsa};
    const QStringList names = hostKeyAlgorithms(policy).split(u',');

    QCOMPARE(names.mid(0, 3), (QStringList{QStringLiteral("rsa-sha2-512"), QStringLiteral("rsa-sha2-256"), QStringLiteral("ssh-ed25519")}));
    QVERIFY(!names.contains(QStringLiteral("ssh-rsa"))); // SHA-1
    QCOMPARE(hostKeyAlgorithms({}).split(u',').first(), QStringLiteral("ssh-ed25519"));
}

QTEST_GUILESS_MAIN(HostKeyTest)
#include "host_key_test.moc"
