// SPDX-License-Identifier: Apache-2.0
#include "sync/ignore_rules.h"

namespace nimbook::sync {

namespace {

QList<IgnorePattern> patternsOf(QByteArray text)
{
    if (text.startsWith("\xef\xbb\xbf"))
        text.remove(0, 3);
    QList<IgnorePattern> patterns;
    for (const QByteArray &line : text.split('\n')) {
        if (const auto pattern = IgnorePattern::parse(line))
            patterns.append(*pattern);
    }
    return patterns;
}

/// The last one that fits; null: none does.
const IgnorePattern *lastMatch(const QList<IgnorePattern> &patterns, QByteArrayView path, bool isFolder)
{
    for (auto pattern = patterns.crbegin(); pattern != patterns.crend(); ++pattern) {
        if (pattern->matches(path, isFolder))
            return &*pattern;
    }
    return nullptr;
}

} // namespace

IgnoreRules IgnoreRules::defaults()
{
    IgnoreRules rules;
    rules.m_defaults = patternsOf(".ipynb_checkpoints\n__pycache__\n.git\n.*.nimbook-part\n");
    return rules;
}

QStringList IgnoreRules::fileNames()
{
    return {QStringLiteral(".gitignore"), QStringLiteral(".nimbookignore")};
}

void IgnoreRules::add(const QString &folder, const QByteArray &text)
{
    if (QList<IgnorePattern> patterns = patternsOf(text); !patterns.isEmpty())
        m_files[folder.toUtf8()].append(std::move(patterns));
}

bool IgnoreRules::ignoresHere(const QString &path, bool isFolder) const
{
    const QByteArray bytes = path.toUtf8();
    for (qsizetype slash = bytes.lastIndexOf('/');; slash = bytes.lastIndexOf('/', slash - 1)) {
        const auto file = m_files.constFind(slash > 0 ? bytes.first(slash) : QByteArray());
        if (file != m_files.cend()) {
            if (const IgnorePattern *match = lastMatch(*file, QByteArrayView(bytes).sliced(slash + 1), isFolder))
                return !match->isNegated();
        }
        if (slash <= 0)
            break;
    }
    const IgnorePattern *match = lastMatch(m_defaults, bytes, isFolder);
    return match && !match->isNegated();
}

bool IgnoreRules::ignores(const QString &path, bool isFolder) const
{
    for (qsizetype slash = path.indexOf(u'/'); slash > 0; slash = path.indexOf(u'/', slash + 1)) {
        if (ignoresHere(path.first(slash), true))
            return true;
    }
    return ignoresHere(path, isFolder);
}

} // namespace nimbook::sync
