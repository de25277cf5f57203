// SPDX-License-Identifier: Apache-2.0
#include "bench/memory_bench.h"

#include "bench/peers.h"

#include <QDir>
#include <QFile>
#include <QStorageInfo>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace nimbook::bench {

static constexpr int filesPerFolder = 1000;

/// Small enough that a million of them fit into memory, large enough to be files.
static bool makeSmallFiles(const QString &root, int files)
{
    for (int i = 0; i < files; ++i) {
        const QByteArray folder = QFile::encodeName(root + QStringLiteral("/part-%1").arg(i / filesPerFolder));
        if (i % filesPerFolder == 0 && !QDir().mkpath(QFile::decodeName(folder)))
            return false;
        const int fd = ::open((folder + "/" + QByteArray::number(i)).constData(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return false;
        const bool good = ::write(fd, "x", 1) == 1;
        ::close(fd);
        if (!good || isInterrupted())
            return false;
    }
    return true;
}

static void measure(const QString &what, const Contender &contender, const Place &place, const Errand &errand, double seconds, double goalMib,
                    QList<QStringList> &rows, Report &report)
{
    report.progress(QStringLiteral("memory: ") + what);
    const Command command = contender.command(place, errand);
    const RunResult result = runProgram(command.words, std::chrono::duration<double>(seconds), command.input);
    if (isInterrupted())
        return;
    if (result.end == RunResult::End::Failed || result.end == RunResult::End::NotStarted)
        return report.fail(QStringLiteral("%1 failed: %2").arg(what, QString::fromLocal8Bit(result.lastWords)));
    const double mib = double(std::max(result.peakKib, result.output.trimmed().toLongLong())) / 1024;
    rows << QStringList{what, number(mib), number(result.seconds), result.isWell() ? QStringLiteral("whole") : QStringLiteral("stopped there")};
    report.figure({{QStringLiteral("what"), what}, {QStringLiteral("peakMib"), mib}, {QStringLiteral("seconds"), result.seconds}, {QStringLiteral("whole"), result.isWell()}});
    report.target(what + QStringLiteral(", peak memory in MiB"), mib, goalMib, true);
}

void benchMemory(const Options &options, const Grounds &grounds, Report &report)
{
    report.heading(QStringLiteral("Memory of the transfer engine"));
    QList<QStringList> rows;
    const Place &place = grounds.places().first();
    const QString tree = grounds.nearFolder() + QStringLiteral("/many");
    const QString far = grounds.farFolder() + QStringLiteral("/memory");
    const QString near = grounds.nearFolder() + QStringLiteral("/back");
    const auto clear = [&] { grounds.direct().run(QStringLiteral("rm -rf %1 && mkdir -p %1").arg(quoted(far))); };
    clear();
    report.progress(QStringLiteral("memory: making %1 files").arg(options.memoryFiles));
    if (!makeSmallFiles(tree, options.memoryFiles))
        return isInterrupted() ? void() : report.fail(QStringLiteral("no room for %1 files in %2").arg(options.memoryFiles).arg(grounds.nearFolder()));
    const double limit = std::max(60.0, options.memoryFiles / 500.0);
    measure(QStringLiteral("%1 files up").arg(options.memoryFiles), ours(), place, {Errand::Direction::Up, true, tree, far}, limit, 200, rows, report);
    QDir().mkpath(near);
    measure(QStringLiteral("%1 files down").arg(options.memoryFiles), ours(), place,
            {Errand::Direction::Down, true, far + QStringLiteral("/many"), near}, limit, 200, rows, report);
    QDir(near).removeRecursively();
    QDir(tree).removeRecursively();
    clear();

    // A hundred GiB that take no room here; over there they would, so that the time is limited. A transfer begins only where all of it fits.
    qint64 size = 100ll << 30;
    if (grounds.isOwnServer())
        size = std::min(size, (QStorageInfo(grounds.nearFolder()).bytesAvailable() / 10 * 9) >> 30 << 30);
    const QString sparse = grounds.nearFolder() + QStringLiteral("/sparse.bin");
    if (QFile file(sparse); !file.open(QIODevice::WriteOnly) || !file.resize(size))
        return report.fail(QStringLiteral("no sparse file in %1: %2").arg(grounds.nearFolder(), file.errorString()));
    const double room = double(std::min<qint64>(4ll << 30, options.nearBytes * 8)); // at 1 GB/s
    const double seconds = std::min(options.memorySeconds, room / 1e9);
    measure(QStringLiteral("%1 GiB file up").arg(size >> 30), ours(), place, {Errand::Direction::Up, false, sparse, far}, seconds, 100, rows, report);
    clear();
    QFile::remove(sparse);
    if (isInterrupted())
        return;
    report.table({QStringLiteral("work"), QStringLiteral("peak, MiB"), QStringLiteral("s"), QString()}, rows);
    report.note(QStringLiteral("resident size of the whole program, Qt included; the large file is stopped before it fills the far side"));
}

} // namespace nimbook::bench
