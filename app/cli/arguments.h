// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QMap>
#include <QStringList>

#include <chrono>

namespace nimbook::cli {

/// A command line that was understood: the verb, its options, and what stood after them.
struct Arguments {
    QString verb;
    QMap<QString, QStringList> options; ///< by long name; a switch has one empty value
    QStringList rest;                   ///< after "--", or a verb's own operands

    bool has(const QString &option) const { return options.contains(option); }
    QString value(const QString &option, const QString &fallback = {}) const { return options.value(option, {fallback}).constLast(); }
};

/// Either the command line of a verb, or text that was asked for instead (--help, --version).
struct Parsed {
    Arguments arguments;
    QString answer; ///< empty: there is a verb to carry out
};

/// Error kind InvalidInput, with what is wrong by name. \param words without the program's own name
Result<Parsed> parseArguments(const QStringList &words);

/// "type=nvidia-l4,count=1", as gcloud and the kit write it; a bare name counts once.
struct Accelerator {
    QString type;
    int count = 1;
};
Result<Accelerator> acceleratorFrom(const QString &text);

/// "200GB", "200" or "1TB", in GB.
Result<qint64> gigabytesFrom(const QString &text);

/// "default,bigquery,storage-rw": gcloud's short names become the addresses of the scopes; "none" or nothing is no scope.
Result<QStringList> scopesFrom(const QString &text);

/// "30m", "1h30m", "90s", as gcloud writes durations; whole minutes, rounded up. \param option named in the refusal
Result<std::chrono::minutes> minutesFrom(const QString &text, const QString &option);

} // namespace nimbook::cli
