// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer_fixture.h"

#include <QProcess>

#include <fcntl.h>
#include <unistd.h>

namespace nimbook::testing {

/// Names that have broken programs before.
inline QByteArray oddName(QRandomGenerator &random, int number)
{
    static const QByteArrayList odd{" leading", "trailing ", "-rf", ".hidden", "...", "a'b", "a\"b", "new\nline", "tab\t", "Büro", "東京", "e\xcc\x81", "\xc3\xa9", "\xef\xbc\xa1",
                                    "back\\slash", "*?[x]", "$(id)", "`id`", "%s%n", "\xff\xfe", "\xe2\x80\xae" "rtl", "~", "#x", ";x", "&", "|"};
    QByteArray name = random.bounded(3) ? odd[random.bounded(odd.size())] : QByteArray(random.bounded(1, 200), char('a' + random.bounded(26)));
    name += '_' + QByteArray::number(number);
    if (random.bounded(8) == 0)
        name = name.leftJustified(255, 'x', true).first(255 - 8) + QByteArray::number(number).rightJustified(8, '0');
    return name;
}

inline void makeRandomTree(const QByteArray &folder, QRandomGenerator &random, int depth, int &number)
{
    const int entries = random.bounded(5, 14);
    for (int i = 0; i < entries; ++i) {
        const QByteArray path = folder + '/' + oddName(random, ++number);
        const time_t when = 1'000'000'000 + random.bounded(700'000'000);
        if (depth > 0 && random.bounded(3) == 0) {
            ::mkdir(path.constData(), 0755);
            makeRandomTree(path, random, depth - 1, number);
            ::chmod(path.constData(), random.bounded(2) ? 0755 : 0500);
        } else {
            static const int sizes[] = {0, 1, 1000, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 300'000};
            const QByteArray bytes = TransferFixture::randomBytes(sizes[random.bounded(7)], quint32(number));
            const int fd = ::open(path.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
            if (fd < 0 || ::write(fd, bytes.constData(), size_t(bytes.size())) != bytes.size())
                qFatal("cannot write %s", path.constData());
            ::fchmod(fd, random.bounded(2) ? 0644 : random.bounded(2) ? 0400 : 0755);
            ::close(fd);
        }
        const timespec times[2] = {{when, 0}, {when, 0}};
        ::utimensat(AT_FDCWD, path.constData(), times, 0);
    }
}

inline void writeRaw(const QByteArray &path, const QByteArray &bytes)
{
    const int fd = ::open(path.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0 || ::write(fd, bytes.constData(), size_t(bytes.size())) != bytes.size())
        qFatal("cannot write %s", path.constData());
    ::close(fd);
}

/// Files and folders whose names differ by case alone.
inline void makeCasePairs(const QByteArray &folder)
{
    for (const char *name : {"readme", "README", "ReadMe", "data/x", "Data/x", "data/X"}) {
        const QByteArray path = folder + '/' + name;
        ::mkdir(path.first(path.lastIndexOf('/')).constData(), 0755);
        writeRaw(path, name);
    }
}

/// Mostly holes, with something of its own in every mebibyte.
inline void makeLargeFile(const QByteArray &path, qint64 size, QRandomGenerator &random)
{
    writeRaw(path, "large");
    const int fd = ::open(path.constData(), O_WRONLY | O_CLOEXEC);
    bool isWritten = ::ftruncate(fd, size) == 0;
    for (qint64 at = random.bounded(1 << 20); at < size - 3000; at += 1 << 20)
        isWritten = isWritten && ::pwrite(fd, TransferFixture::randomBytes(3000, random.generate()).constData(), 3000, at) == 3000;
    ::close(fd);
    if (!isWritten)
        qFatal("cannot write %s", path.constData());
}

/// As TransferFixture::describe(), for names that QString cannot hold; links as what they lead to.
inline QByteArrayList describeRaw(const QString &root)
{
    QProcess find;
    find.setProcessEnvironment([] {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
        return environment;
    }());
    find.setWorkingDirectory(root);
    find.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("find -L . -mindepth 1 -printf '%T@ %y %m %P\\0' | sed -z 's/\\.[0-9]*//';" // whole seconds: SFTP v3 has no more
                                                            " find -L . -type f -exec sha256sum -z {} +")});
    find.waitForFinished();
    QByteArrayList lines = find.readAllStandardOutput().split('\0');
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace nimbook::testing
