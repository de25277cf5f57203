// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>

namespace nimbook::transfer {

/// Keeps a transfer from filling the disk that it writes to. Asks before the first byte, and again while bytes move: after two
/// seconds when there is little to spare, seldom when there is much.
///
/// Nothing is stopped for nothing: what is needed must be a lower bound. Thread: the worker's.
class SpaceWatch : public QObject {
    Q_OBJECT
public:
    using Answer = std::function<void(std::optional<qint64> available)>; ///< bytes; nothing when that cannot be told
    using Ask = std::function<void(Answer)>;
    using Needed = std::function<qint64()>;

    explicit SpaceWatch(QObject *parent = nullptr);

    /// \param needed bytes still to come, at least; looked at with every answer
    /// \param folder where to, for the words
    void begin(Ask ask, Needed needed, const QByteArray &folder);
    void end();

    static std::chrono::milliseconds pauseFor(qint64 spareBytes); ///< until the next question

Q_SIGNALS:
    void fits(); ///< once: bytes may move
    void tooSmall(const nimbook::Error &error); ///< kind NoSpace; nothing is asked any more

private:
    void ask();
    void onAnswer(std::optional<qint64> available);
    Error problem(qint64 needed, qint64 available) const;

    Ask m_ask;
    Needed m_needed;
    QByteArray m_folder;
    bool m_begun = false; ///< bytes move
    bool m_hasTold = false; ///< it is a destination of which that can be told
    QTimer m_pause;
};

/// Nothing has been copied yet, and all of it would not fit.
Error tooLittleSpace(qint64 needed, qint64 available, const QByteArray &folder);

} // namespace nimbook::transfer
