// SPDX-License-Identifier: Apache-2.0
#include "transfer/space_watch.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"

#include <QLocale>
#include <QPointer>

#include <algorithm>
#include <chrono>

namespace nimbook::transfer {
namespace {
constexpr std::chrono::milliseconds shortestPause{2000}; // each question costs a far machine a round trip
constexpr std::chrono::milliseconds longestPause{60'000};
constexpr qint64 fastestFilling = 1'000'000; // bytes in a millisecond: what a notebook on a local SSD may write beside us
}

SpaceWatch::SpaceWatch(QObject *parent) : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.callOnTimeout(this, &SpaceWatch::ask);
}

std::chrono::milliseconds SpaceWatch::pauseFor(qint64 spareBytes)
{
    return std::clamp(std::chrono::milliseconds(spareBytes / fastestFilling), shortestPause, longestPause);
}

void SpaceWatch::begin(Ask ask, Needed needed, const QByteArray &folder)
{
    m_ask = std::move(ask);
    m_needed = std::move(needed);
    m_folder = folder;
    m_begun = false;
    m_hasTold = false;
    this->ask();
}

void SpaceWatch::end()
{
    m_pause.stop();
    m_ask = nullptr;
}

void SpaceWatch::ask()
{
    if (!m_ask)
        return;
    m_ask([this, guard = QPointer(this)](std::optional<qint64> available) {
        if (guard && m_ask)
            onAnswer(available);
    });
}

void SpaceWatch::onAnswer(std::optional<qint64> available)
{
    const qint64 needed = m_needed();
    if (available && needed > *available) {
        const Error error = problem(needed, *available);
        end();
        Q_EMIT tooSmall(error);
        return;
    }
    // A question that failed once is no reason to look away for good.
    m_hasTold = m_hasTold || available;
    m_pause.start(available ? pauseFor(*available - needed) : m_hasTold ? shortestPause : longestPause);
    if (!std::exchange(m_begun, true))
        Q_EMIT fits();
}

Error SpaceWatch::problem(qint64 needed, qint64 available) const
{
    if (!m_begun)
        return tooLittleSpace(needed, available, m_folder);
    const QLocale locale;
    const QString message = transferText("Stopped before the disk that holds \"%2\" is full: %1 are still to come, and it has %3 left.");
    return Error{ErrorKind::NoSpace, message.arg(locale.formattedDataSize(needed), shownPath(m_folder), locale.formattedDataSize(available)),
                 transferText("Delete what is not needed, or enlarge the disk; then try again. What has arrived of large files is kept for that."), {}, {}};
}

Error tooLittleSpace(qint64 needed, qint64 available, const QByteArray &folder)
{
    const QLocale locale;
    return Error{ErrorKind::NoSpace,
                 transferText("Nothing was copied: %1 are needed, and the disk that holds \"%2\" has %3 left.")
                     .arg(locale.formattedDataSize(needed), shownPath(folder), locale.formattedDataSize(available)),
                 transferText("Delete what is not needed, or enlarge the disk; then try again."), {}, {}};
}

} // namespace nimbook::transfer
