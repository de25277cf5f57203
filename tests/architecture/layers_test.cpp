// SPDX-License-Identifier: Apache-2.0
// The layer diagram of the README, as a test: reads every #include of ours and fails on an arrow that the diagram forbids.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

/// Which rooms a room may include, itself aside. What stands for a room is the longest prefix that fits the file.
const QMap<QString, QStringList> allowedRooms{
    {"app/base", {}},
    {"app/net", {"app/base"}},
    {"app/auth", {"app/base", "app/net"}},
    {"app/cloud/model", {"app/base"}},
    {"app/cloud/gce", {"app/base", "app/net", "app/cloud/model"}},
    {"app/cloud/jobs", {"app/base", "app/net", "app/cloud/model", "app/cloud/gce"}},
    {"app/ssh", {"app/base"}},
    {"app/transfer", {"app/base", "app/ssh"}},
    {"app/sync", {"app/base", "app/transfer"}},
    {"app/jupyter", {"app/base", "app/net", "app/ssh"}},
    {"app/workspace", {"app/base", "app/net", "app/auth", "app/cloud/model", "app/cloud/gce", "app/cloud/jobs", "app/ssh",
                       "app/transfer", "app/jupyter", "app/monitor"}},
    {"app/monitor", {}},
    {"app/models", {"app/base", "app/cloud/model", "app/cloud/gce", "app/ssh", "app/transfer", "app/sync", "app/jupyter", "app/workspace"}},
    {"app/cli", {"app/base", "app/net", "app/auth", "app/cloud/model", "app/ssh", "app/transfer", "app/jupyter", "app/workspace"}},
    {"app/sandbox", {"app/base", "app/net", "app/cloud/model"}},
    {"ui/common", {"app/base"}},
    {"ui/notebook", {"app/base", "ui/common"}},
    {"ui/signin", {"app/base", "app/workspace", "app/models", "app/cloud/model", "app/auth", "ui/common"}},
    {"ui/instances", {"app/base", "app/workspace", "app/models", "app/cloud/model", "app/ssh", "app/transfer", "app/jupyter", "ui/common"}},
    {"ui/create", {"app/base", "app/workspace", "app/models", "app/cloud/model", "app/cloud/gce", "ui/common"}},
    {"ui/files", {"app/base", "app/workspace", "app/models", "app/cloud/model", "app/transfer", "app/sync", "ui/common"}},
    {"ui/packages", {"app/base", "app/workspace", "app/models", "app/jupyter", "ui/common"}},
    {"ui/monitor", {"app/base", "app/monitor", "app/workspace", "app/models", "ui/common"}},
    {"ui/terminal", {"app/base", "app/ssh", "app/workspace", "ui/common"}},
    {"ui/shell", {"app/base", "app/workspace", "app/models", "app/cloud/model", "app/ssh", "app/transfer", "ui/common", "ui/signin",
                  "ui/instances", "ui/create", "ui/files", "ui/packages", "ui/monitor", "ui/terminal"}},
};

/// A third party's headers, and the rooms that may see them.
struct ThirdParty {
    const char *name;
    const char *pattern;
    QStringList rooms;
};
const QList<ThirdParty> thirdParties{
    {"libssh", R"(^libssh/)", {"app/ssh", "app/transfer"}},
    {"QtKeychain", R"(^(qt6)?keychain)", {"app/auth"}},
    {"OpenSSL", R"(^openssl/)", {"app/auth", "app/sandbox", "app/transfer"}},
    {"WebEngine", R"(^(QtWebEngine.*/)?QWebEngine)", {"ui/notebook", "ui/tour"}}, // the tour reads what the page answers
    {"WebSockets", R"(^(QtWebSockets/)?QWebSocket)", {"app/ssh", "app/sandbox"}},
    {"QtCharts", R"(^(QtCharts/|Q(Chart|ChartView|LineSeries|ValueAxis|DateTimeAxis|Legend)$))", {"ui/monitor"}},
    {"libvterm", R"(^vterm)", {"ui/terminal"}},
    {"QtHttpServer", R"(^(QtHttpServer/)?Q(Abstract)?HttpServer)", {"app/sandbox"}},
    {"Widgets", R"(^(QtWidgets/|Q(Application|Widget|MainWindow|Dialog|(List|Tree|Table|Graphics|Header|Abstract.*|Column|Undo)View|.*Button|Label|.*Layout|Menu|Action)$))",
     {"ui"}},
};

QString sourceRoot()
{
    return QString::fromLocal8Bit(qgetenv("NIMBOOK_SOURCE_DIR"));
}

QString roomOf(const QString &path)
{
    QString best;
    for (const QString &room : allowedRooms.keys()) {
        if (path.startsWith(room + '/') && room.size() > best.size())
            best = room;
    }
    return best;
}

struct Include {
    QString file; ///< relative to the source root
    int line = 0;
    QString target;
    bool quoted = false;
};

QList<Include> allIncludes()
{
    static const QRegularExpression directive(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    QList<Include> found;
    for (const QString &top : {QStringLiteral("app"), QStringLiteral("ui")}) {
        QDirIterator files(sourceRoot() + '/' + top, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly))
                continue;
            const QString name = QDir(sourceRoot()).relativeFilePath(file.fileName());
            const QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
            for (int i = 0; i < lines.size(); ++i) {
                const auto match = directive.match(lines[i]);
                if (match.hasMatch())
                    found.append({name, i + 1, match.captured(2), match.captured(1) == "\""});
            }
        }
    }
    return found;
}

/// Ours are rooted at app/ or at the repository.
QString resolve(const QString &target)
{
    for (const QString &candidate : {"app/" + target, target}) {
        if (QFile::exists(sourceRoot() + '/' + candidate))
            return candidate;
    }
    return {};
}

} // namespace

class LayersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(QDir(sourceRoot()).exists("app/base/job.h"), "NIMBOOK_SOURCE_DIR does not name the source tree");
        m_includes = allIncludes();
        QVERIFY(m_includes.size() > 100);
    }

    void everyFile_standsInARoomOfTheDiagram()
    {
        QSet<QString> strays;
        for (const Include &include : std::as_const(m_includes)) {
            if (roomOf(include.file).isEmpty() && include.file != "app/main.cpp" && !include.file.startsWith("ui/tour/"))
                strays.insert(include.file);
        }
        QVERIFY2(strays.isEmpty(), qPrintable("not in any room: " + strays.values().join(", ")));
    }

    void ourIncludes_pointOnlyWhereTheDiagramAllows()
    {
        QStringList forbidden;
        for (const Include &include : std::as_const(m_includes)) {
            const QString from = roomOf(include.file);
            const QString target = include.quoted ? resolve(include.target) : QString();
            if (from.isEmpty() || target.isEmpty())
                continue; // main.cpp knows them all; a file beside the including one is its own room
            const QString to = roomOf(target);
            if (to != from && !allowedRooms.value(from).contains(to))
                forbidden.append(QStringLiteral("%1:%2 includes %3").arg(include.file).arg(include.line).arg(target));
        }
        QVERIFY2(forbidden.isEmpty(), qPrintable('\n' + forbidden.join('\n')));
    }

    void thirdParties_stayInTheirRooms()
    {
        QStringList forbidden;
        for (const Include &include : std::as_const(m_includes)) {
            for (const ThirdParty &party : thirdParties) {
                if (!QRegularExpression(party.pattern).match(include.target).hasMatch() || include.file == "app/main.cpp")
                    continue;
                const bool inPlace = std::any_of(party.rooms.begin(), party.rooms.end(),
                                                 [&](const QString &room) { return include.file.startsWith(room + '/'); });
                if (!inPlace)
                    forbidden.append(QStringLiteral("%1:%2 uses %3 (%4)").arg(include.file).arg(include.line).arg(
                        QString::fromLatin1(party.name), include.target));
            }
        }
        QVERIFY2(forbidden.isEmpty(), qPrintable('\n' + forbidden.join('\n')));
    }

    void nestedLoopsSleepsAndWaits_areNotInTheProgram()
    {
        const QStringList allowedWaits{
            "app/main.cpp", "app/cli/main.cpp", "app/sandbox/main.cpp", // the one loop a program has
            "app/cli/foreground_command.cpp",        // its destructor, when the program ends: the command must not outlive it
            "app/workspace/sandbox_server.cpp",      // its destructor, when the window is gone: machines end in their own order
        };
        static const QRegularExpression waits(
            R"(QEventLoop|processEvents|QThread::(m|u)?sleep|waitFor(Finished|ReadyRead|Connected|Started|BytesWritten)\s*\(|\b(sleep_for|usleep)\b|\.exec\(\)|->exec\(\))");
        QStringList found;
        for (const QString &top : {QStringLiteral("app"), QStringLiteral("ui")}) {
            QDirIterator files(sourceRoot() + '/' + top, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                if (!file.open(QIODevice::ReadOnly))
                    continue;
                const QString name = QDir(sourceRoot()).relativeFilePath(file.fileName());
                const QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
                for (int i = 0; i < lines.size(); ++i) {
                    const QString code = lines[i].section("//", 0, 0);
                    if (waits.match(code).hasMatch() && !allowedWaits.contains(name))
                        found.append(QStringLiteral("%1:%2: %3").arg(name).arg(i + 1).arg(lines[i].trimmed()));
                }
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable('\n' + found.join('\n')));
    }

    void topLevel_holdsOnlyWhatTheLayoutNames()
    {
        const QStringList allowed{"CMakeLists.txt", "app", "resources", "ui", "tests", "packaging", "README.md", "LICENSE", "build"};
        QStringList strays;
        for (const QString &entry : QDir(sourceRoot()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
            if (!allowed.contains(entry))
                strays.append(entry);
        }
        QVERIFY2(strays.isEmpty(), qPrintable(strays.join(", ")));
    }

private:
    QList<Include> m_includes;
};

QTEST_GUILESS_MAIN(LayersTest)
#include "layers_test.moc"
