// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/field_mask.h"

#include <QJsonArray>

#include <map>

namespace nimbook::sandbox {

namespace {

/// A field without children keeps everything below it.
struct MaskNode {
    std::map<QString, MaskNode> children;
};

class MaskParser {
public:
    explicit MaskParser(const QString &text) : m_text(text) {}

    bool parse(MaskNode &root) { return parseList(root) && m_at == m_text.size(); }

private:
    bool parseList(MaskNode &node)
    {
        do {
            if (!parsePath(node))
                return false;
        } while (take(u','));
        return true;
    }

    bool parsePath(MaskNode &node)
    {
        QString name;
        while (m_at < m_text.size() && !QStringLiteral(",/()").contains(m_text.at(m_at)))
            name += m_text.at(m_at++);
        name = name.trimmed();
        if (name.isEmpty())
            return false;
        MaskNode &child = node.children[name];
        if (take(u'/'))
            return parsePath(child);
        if (take(u'('))
            return parseList(child) && take(u')');
        return true;
    }

    bool take(QChar c)
    {
        if (m_at >= m_text.size() || m_text.at(m_at) != c)
            return false;
        ++m_at;
        return true;
    }

    QString m_text;
    qsizetype m_at = 0;
};

QJsonValue kept(const QJsonValue &value, const MaskNode &node)
{
    if (node.children.empty())
        return value;
    if (value.isArray()) {
        QJsonArray out;
        for (const QJsonValue &element : value.toArray())
            out.append(kept(element, node));
        return out;
    }
    if (!value.isObject())
        return QJsonValue(QJsonValue::Undefined);
    const QJsonObject object = value.toObject();
    QJsonObject out;
    for (auto it = object.begin(); it != object.end(); ++it) {
        auto child = node.children.find(it.key());
        if (child == node.children.end())
            child = node.children.find(QStringLiteral("*"));
        if (child == node.children.end())
            continue;
        const QJsonValue part = kept(it.value(), child->second);
        if (!part.isUndefined())
            out[it.key()] = part;
    }
    return out;
}

} // namespace

std::optional<QJsonObject> applyFieldMask(const QJsonObject &answer, const QString &mask)
{
    MaskNode root;
    if (!MaskParser(mask).parse(root))
        return {};
    return kept(answer, root).toObject();
}

} // namespace nimbook::sandbox
