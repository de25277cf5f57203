// SPDX-License-Identifier: Apache-2.0
#include "sync/ignore_rules.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using nimbook::sync::IgnoreRules;

/// Our matcher beside git's own: both read the same ignore files over the same tree.
class IgnoreRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void sameAsGit_data();
    void sameAsGit();
    void sameAsGit_deeperFilesOutrankThoseAbove();
    void sameAsGit_forPatternsNobodyThoughtOf();
    void nimbookIgnore_outranksGitIgnore();
    void defaults_leaveOutWhatNobodyCopies_andCanBeTakenBack();
    void hostilePattern_costsNoTime();

private:
    void compareWithGit(const QMap<QString, QByteArray> &ignoreFiles);

    QTemporaryDir m_folder;
    QStringList m_paths; ///< with a slash at the end: folders
};

void IgnoreRulesTest::initTestCase()
{
    if (QStandardPaths::findExecutable(QStringLiteral("git")).isEmpty())
        QSKIP("git is not installed");
    const QStringList files{"a", "b.txt", "a.txt", "ab", "abc", "foo", "data/a.txt", "data/foo", "data/raw/x.csv", "data/raw/y.csv.gz", "data/raw/deep/foo/z",
                            "foo bar", "build/out.o", "src/build/out.o", "src/a/b/c/d.txt", "src/a.txt", "x/y/z/foo", "logs/2026-01-01.log", "logs/debug.log", "weird[1].txt",
                            "back\\slash", "#hash", "!bang", "trailing ", "größe.txt", "-dash", "Z9", "m_1", "run2/ckpt-10/w.bin", "run2/w.bin", "run10/w.bin", ".hidden", "sub/.hidden", "a*b"};
    QVERIFY(QDir().mkpath(m_folder.filePath("home")));
    for (const QString &file : files) {
        QVERIFY(QDir().mkpath(QFileInfo(m_folder.filePath("tree/" + file)).path()));
        QFile out(m_folder.filePath("tree/" + file));
        QVERIFY(out.open(QIODevice::WriteOnly));
        for (qsizetype slash = file.indexOf('/'); slash > 0; slash = file.indexOf('/', slash + 1)) {
            if (const QString folder = file.first(slash + 1); !m_paths.contains(folder))
                m_paths << folder;
        }
        m_paths << file;
    }
    QProcess git;
    git.setWorkingDirectory(m_folder.filePath("tree"));
    git.start("git", {"init", "-q"});
    QVERIFY(git.waitForFinished());
    QCOMPARE(git.exitCode(), 0);
}

void IgnoreRulesTest::compareWithGit(const QMap<QString, QByteArray> &ignoreFiles)
{
    IgnoreRules rules;
    for (auto file = ignoreFiles.cbegin(); file != ignoreFiles.cend(); ++file) {
        QFile out(m_folder.filePath("tree/" + file.key() + (file.key().isEmpty() ? "" : "/") + ".gitignore"));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(file.value());
        rules.add(file.key(), file.value());
    }
    QProcess git;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("HOME", m_folder.filePath("home")); // the developer's own excludes are no part of this
    environment.insert("XDG_CONFIG_HOME", m_folder.filePath("home"));
    environment.insert("GIT_CONFIG_NOSYSTEM", "1");
    git.setProcessEnvironment(environment);
    git.setWorkingDirectory(m_folder.filePath("tree"));
    git.start("git", {"check-ignore", "--no-index", "--stdin", "-z"});
    for (QString path : std::as_const(m_paths))
        git.write((path.endsWith('/') ? path.chopped(1) : path).toUtf8() + '\0');
    git.closeWriteChannel();
    QVERIFY(git.waitForFinished());
    QVERIFY2(git.exitCode() <= 1, git.readAllStandardError());
    QSet<QString> ignored;
    for (const QByteArray &path : git.readAllStandardOutput().split('\0'))
        ignored.insert(QString::fromUtf8(path));
    for (const QString &path : std::as_const(m_paths)) {
        const bool isFolder = path.endsWith('/');
        const QString bare = isFolder ? path.chopped(1) : path;
        QVERIFY2(rules.ignores(bare, isFolder) == ignored.contains(bare),
                 qPrintable(QStringLiteral("%1: git says %2, patterns %3").arg(path, ignored.contains(bare) ? "ignored" : "not ignored", QString::fromUtf8(ignoreFiles.value({})).simplified())));
    }
    for (auto file = ignoreFiles.cbegin(); file != ignoreFiles.cend(); ++file)
        QFile::remove(m_folder.filePath("tree/" + file.key() + (file.key().isEmpty() ? "" : "/") + ".gitignore"));
}

void IgnoreRulesTest::sameAsGit_data()
{
    QTest::addColumn<QByteArray>("text");
    const QList<QByteArray> texts{
        "foo", "foo/", "/foo", "foo/*", "*/foo", "**/foo", "foo/**", "**", "*", "/*", "/**", "*.txt", "/*.txt", "data/*.txt", "data/**/*.csv", "data/**/foo", "data/**", "data/**/",
        "src/**/d.txt", "src/**/a.txt", "**/build", "**/build/**", "build", "build/", "/build", "src/build/", "a?", "?", "a?c", "a[b]c", "a[!b]c", "a[^x]c", "[a-c]", "[!a-y]*", "[[:alpha:]]", "[[:digit:][:upper:]]*",
        "*[[:punct:]]*", "[[:nonsense:]]", "weird\\[1\\].txt", "weird[[]1].txt", "weird[1].txt", "back\\\\slash", "back\\slash", "\\#hash", "#hash", "\\!bang", "!bang", "trailing ", "trailing\\ ", "trailing\\  ", "foo bar", "foo\\ bar",
        "gr\xc3\xb6\xc3\x9f""e.txt", "gr??e.txt", "gr????e.txt", "gr*e.txt", "*.log\n!debug.log", "logs/\n!logs/debug.log", "logs/*\n!logs/debug.log", "*\n!*.txt", "*\n!*/\n!*.txt", "!a\na", "a\n!a", "a\n!a\na",
        "foo\r\nab\r\n", "\xef\xbb\xbf""foo", "", "\n\n", "/", "//", "!", "\\", "a\\", "[", "[a", "a[]b]c", "[]]", "[!]]", "[a-]", "[-a]", "[z-a]", "a**c", "a**", "**c", "***", "***/foo", "x/***/foo", "x/**y/z", "run*/w.bin", "run2/*/w.bin", "run2/**/w.bin",
        ".*", "/.*", "sub/.hidden", "**/.hidden", "src/a", "src/a/", "src/*/b", "src/*/c", "src/a/*", "src/a/**", "src//a", "./a", "../a", "-dash", "a\\*b", "a*b", "Z[0-9]", "[A-Z]9", "m_[1-1]", "y.csv.*", "*.csv*", "data/raw/*.csv\n!data/raw/x.csv", "/data/\n!/data/foo", "**foo", "foo**", "x/y/**/foo", "x/**/**/foo", "x/**/z/**", "a/**/b",
    };
    for (const QByteArray &text : texts)
        QTest::newRow(text.toPercentEncoding(" /*?[]!#").constData()) << text;
}

void IgnoreRulesTest::sameAsGit()
{
    QFETCH(QByteArray, text);
    compareWithGit({{QString(), text}});
}

void IgnoreRulesTest::sameAsGit_deeperFilesOutrankThoseAbove()
{
    compareWithGit({{QString(), "*.txt\nfoo\n"}, {QStringLiteral("data"), "!a.txt\n/raw\n"}, {QStringLiteral("src/a"), "/b\n!foo\n"}, {QStringLiteral("x/y"), "z/\n"}});
    compareWithGit({{QString(), "data/raw/*\n!*.csv"}, {QStringLiteral("data/raw"), "*.gz\n!deep\n"}, {QStringLiteral("logs"), "*\n!.gitignore\n"}});
}

void IgnoreRulesTest::sameAsGit_forPatternsNobodyThoughtOf()
{
    QRandomGenerator random(20261124);
    const QList<QByteArray> pieces{"a", "b", "foo", "*", "**", "?", "/", "/", "[a-c]", "[!a]", ".txt", "data", "src", "\\", "!", "raw", "x", ".", " ", "[", "]", "-"};
    for (int round = 0; round < 120; ++round) {
        QByteArray text;
        for (int line = 0; line < 3; ++line) {
            for (int piece = random.bounded(1, 6); piece > 0; --piece)
                text += pieces[random.bounded(pieces.size())];
            text += '\n';
        }
        compareWithGit({{QString(), text}});
        if (QTest::currentTestFailed())
            return;
    }
}

void IgnoreRulesTest::nimbookIgnore_outranksGitIgnore()
{
    IgnoreRules rules = IgnoreRules::defaults();
    rules.add({}, "outputs/\n*.keras\n");
    rules.add({}, "!outputs/\n*.csv\n");
    QVERIFY(!rules.ignores("outputs", true));
    QVERIFY(rules.ignores("outputs/model.keras", false));
    QVERIFY(rules.ignores("data/points.csv", false));
}

void IgnoreRulesTest::defaults_leaveOutWhatNobodyCopies_andCanBeTakenBack()
{
    IgnoreRules rules = IgnoreRules::defaults();
    QVERIFY(rules.ignores(".git", true));
    QVERIFY(rules.ignores("project/.git/config", false));
    QVERIFY(rules.ignores("a/.ipynb_checkpoints/x.ipynb", false));
    QVERIFY(rules.ignores("pkg/__pycache__", true));
    QVERIFY(rules.ignores(".model.bin.nimbook-part", false));
    QVERIFY(!rules.ignores("train.ipynb", false));
    QVERIFY(!rules.ignores(".gitignore", false));
    rules.add({}, "!__pycache__\n");
    QVERIFY(!rules.ignores("pkg/__pycache__", true));
}

void IgnoreRulesTest::hostilePattern_costsNoTime()
{
    IgnoreRules rules;
    rules.add({}, QByteArray("*a").repeated(120) + "b");
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!rules.ignores(QString(250, QLatin1Char('a')), false));
    QVERIFY(timer.elapsed() < 5000); // backtracking would take longer than the world is old
}

QTEST_GUILESS_MAIN(IgnoreRulesTest)
#include "ignore_rules_test.moc"
