// SPDX-License-Identifier: Apache-2.0
#include "jupyter/container.h"
#include "jupyter/packages_state.h"

#include <QTest>

using namespace nimbook;
using namespace nimbook::jupyter;

class PackagesStateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answerOfTheMachine_isRead()
    {
        const auto state = PackagesState::fromJson(R"({"python": "3.11.2", "image": "a:1", "digest": "", "installed": 3, "added": ["x==1"],
            "wanted": [{"line": "x>=2", "name": "x", "wanted": ">=2", "installed": "1", "state": "other-version"},
                       {"line": "-r more.txt", "name": "", "wanted": "", "installed": "", "state": "unchecked"}],
            "lock": {"recorded": "2026-11-24T20:34:35Z", "reference": "a:1", "digest": "", "driver": "550.54", "cuda": "12.4", "count": 2,
                     "changed": [{"name": "y", "recorded": "3", "installed": ""}], "sameImage": true}})");
        QVERIFY(state);
        QCOMPARE(state->wanted.size(), 2);
        QCOMPARE(state->wanted[0].state, WantedPackage::State::OtherVersion);
        QVERIFY(state->hasLock && !state->lock.isAsRecorded());
        QCOMPARE(state->lock.changed, (QList<LockState::Change>{{QStringLiteral("y"), QStringLiteral("3"), QString()}}));
        QCOMPARE(state->lock.recorded.toUTC().time(), QTime(20, 34, 35));
    }

    void noLock_isNone()
    {
        const auto state = PackagesState::fromJson(R"({"python": "3.11.2", "lock": null})");
        QVERIFY(state && !state->hasLock);
    }

    void somethingElse_isAnError()
    {
        QCOMPARE(PackagesState::fromJson("Traceback").error().kind, ErrorKind::Protocol);
        QCOMPARE(PackagesState::fromJson({}).error().kind, ErrorKind::Protocol);
    }

    void usage_isReadInDockersWords()
    {
        QCOMPARE(usageFromLine(QStringLiteral("usage 12.50% / 310MiB / 15.6GiB / 23")),
                 (ContainerUsage{QStringLiteral("12.50%"), QStringLiteral("310MiB"), QStringLiteral("15.6GiB"), QStringLiteral("23")}));
        QCOMPARE(usageFromLine(QStringLiteral("usage none")), ContainerUsage{});
        QVERIFY(!usageFromLine(QStringLiteral("[I 20:37] something")));
    }
};

QTEST_GUILESS_MAIN(PackagesStateTest)
#include "packages_state_test.moc"
