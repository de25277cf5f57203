// SPDX-License-Identifier: Apache-2.0
#include "models/requirements_check.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

namespace nimbook::models {

namespace {

QString requirementsText(const char *text)
{
    return QCoreApplication::translate("requirements_check", text);
}

/// pip's own: a comment begins a line or follows white space.
QString withoutComment(const QString &line)
{
    static const QRegularExpression comment(QStringLiteral("(^|\\s+)#.*$"));
    return QString(line).remove(comment).trimmed();
}

bool isPathOrUrl(const QString &line)
{
    static const QRegularExpression url(QStringLiteral("^[a-z][a-z0-9+.-]*:"), QRegularExpression::CaseInsensitiveOption);
    return url.match(line).hasMatch() || line.startsWith(u'/') || line.startsWith(u'.') || line.endsWith(u".whl") || line.endsWith(u".tar.gz")
           || line.endsWith(u".zip");
}

QString requirementProblem(const QString &line)
{
    static const QRegularExpression requirement(QStringLiteral(
        "^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\\s*"                               // name
        "(?:\\[[A-Za-z0-9._,\\s-]*\\]\\s*)?"                                            // extras
        "(?:@\\s*\\S.*|\\(?\\s*(?:(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9.*+!_-]+\\s*,?\\s*)*\\)?)" // URL or versions
        "\\s*(?:;.*)?(?:\\s--\\S.*)?$"));                                               // marker, options such as --hash
    static const QRegularExpression singleEquals(QStringLiteral("^[A-Za-z0-9._-]+\\s*=\\s*[0-9]"));

    if (line.startsWith(u"pip ") || line.startsWith(u"!pip") || line.startsWith(u"%pip"))
        return requirementsText(QT_TRANSLATE_NOOP("requirements_check", "This is a command. Write only the package: “numpy”."));
    if (line.startsWith(u"import "))
        return requirementsText(QT_TRANSLATE_NOOP("requirements_check", "This is Python code. Write only the package: “numpy”."));
    if (singleEquals.match(line).hasMatch())
        return requirementsText(QT_TRANSLATE_NOOP("requirements_check", "A version needs two equals signs: “numpy==1.26”."));
    if (!requirement.match(line).hasMatch())
        return requirementsText(QT_TRANSLATE_NOOP("requirements_check", "pip will not understand this line. One package per line, such as “numpy>=1.26”."));
    return {};
}

} // namespace

QList<RequirementsProblem> requirementsProblems(const QString &text)
{
    QList<RequirementsProblem> problems;
    const QStringList lines = text.split(u'\n');
    bool continued = false;
    for (int number = 1; number <= lines.size(); ++number) {
        const QString line = withoutComment(lines[number - 1]);
        const bool belongsToLast = continued;
        continued = line.endsWith(u'\\');
        if (belongsToLast || line.isEmpty() || line.startsWith(u'-') || isPathOrUrl(line))
            continue;
        const QString problem = requirementProblem(continued ? line.chopped(1).trimmed() : line);
        if (!problem.isEmpty())
            problems.append({number, problem});
    }
    return problems;
}

int requirementsCount(const QString &text)
{
    int count = 0;
    for (const QString &line : text.split(u'\n')) {
        const QString bare = withoutComment(line);
        if (!bare.isEmpty() && !bare.startsWith(u'-'))
            ++count;
    }
    return count;
}

} // namespace nimbook::models
