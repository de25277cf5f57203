// SPDX-License-Identifier: Apache-2.0
#include "models/requirements_check.h"

#include <QTest>

using namespace nimbook::models;

class RequirementsCheckTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void line_isJudged_data();
    void line_isJudged();
    void problem_namesItsLine();
    void continuedLine_isOne();
    void packages_areCounted();
};

void RequirementsCheckTest::line_isJudged_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("good");
    for (const char *good : {"numpy", "numpy==1.26.4", "numpy >= 1.26, < 2", "pandas[excel,parquet]~=2.2", "torch==2.6.0+cu124", "Pillow  # pictures", "# only a comment", "",
                             "  scipy ", "keras; python_version >= '3.9'", "git+https://github.com/x/y.git@main#egg=y", "https://example.com/a.whl", "./local.whl",
                             "/src/wheels/a-1.0-py3-none-any.whl", "a-1.0-py3-none-any.whl", "-r more.txt", "--index-url https://example.com/simple", "-e .",
                             "name @ https://example.com/a.zip", "requests==2.31.0 --hash=sha256:abc", "zope.interface", "ruamel_yaml!=0.1.*", "black===23.1"})
        QTest::newRow(good) << QString::fromUtf8(good) << true;
    for (const char *bad : {"numpy=1.26", "pip install numpy", "!pip install numpy", "import numpy", "numpy pandas", "numpy==", ">=1.2", "größe", "numpy,pandas", "%pip install x", "\"numpy\""})
        QTest::newRow(bad) << QString::fromUtf8(bad) << false;
}

void RequirementsCheckTest::line_isJudged()
{
    QFETCH(QString, line);
    QFETCH(bool, good);
    const auto problems = requirementsProblems(line);
    QVERIFY2(problems.isEmpty() == good, problems.isEmpty() ? "taken" : qPrintable(problems.first().text));
}

void RequirementsCheckTest::problem_namesItsLine()
{
    const auto problems = requirementsProblems(QStringLiteral("numpy\n\nnumpy=1\npandas\nimport x\n"));
    QCOMPARE(problems.size(), 2);
    QCOMPARE(problems[0].line, 3);
    QCOMPARE(problems[1].line, 5);
    QVERIFY(problems[0].text != problems[1].text);
}

void RequirementsCheckTest::continuedLine_isOne()
{
    QVERIFY(requirementsProblems(QStringLiteral("numpy==1.26 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\npandas")).isEmpty());
}

void RequirementsCheckTest::packages_areCounted()
{
    QCOMPARE(requirementsCount(QStringLiteral("# a\nnumpy\n\n--no-index\npandas # b\n")), 2);
    QCOMPARE(requirementsCount(QString()), 0);
}

QTEST_GUILESS_MAIN(RequirementsCheckTest)
#include "requirements_check_test.moc"
