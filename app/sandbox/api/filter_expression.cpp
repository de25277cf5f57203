// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/filter_expression.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <memory>

namespace nimbook::sandbox {

namespace {

QString scalarText(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    if (value.isDouble())
        return QString::number(value.toDouble(), 'g', 17);
    return value.toString();
}

/// The values a field path leads to; a step through a list fans out.
void collect(const QJsonValue &value, const QStringList &path, qsizetype at, QStringList &found)
{
    if (value.isArray()) {
        for (const QJsonValue &element : value.toArray())
            collect(element, path, at, found);
    } else if (at == path.size()) {
        if (!value.isUndefined() && !value.isNull())
            found << (value.isObject() ? QString() : scalarText(value));
    } else if (value.isObject()) {
        collect(value.toObject().value(path.at(at)), path, at + 1, found);
    }
}

int compareValues(const QString &left, const QString &right)
{
    bool leftIsNumber = false;
    bool rightIsNumber = false;
    const double a = left.toDouble(&leftIsNumber);
    const double b = right.toDouble(&rightIsNumber);
    if (leftIsNumber && rightIsNumber)
        return a < b ? -1 : (a > b ? 1 : 0);
    return QString::compare(left, right, Qt::CaseInsensitive);
}

class FilterParser {
public:
    explicit FilterParser(const QString &text) : m_text(text) {}

    std::optional<FilterExpression::Predicate> parse()
    {
        auto whole = parseOr();
        skipSpace();
        if (!whole || m_at != m_text.size() || (m_usedRegex && (m_usedAip || m_regexCount > 1)))
            return {};
        return whole;
    }

private:
    using Predicate = FilterExpression::Predicate;
    using Parsed = std::optional<Predicate>;

    void skipSpace()
    {
        while (m_at < m_text.size() && m_text.at(m_at).isSpace())
            ++m_at;
    }

    bool takeWord(QLatin1String word)
    {
        skipSpace();
        const QStringView rest = QStringView(m_text).mid(m_at);
        if (!rest.startsWith(word) || (rest.size() > word.size() && !rest.at(word.size()).isSpace() && rest.at(word.size()) != u'('))
            return false;
        m_at += word.size();
        return true;
    }

    bool take(QLatin1String symbol)
    {
        skipSpace();
        if (!QStringView(m_text).mid(m_at).startsWith(symbol))
            return false;
        m_at += symbol.size();
        return true;
    }

    Parsed parseOr()
    {
        Parsed left = parseAnd();
        while (left && takeWord(QLatin1String("OR"))) {
            Parsed right = parseAnd();
            if (!right)
                return {};
            left = [a = *left, b = *right](const QJsonObject &o) { return a(o) || b(o); };
        }
        return left;
    }

    Parsed parseAnd()
    {
        Parsed left = parseOne();
        while (left) {
            takeWord(QLatin1String("AND"));
            skipSpace();
            const QStringView rest = QStringView(m_text).mid(m_at);
            if (rest.isEmpty() || rest.startsWith(u')') || rest.startsWith(QLatin1String("OR ")))
                break;
            Parsed right = parseOne();
            if (!right)
                return {};
            left = [a = *left, b = *right](const QJsonObject &o) { return a(o) && b(o); };
        }
        return left;
    }

    Parsed parseOne()
    {
        if (takeWord(QLatin1String("NOT")) || take(QLatin1String("-"))) {
            Parsed inner = parseOne();
            if (!inner)
                return {};
            return Predicate([a = *inner](const QJsonObject &o) { return !a(o); });
        }
        if (take(QLatin1String("("))) {
            Parsed inner = parseOr();
            return inner && take(QLatin1String(")")) ? inner : Parsed();
        }
        return parseComparison();
    }

    Parsed parseComparison()
    {
        const std::optional<QString> field = word();
        if (!field || field->isEmpty())
            return {};
        const QStringList path = field->split(QLatin1Char('.'));
        if (takeWord(QLatin1String("eq")) || takeWord(QLatin1String("ne"))) {
            const bool wanted = m_text.at(m_at - 1) == u'q';
            const std::optional<QString> pattern = word();
            if (!pattern)
                return {};
            const QRegularExpression rule(QRegularExpression::anchoredPattern(*pattern));
            if (!rule.isValid())
                return {};
            m_usedRegex = true;
            ++m_regexCount;
            return Predicate([path, rule, wanted](const QJsonObject &object) {
                QStringList values;
                collect(object, path, 0, values);
                bool matched = false;
                for (const QString &value : values)
                    matched = matched || rule.match(value).hasMatch();
                return matched == wanted;
            });
        }
        for (const char *symbol : {"!=", "<=", ">=", "=", ":", "<", ">"}) {
            if (!take(QLatin1String(symbol)))
                continue;
            const std::optional<QString> value = word();
            if (!value)
                return {};
            m_usedAip = true;
            return comparison(path, QLatin1String(symbol), *value);
        }
        return {};
    }

    static Predicate comparison(const QStringList &path, QLatin1String symbol, const QString &wanted)
    {
        const auto wildcard = std::make_shared<QRegularExpression>(
            QRegularExpression::anchoredPattern(QRegularExpression::escape(wanted).replace(QLatin1String("\\*"), QLatin1String(".*"))),
            QRegularExpression::CaseInsensitiveOption);
        return [path, symbol, wanted, wildcard](const QJsonObject &object) {
            QStringList values;
            collect(object, path, 0, values);
            if (symbol == QLatin1String(":") && wanted == QLatin1String("*"))
                return !values.isEmpty();
            bool equal = false;
            for (const QString &value : values) {
                const int order = compareValues(value, wanted);
                if ((symbol == QLatin1String("<") && order < 0) || (symbol == QLatin1String(">") && order > 0)
                    || (symbol == QLatin1String("<=") && order <= 0) || (symbol == QLatin1String(">=") && order >= 0))
                    return true;
                equal = equal || wildcard->match(value).hasMatch()
                    || (symbol == QLatin1String(":") && value.contains(wanted, Qt::CaseInsensitive));
            }
            if (symbol == QLatin1String("!="))
                return !equal;
            return equal && (symbol == QLatin1String("=") || symbol == QLatin1String(":"));
        };
    }

    std::optional<QString> word()
    {
        skipSpace();
        if (m_at >= m_text.size())
            return {};
        const QChar quote = m_text.at(m_at);
        QString out;
        if (quote == u'"' || quote == u'\'') {
            for (++m_at; m_at < m_text.size() && m_text.at(m_at) != quote; ++m_at) {
                // \" and \\ are escapes; any other backslash belongs to the value (a regular expression, say).
                if (m_text.at(m_at) == u'\\' && m_at + 1 < m_text.size()
                    && (m_text.at(m_at + 1) == quote || m_text.at(m_at + 1) == u'\\'))
                    ++m_at;
                out += m_text.at(m_at);
            }
            if (m_at >= m_text.size())
                return {};
            ++m_at;
            return out;
        }
        static const QString ends = QStringLiteral(" \t\n()=!<>:\"");
        const bool isValue = m_at > 0 && QStringLiteral("=:<>qe").contains(previousSign());
        int depth = 0;
        while (m_at < m_text.size()) {
            const QChar c = m_text.at(m_at);
            // A bare value may hold ':' (URLs, times) and balanced parentheses (regular expressions).
            if (isValue && c == u'(')
                ++depth;
            else if (isValue && c == u')' && depth > 0)
                --depth;
            else if (isValue && (c == u':' || c == u'='))
                ;
            else if (ends.contains(c))
                break;
            out += c;
            ++m_at;
        }
        return out.isEmpty() ? std::optional<QString>() : out;
    }

    QChar previousSign() const
    {
        qsizetype at = m_at - 1;
        bool spaced = false;
        while (at >= 0 && m_text.at(at).isSpace()) {
            spaced = true;
            --at;
        }
        if (at < 0)
            return {};
        const QChar sign = m_text.at(at);
        if (sign != u'q' && sign != u'e')
            return sign;
        const bool operatorWord = spaced && at >= 2 && m_text.at(at - 2).isSpace();
        return operatorWord && (QStringView(m_text).mid(at - 1, 2) == u"eq" || QStringView(m_text).mid(at - 1, 2) == u"ne") ? sign : QChar();
    }

    QString m_text;
    qsizetype m_at = 0;
    bool m_usedRegex = false;
    bool m_usedAip = false;
    int m_regexCount = 0;
};

} // namespace

std::optional<FilterExpression> FilterExpression::parse(const QString &text)
{
    if (auto predicate = FilterParser(text).parse())
        return FilterExpression(std::move(*predicate));
    return {};
}

} // namespace nimbook::sandbox
