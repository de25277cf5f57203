// SPDX-License-Identifier: Apache-2.0
#include "workspace/host_key_change.h"

#include <QTest>

using namespace nimbook;
using namespace nimbook::workspace;
using ssh::HostKey;

namespace {

const HostKey oldEd{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIOld0"};
const HostKey newEd{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAINew0"};
const HostKey oldRsa{QStringLiteral("ssh-rsa"), "AAAAB3NzaC1yc2EAAAADOld0"};
const HostKey newRsa{QStringLiteral("ssh-rsa"), "AAAAB3NzaC1yc2EAAAADNew0"};

HostKeyChange change(QList<HostKey> known, QList<HostKey> vouched, const HostKey &shown)
{
    HostKeyChange change;
    change.machine.ref = {QStringLiteral("lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
    change.machine.id = QStringLiteral("1234567890123456789");
    change.place = QStringLiteral("203.0.113.7 port 22");
    change.known = std::move(known);
    change.vouched = std::move(vouched);
    change.shown = shown;
    return change;
}

const QString pins = QStringLiteral("/home/ada/.local/state/nimbook/ssh/known_hosts");

} // namespace

class HostKeyChangeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trusted_isWhatPinsAndApiAgreeOn()
    {
        QCOMPARE(agreedHostKeys({}, {}), QList<HostKey>());
        QCOMPARE(agreedHostKeys({}, {newEd, newRsa}), (QList<HostKey>{newEd, newRsa}));  // never visited
        QCOMPARE(agreedHostKeys({oldEd}, {}), QList<HostKey>{oldEd});                    // the API says nothing
        QCOMPARE(agreedHostKeys({oldEd, oldRsa}, {oldEd, newRsa}), QList<HostKey>{oldEd});
        QCOMPARE(agreedHostKeys({oldEd}, {newEd}), QList<HostKey>());
    }

    void pins_areReplacedByTheApisOnlyWhereNothingIsContradicted()
    {
        QCOMPARE(hostKeysToPin({}, {newEd}), QList<HostKey>{newEd});
        QCOMPARE(hostKeysToPin({oldEd}, {}), QList<HostKey>{oldEd});
        QCOMPARE(hostKeysToPin({oldEd}, {oldEd, newRsa}), (QList<HostKey>{oldEd, newRsa})); // one more type
        QCOMPARE(hostKeysToPin({oldEd, oldRsa}, {oldEd, newRsa}), (QList<HostKey>{oldEd, oldRsa}));
    }

    void wayOut_onlyWhenTheApiVouchesForTheNewKey_data()
    {
        QTest::addColumn<HostKeyChange>("seen");
        QTest::addColumn<bool>("wayOut");
        QTest::newRow("vouched for") << change({oldEd, oldRsa}, {newEd, newRsa}, newEd) << true;
        QTest::newRow("the API says nothing") << change({oldEd}, {}, newEd) << false;
        QTest::newRow("the API vouches for the old one") << change({oldEd}, {oldEd}, newEd) << false;
        QTest::newRow("the API vouches for a third one") << change({oldRsa}, {newEd}, newRsa) << false;
        QTest::newRow("the pinned one, which the API no longer knows") << change({oldEd}, {newEd}, oldEd) << false;
        QTest::newRow("never visited, not the vouched one") << change({}, {newEd}, oldEd) << false;
    }
    void wayOut_onlyWhenTheApiVouchesForTheNewKey()
    {
        QFETCH(HostKeyChange, seen);
        QTEST(seen.mayBeTrusted(), "wayOut");
    }

    void vouchedChange_namesBothKeysAndWhyTheNewOneIsBelieved()
    {
        const HostKeyChange seen = change({oldRsa, oldEd}, {newEd}, newEd);
        QCOMPARE(seen.before(), oldEd.fingerprint()); // of the same type
        QVERIFY2(seen.text().contains(oldEd.fingerprint()) && seen.text().contains(newEd.fingerprint()), qPrintable(seen.text()));
        QVERIFY(seen.advice().contains(QLatin1String("Google vouches for the new key")));
        QVERIFY(seen.advice().contains(seen.machine.id));
        QCOMPARE(seen.error(pins).kind, ErrorKind::HostKeyMismatch);
        QVERIFY(seen.error(pins).detail.contains(newEd.fingerprint()));
    }

    void changeThatNobodyVouchesFor_saysWhatToCheck_andOffersNothingEasy()
    {
        HostKeyChange seen = change({oldEd}, {}, newEd);
        seen.notAsked = QStringLiteral("HTTP 403");
        const Error error = seen.error(pins);
        QVERIFY2(error.message.contains(oldEd.fingerprint()) && error.message.contains(newEd.fingerprint()), qPrintable(error.message));
        for (const char *word : {"serial port", "another number", "somebody answers in its place", "compute.1234567890123456789"})
            QVERIFY2(error.nextStep.contains(QLatin1String(word)), word);
        QVERIFY(error.nextStep.contains(pins));
        QVERIFY(error.detail.contains(QLatin1String("HTTP 403")));
        QVERIFY(!error.nextStep.contains(QLatin1String("rust the new key")));
    }

    void notTheVouchedKey_namesBoth_andDoesNotSayHowToTrustIt()
    {
        for (const auto &known : {QList<HostKey>{}, QList<HostKey>{newEd}}) {
            const Error error = change(known, {newEd}, oldEd).error(pins);
            QVERIFY2(error.message.contains(oldEd.fingerprint()) && error.message.contains(newEd.fingerprint()), qPrintable(error.message));
            QVERIFY(error.nextStep.contains(QLatin1String("Somebody may be answering in the machine's place")));
            QVERIFY(!error.nextStep.contains(pins));
        }
    }
};

Q_DECLARE_METATYPE(nimbook::workspace::HostKeyChange)
QTEST_GUILESS_MAIN(HostKeyChangeTest)
#include "host_key_change_test.moc"
