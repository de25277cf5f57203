// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>

namespace nimbook::testing {

/// Writes a Python package that has one module with `answer = 42` into \a folder; its path, or nothing. A wheel is a zip of text files.
inline QString makeWheel(const QString &folder, const QString &name, const QString &version)
{
    const QString path = QStringLiteral("%1/%2-%3-py3-none-any.whl").arg(folder, name, version);
    QProcess python;
    python.start(QStringLiteral("python3"), {QStringLiteral("-c"), QStringLiteral(R"(
import sys, zipfile
path, name, version = sys.argv[1:]
meta = f"{name}-{version}.dist-info/"
files = {f"{name}.py": "answer = 42\n",
         meta + "METADATA": f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n",
         meta + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
files[meta + "RECORD"] = "".join(file + ",,\n" for file in files) + meta + "RECORD,,\n"
with zipfile.ZipFile(path, "w") as wheel:
    for file, text in files.items():
        wheel.writestr(file, text)
)"), path, name, version});
    return python.waitForFinished() && python.exitCode() == 0 ? path : QString();
}

} // namespace nimbook::testing
