// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/machine_fixture.h"

#include <QMap>

namespace nimbook::testing {

inline QString sourcePath(const QString &relative)
{
    return qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QLatin1Char('/') + relative;
}

/// What a script said in its protocol.
struct Said {
    Ended ended;
    QMap<QByteArray, QByteArray> results;
    QByteArray errorCode;
    QByteArray errorText;
    QByteArrayList steps;
};

/// Runs one of resources/remote on \a machine as the product does: variables and script on stdin.
/// \param before lines of shell that come first
inline Said runScript(const MachineFixture &machine, const QString &name, const QMap<QString, QString> &variables = {}, const QByteArray &before = {})
{
    QFile file(sourcePath(QStringLiteral("resources/remote/") + name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no script %s", qPrintable(name));
    QByteArray input = before;
    for (auto it = variables.cbegin(); it != variables.cend(); ++it)
        input += it.key().toUtf8() + "='" + it.value().toUtf8().replace("'", "'\\''") + "'\n";
    input += "{\n" + file.readAll() + "\n} </dev/null\n";

    Said said{machine.ssh(QStringLiteral("sh -s"), input), {}, {}, {}, {}};
    for (const QByteArray &line : said.ended.out.split('\n')) {
        const QByteArrayList words = line.split(' ');
        const QByteArray rest = words.mid(2).join(' ');
        if (words.first() == "nimbook:result")
            said.results.insert(words.value(1), rest);
        else if (words.first() == "nimbook:step")
            said.steps.append(words.value(1));
        else if (words.first() == "nimbook:error") {
            said.errorCode = words.value(1);
            said.errorText = rest;
        }
    }
    return said;
}

} // namespace nimbook::testing
