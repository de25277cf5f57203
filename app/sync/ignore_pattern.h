// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <bitset>
#include <optional>
#include <vector>

namespace nimbook::sync {

/// One line of an ignore file, in the syntax of gitignore(5). Matches bytes, as git does: "?" is one byte of a UTF-8 name.
///
/// Never slower than pattern length times name length, whatever the pattern: a machine's ignore file is data from the far side.
class IgnorePattern {
public:
    /// Nothing: an empty line, a comment, or a pattern that can match nothing.
    static std::optional<IgnorePattern> parse(QByteArray line);

    /// \param path relative to the folder that the ignore file lies in, no slash at either end
    bool matches(QByteArrayView path, bool isFolder) const;
    bool isNegated() const { return m_negated; } ///< "!pattern": takes back what an earlier one ignored

private:
    struct Token {
        enum class Kind { OneOf, InName, Folders, Anything };
        Kind kind = Kind::OneOf; ///< one byte of a set; any bytes but '/'; nothing or whole folders with their '/'; any bytes
        std::bitset<256> bytes = {};
    };
    bool compile(QByteArrayView text);
    bool compileSet(QByteArrayView text, qsizetype &at);

    std::vector<Token> m_tokens;
    bool m_negated = false;
    bool m_foldersOnly = false;
    bool m_nameOnly = false; ///< no slash in it: looked for in every folder below
};

} // namespace nimbook::sync
