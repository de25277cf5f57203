// SPDX-License-Identifier: Apache-2.0
#include "bench/peers.h"

#include <QCoreApplication>

namespace nimbook::bench {

static QString remote(const Place &place, const QString &path)
{
    return place.userAtHost() + QLatin1Char(':') + path;
}

static Command throughShell(const QString &line)
{
    return {{QStringLiteral("sh"), QStringLiteral("-c"), line}};
}

static QString sshLine(const Place &place, const QString &command)
{
    QStringList words;
    for (const QString &word : place.ssh() + QStringList{command})
        words << quoted(word);
    return words.join(QLatin1Char(' '));
}

static Command pipe(const Place &place, const Errand &errand)
{
    if (errand.isTree) {
        const QString name = QFileInfo(errand.source).fileName();
        const QString pack = QStringLiteral("tar -C %1 -cf - %2").arg(quoted(QFileInfo(errand.source).path()), quoted(name));
        const QString unpack = QStringLiteral("tar -C %1 -xf -").arg(quoted(errand.folder));
        return throughShell(errand.isUp() ? pack + QStringLiteral(" | ") + sshLine(place, unpack)
                                          : sshLine(place, pack) + QStringLiteral(" | ") + unpack);
    }
    const QString give = QStringLiteral("cat ") + quoted(errand.source);
    const QString take = QStringLiteral("cat > ") + quoted(errand.target());
    return throughShell(errand.isUp() ? give + QStringLiteral(" | ") + sshLine(place, take)
                                      : sshLine(place, give) + QStringLiteral(" > ") + quoted(errand.target()));
}

static Command sftp(const Place &place, const Errand &errand)
{
    QStringList words{QStringLiteral("sftp"), QStringLiteral("-q"), QStringLiteral("-b"), QStringLiteral("-"), QStringLiteral("-P"),
                      QString::number(place.port)};
    if (place.isFar) // near, its own defaults were faster
        words << QStringLiteral("-B") << QStringLiteral("261120") << QStringLiteral("-R") << QStringLiteral("128");
    const QString line = QStringLiteral("%1%2 \"%3\" \"%4\"\n")
                             .arg(errand.isUp() ? QStringLiteral("put") : QStringLiteral("get"),
                                  errand.isTree ? QStringLiteral(" -r") : QString(), errand.source, errand.target());
    return {words + place.sshOptions() + QStringList{place.userAtHost()}, line.toLocal8Bit()};
}

static Command scpWith(const QStringList &options, const Place &place, const Errand &errand)
{
    QStringList words{QStringLiteral("scp"), QStringLiteral("-q"), QStringLiteral("-P"), QString::number(place.port)};
    words += options + place.sshOptions();
    if (errand.isTree)
        words << QStringLiteral("-r");
    words << (errand.isUp() ? QStringList{errand.source, remote(place, errand.folder)} : QStringList{remote(place, errand.source), errand.folder});
    return {words};
}

static Command scp(const Place &place, const Errand &errand)
{
    return scpWith({}, place, errand);
}

static Command oldScp(const Place &place, const Errand &errand)
{
    return scpWith({QStringLiteral("-O")}, place, errand);
}

static Command rsync(const Place &place, const Errand &errand)
{
    QStringList words{QStringLiteral("rsync"), QStringLiteral("-aW"), QStringLiteral("-e"), place.sshProgram()};
    words << (errand.isUp() ? QStringList{errand.source, remote(place, errand.folder) + QLatin1Char('/')}
                            : QStringList{remote(place, errand.source), errand.folder + QLatin1Char('/')});
    return {words};
}

// Its own SSH, which before 1.63 lets nobody choose a cipher; it wishes for aes128-gcm first by itself.
static Command rclone(const Place &place, const Errand &errand)
{
    QStringList words{QStringLiteral("rclone"), errand.isTree ? QStringLiteral("copy") : QStringLiteral("copyto"), QStringLiteral("--config="),
                      QStringLiteral("--sftp-host=") + place.host, QStringLiteral("--sftp-port=") + QString::number(place.port),
                      QStringLiteral("--sftp-user=") + place.user, QStringLiteral("--sftp-key-file=") + place.identity,
                      QStringLiteral("--sftp-known-hosts-file=") + place.knownHosts,
                      QStringLiteral("--sftp-chunk-size=255k"), QStringLiteral("--sftp-concurrency=128"),
                      QStringLiteral("--sftp-disable-hashcheck"), QStringLiteral("--transfers=16"), QStringLiteral("--no-traverse")};
    const QString far = QStringLiteral(":sftp:");
    words << (errand.isUp() ? QStringList{errand.source, far + errand.target()} : QStringList{far + errand.source, errand.target()});
    return {words};
}

static Command lftp(const Place &place, const Errand &errand)
{
    const QString connect = QStringLiteral("set cmd:fail-exit yes; set net:max-retries 1; set sftp:auto-confirm no; set sftp:connect-program \"%1 -a -x\"; "
                                           "open -u %2,x sftp://%3:%4; ")
                                .arg(place.sshProgram(), place.user, place.host)
                                .arg(place.port);
    QString verb;
    if (errand.isTree)
        verb = QStringLiteral("mirror --parallel=8%1 \"%2\" \"%3\"")
                   .arg(errand.isUp() ? QStringLiteral(" -R") : QString(), errand.source, errand.target());
    else
        verb = QStringLiteral("%1 \"%2\" -o \"%3\"")
                   .arg(errand.isUp() ? QStringLiteral("put") : QStringLiteral("pget -n 4"), errand.source, errand.target());
    return {{QStringLiteral("lftp"), QStringLiteral("--norc"), QStringLiteral("-c"), connect + verb}};
}

static Command ourEngine(const Place &place, const Errand &errand)
{
    return {QStringList{QCoreApplication::applicationFilePath(), QStringLiteral("ours"), errand.isUp() ? QStringLiteral("up") : QStringLiteral("down")}
            + place.arguments() + QStringList{errand.source, errand.folder}};
}

static Command ourEngineUnverified(const Place &place, const Errand &errand)
{
    Command command = ourEngine(place, errand);
    command.words.insert(3, QStringLiteral("--no-verify"));
    return command;
}

QList<Contender> peers(bool forTrees)
{
    return {
        {forTrees ? QStringLiteral("tar | ssh") : QStringLiteral("cat | ssh"), QStringLiteral("ssh"), false, false, &pipe},
        {QStringLiteral("rsync"), QStringLiteral("rsync"), false, false, &rsync},
        {QStringLiteral("scp -O"), QStringLiteral("scp"), true, false, &oldScp},
        {QStringLiteral("scp"), QStringLiteral("scp"), true, true, &scp},
        {QStringLiteral("sftp"), QStringLiteral("sftp"), true, false, &sftp},
        {QStringLiteral("lftp"), QStringLiteral("lftp"), true, true, &lftp},
        {QStringLiteral("rclone"), QStringLiteral("rclone"), true, true, &rclone},
    };
}

Contender ours()
{
    return {QStringLiteral("nimbook"), {}, false, false, &ourEngine};
}

Contender oursUnverified()
{
    return {QStringLiteral("nimbook without SHA-256"), {}, false, false, &ourEngineUnverified};
}

} // namespace nimbook::bench
