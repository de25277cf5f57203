// SPDX-License-Identifier: Apache-2.0
#include "bench/sources.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>

namespace nimbook::bench {

static bool writeRandom(const QString &path, qint64 bytes, QRandomGenerator &random)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    std::vector<quint32> piece(size_t(std::min<qint64>(bytes, 1 << 20) / 4 + 1));
    for (qint64 left = bytes; left > 0;) {
        random.fillRange(piece.data(), qsizetype(piece.size()));
        const qint64 here = std::min<qint64>(left, qint64(piece.size()) * 4);
        if (file.write(reinterpret_cast<const char *>(piece.data()), here) != here)
            return false;
        left -= here;
    }
    return file.flush();
}

QString Sources::onMachine(const QString &path)
{
    const QString far = m_grounds.farFolder() + QStringLiteral("/source-") + QFileInfo(path).fileName();
    if (m_grounds.direct().run(QStringLiteral("test -e ") + quoted(far)).isWell())
        return far;
    const QString name = QFileInfo(path).fileName();
    // The archive's top name becomes "source-…": what is downloaded must not lie where it came from.
    const QString line = QStringLiteral("tar -C %1 --transform 's,^%2,source-%2,' -cf - %2 | ").arg(quoted(QFileInfo(path).path()), name);
    QStringList words;
    for (const QString &word : m_grounds.direct().ssh() + QStringList{QStringLiteral("tar -C %1 -xf -").arg(quoted(m_grounds.farFolder()))})
        words << quoted(word);
    const RunResult copied = runProgram({QStringLiteral("sh"), QStringLiteral("-c"), line + words.join(QLatin1Char(' '))}, std::chrono::hours(1));
    return copied.isWell() ? far : QString();
}

QString Sources::file(qint64 bytes, bool far)
{
    const QString path = m_grounds.nearFolder() + QStringLiteral("/file-%1.bin").arg(bytes);
    if (!QFile::exists(path)) {
        QRandomGenerator random(m_seed);
        if (!writeRandom(path, bytes, random))
            return {};
    }
    return far ? onMachine(path) : path;
}

QString Sources::tree(int files, bool far)
{
    constexpr int filesPerFolder = 50;
    const QString root = m_grounds.nearFolder() + QStringLiteral("/tree-%1").arg(files);
    if (!QFile::exists(root)) {
        QRandomGenerator random(m_seed + 1);
        for (int i = 0; i < files; ++i) {
            const QString folder = QStringLiteral("%1/part-%2").arg(root).arg(i / filesPerFolder, 3, 10, QLatin1Char('0'));
            if (i % filesPerFolder == 0 && !QDir().mkpath(folder))
                return {};
            if (!writeRandom(QStringLiteral("%1/sample-%2.bin").arg(folder).arg(i, 5, 10, QLatin1Char('0')), random.bounded(1024, 20 * 1024 + 1), random))
                return {};
        }
    }
    return far ? onMachine(root) : root;
}

bool Sources::areEqual(const QString &near, const QString &far) const
{
    if (m_grounds.isOwnServer()) // the far side is this computer
        return runProgram({QStringLiteral("diff"), QStringLiteral("-rq"), near, far}, std::chrono::minutes(10)).isWell();
    const auto digest = [](const QString &path) {
        return QStringLiteral("cd %1 && { [ -d %2 ] && cd %2 && find . -type f -exec sha256sum {} + | sort || sha256sum < %2; } | sha256sum")
            .arg(quoted(QFileInfo(path).path()), quoted(QFileInfo(path).fileName()));
    };
    const RunResult here = runProgram({QStringLiteral("sh"), QStringLiteral("-c"), digest(near)}, std::chrono::minutes(10));
    const RunResult there = m_grounds.direct().run(digest(far));
    return here.isWell() && there.isWell() && here.output == there.output && here.output.size() > 60;
}

} // namespace nimbook::bench
