// SPDX-License-Identifier: Apache-2.0
#include "transfer/space_watch.h"

#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using transfer::SpaceWatch;
using namespace std::chrono_literals;

class SpaceWatchTest : public QObject {
    Q_OBJECT

    SpaceWatch m_watch;
    QList<SpaceWatch::Answer> m_asked;
    qint64 m_needed = 0;

    void begin(qint64 needed)
    {
        m_needed = needed;
        m_asked.clear();
        m_watch.begin([this](SpaceWatch::Answer then) { m_asked.append(std::move(then)); }, [this] { return m_needed; }, "/data");
    }

private Q_SLOTS:
    void tooLittleAtFirst_saysThatNothingWasCopied()
    {
        QSignalSpy fits(&m_watch, &SpaceWatch::fits);
        QSignalSpy small(&m_watch, &SpaceWatch::tooSmall);
        begin(1000);
        QCOMPARE(fits.count(), 0); // before the answer
        m_asked.takeFirst()(999);
        QCOMPARE(fits.count(), 0);
        const auto error = small.value(0).value(0).value<Error>();
        QCOMPARE(error.kind, ErrorKind::NoSpace);
        QVERIFY(error.message.contains(QStringLiteral("Nothing was copied")) && error.message.contains(QStringLiteral("/data")));
    }

    void justEnough_fits_andIsAskedAgain_untilItIsNot()
    {
        QSignalSpy fits(&m_watch, &SpaceWatch::fits);
        QSignalSpy small(&m_watch, &SpaceWatch::tooSmall);
        begin(1000);
        m_asked.takeFirst()(1000);
        QCOMPARE(fits.count(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_asked.size(), 1, 20'000);
        m_needed = 400; // some have arrived
        m_asked.takeFirst()(390);
        QCOMPARE(fits.count(), 1);
        QCOMPARE(small.count(), 1);
        QVERIFY(small[0][0].value<Error>().message.contains(QStringLiteral("Stopped before")));
    }

    void oneQuestionWithoutAnAnswer_doesNotEndTheWatch()
    {
        QSignalSpy small(&m_watch, &SpaceWatch::tooSmall);
        begin(1000);
        m_asked.takeFirst()(1000);
        QTRY_COMPARE_WITH_TIMEOUT(m_asked.size(), 1, 20'000);
        m_asked.takeFirst()(std::nullopt);
        QTRY_COMPARE_WITH_TIMEOUT(m_asked.size(), 1, 20'000);
        m_asked.takeFirst()(10);
        QCOMPARE(small.count(), 1);
    }

    void noAnswerToBeHad_fits()
    {
        QSignalSpy fits(&m_watch, &SpaceWatch::fits);
        begin(1000);
        m_asked.takeFirst()(std::nullopt);
        QCOMPARE(fits.count(), 1);
    }

    void answerAfterTheEnd_isDropped()
    {
        QSignalSpy fits(&m_watch, &SpaceWatch::fits);
        QSignalSpy small(&m_watch, &SpaceWatch::tooSmall);
        begin(1000);
        m_watch.end();
        m_asked.takeFirst()(1);
        QCOMPARE(fits.count() + small.count(), 0);
    }

    void lessToSpare_isAskedAboutMoreOften()
    {
        QCOMPARE(SpaceWatch::pauseFor(0), 2000ms);
        QCOMPARE(SpaceWatch::pauseFor(10'000'000'000), 10'000ms);
        QCOMPARE(SpaceWatch::pauseFor(5'000'000'000'000), 60'000ms);
    }
};

QTEST_GUILESS_MAIN(SpaceWatchTest)
#include "space_watch_test.moc"
