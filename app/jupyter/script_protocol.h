// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <variant>

namespace nimbook::jupyter {

struct StepLine { QString name; };
struct ProgressLine { qint64 done = 0; qint64 total = -1; QString unit; };
struct ResultLine { QString key; QString value; };
struct ErrorLine { QString code; QString text; };
struct LogLine { QString text; };
using ScriptLine = std::variant<StepLine, ProgressLine, ResultLine, ErrorLine, LogLine>;

/// What one line of a remote script's output says. A line that claims the protocol and does not follow it is log.
ScriptLine parseScriptLine(const QString &line);

/// Cuts a stream into whole lines, however it arrives: CRLF, a UTF-8 character in two pieces, a bar redrawn with bare carriage
/// returns (its last state counts).
class LineSplitter {
public:
    QList<QString> feed(const QByteArray &bytes);
    QList<QString> finish(); ///< the last line when it had no end

private:
    // A program that never ends its line must not fill the memory.
    static constexpr qsizetype longestLine = 256 * 1024;

    QByteArray m_partial;
};

/// Takes tokens out of text that people will see: the ones that are known, and what Jupyter puts into addresses.
class Redactor {
public:
    void addSecret(const QString &secret);
    QString redacted(QString text) const;

private:
    QList<QString> m_secrets;
};

/// 'it'"'"'s' — so that a POSIX shell reads back exactly \a text.
QByteArray shellQuoted(const QString &text);

} // namespace nimbook::jupyter
