// SPDX-License-Identifier: Apache-2.0
#include "sync/ignore_pattern.h"

#include <cctype>
#include <cstring>

namespace nimbook::sync {

namespace {

/// Spaces at the end count only behind a backslash.
void dropTrailingSpaces(QByteArray &line)
{
    qsizetype keep = 0;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == '\\') {
            keep = std::min(line.size(), i + 2);
            ++i;
        } else if (line[i] != ' ') {
            keep = i + 1;
        }
    }
    line.truncate(keep);
}

using ClassTest = int (*)(int);

ClassTest namedClass(QByteArrayView name)
{
    static constexpr std::pair<const char *, ClassTest> classes[] = {
        {"alnum", std::isalnum}, {"alpha", std::isalpha}, {"blank", std::isblank}, {"cntrl", std::iscntrl},
        {"digit", std::isdigit}, {"graph", std::isgraph}, {"lower", std::islower}, {"print", std::isprint},
        {"punct", std::ispunct}, {"space", std::isspace}, {"upper", std::isupper}, {"xdigit", std::isxdigit},
    };
    for (const auto &[known, test] : classes) {
        if (name == known)
            return test;
    }
    return nullptr;
}

} // namespace

std::optional<IgnorePattern> IgnorePattern::parse(QByteArray line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    if (line.startsWith('#'))
        return std::nullopt;
    dropTrailingSpaces(line);
    IgnorePattern pattern;
    if (line.startsWith('!')) {
        pattern.m_negated = true;
        line.remove(0, 1);
    }
    if (line.endsWith('/')) {
        pattern.m_foldersOnly = true;
        line.chop(1);
    }
    pattern.m_nameOnly = !line.contains('/');
    if (line.startsWith('/'))
        line.remove(0, 1);
    if (line.isEmpty() || !pattern.compile(line))
        return std::nullopt;
    return pattern;
}

bool IgnorePattern::compile(QByteArrayView text)
{
    const auto literal = [this](char byte) {
        Token token;
        token.bytes.set(uchar(byte));
        m_tokens.push_back(token);
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        switch (text[i]) {
        case '\\':
            if (++i >= text.size())
                return false; // a backslash that escapes nothing matches nothing
            literal(text[i]);
            break;
        case '?': {
            Token token;
            token.bytes.set();
            token.bytes.reset('/');
            m_tokens.push_back(token);
            break;
        }
        case '[':
            if (!compileSet(text, i))
                return false;
            break;
        case '*': {
            const qsizetype first = i;
            while (i + 1 < text.size() && text[i + 1] == '*')
                ++i;
            const bool opensFolder = first == 0 || text[first - 1] == '/';
            const bool isLast = i + 1 == text.size();
            if (i > first && opensFolder && isLast) {
                m_tokens.push_back({Token::Kind::Anything});
            } else if (i > first && opensFolder && text[i + 1] == '/') {
                m_tokens.push_back({Token::Kind::Folders});
                ++i; // the slash belongs to the folders
            } else {
                m_tokens.push_back({Token::Kind::InName});
            }
            break;
        }
        default:
            literal(text[i]);
        }
    }
    return true;
}

/// "[a-z]", "[!0-9]", "[[:alpha:]_]". \a at stands on the bracket and is left on the closing one.
bool IgnorePattern::compileSet(QByteArrayView text, qsizetype &at)
{
    Token token;
    qsizetype i = at + 1;
    const bool negated = i < text.size() && (text[i] == '!' || text[i] == '^');
    if (negated)
        ++i;
    int previous = -1; // the start of a range that may follow
    for (bool first = true;; first = false, ++i) {
        if (i >= text.size())
            return false;
        char byte = text[i];
        if (byte == ']' && !first)
            break;
        if (byte == '-' && previous >= 0 && i + 1 < text.size() && text[i + 1] != ']') {
            byte = text[++i];
            if (byte == '\\') {
                if (++i >= text.size())
                    return false;
                byte = text[i];
            }
            for (int each = previous; each <= uchar(byte); ++each)
                token.bytes.set(size_t(each));
            previous = -1;
            continue;
        }
        if (byte == '[' && i + 1 < text.size() && text[i + 1] == ':') {
            const qsizetype end = text.indexOf(']', i + 2);
            if (end < 0)
                return false;
            if (end > i + 2 && text[end - 1] == ':') {
                const ClassTest test = namedClass(text.sliced(i + 2, end - 1 - (i + 2)));
                if (!test)
                    return false;
                for (int each = 0; each < 128; ++each) {
                    if (test(each))
                        token.bytes.set(size_t(each));
                }
                previous = -1;
                i = end;
                continue;
            }
        }
        if (byte == '\\') {
            if (++i >= text.size())
                return false;
            byte = text[i];
        }
        token.bytes.set(uchar(byte));
        previous = uchar(byte);
    }
    if (negated)
        token.bytes.flip();
    token.bytes.reset('/');
    m_tokens.push_back(token);
    at = i;
    return true;
}

bool IgnorePattern::matches(QByteArrayView path, bool isFolder) const
{
    if (m_foldersOnly && !isFolder)
        return false;
    const QByteArrayView text = m_nameOnly ? path.sliced(path.lastIndexOf('/') + 1) : path;
    // reach[i]: the tokens so far can have used up exactly i bytes. One row for each token.
    std::vector<char> reach(size_t(text.size()) + 1, 0);
    std::vector<char> next(reach.size());
    reach[0] = 1;
    for (const Token &token : m_tokens) {
        std::fill(next.begin(), next.end(), 0);
        bool open = false; // an earlier start can still be extended to here
        for (size_t i = 0; i < reach.size(); ++i) {
            const char before = i > 0 ? text[qsizetype(i) - 1] : '\0';
            switch (token.kind) {
            case Token::Kind::OneOf:
                next[i] = i > 0 && reach[i - 1] && token.bytes.test(uchar(before));
                break;
            case Token::Kind::InName:
                open = (open && before != '/') || reach[i];
                next[i] = open;
                break;
            case Token::Kind::Folders:
                next[i] = reach[i] || (open && before == '/');
                open = open || reach[i];
                break;
            case Token::Kind::Anything:
                open = open || reach[i];
                next[i] = open;
                break;
            }
        }
        reach.swap(next);
    }
    return reach.back();
}

} // namespace nimbook::sync
