// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

namespace nimbook::testing {

/// One of Google's API discovery documents: which method a request means, and what is wrong with the request.
/// Source: Google API Discovery Service, document format v1.
class DiscoveryDocument {
public:
    explicit DiscoveryDocument(const QString &path)
    {
        QFile file(path);
        if (file.open(QIODevice::ReadOnly))
            m_document = QJsonDocument::fromJson(file.readAll()).object();
        collect(m_document.value(QStringLiteral("resources")).toObject());
    }

    bool isValid() const { return !m_methods.isEmpty(); }

    struct Check {
        QString method; ///< "compute.instances.insert"; empty: none has this verb and path
        QStringList faults;
    };
    Check check(const QByteArray &verb, const QUrl &url, const QByteArray &body) const
    {
        const QString root = m_document.value(QStringLiteral("rootUrl")).toString();
        const QString address = url.toString(QUrl::FullyEncoded | QUrl::RemoveQuery);
        if (!address.startsWith(root))
            return {{}, {QStringLiteral("not under %1: %2").arg(root, address)}};
        const QString path = address.mid(root.size());
        for (const QJsonObject &method : m_methods) {
            if (method.value(QStringLiteral("httpMethod")).toString().toLatin1() != verb || !matches(method, path))
                continue;
            Check result{method.value(QStringLiteral("id")).toString(), {}};
            checkQuery(method, url, result.faults);
            checkBody(method, body, result.faults);
            return result;
        }
        return {{}, {QStringLiteral("no method %1 %2").arg(QString::fromLatin1(verb), path)}};
    }

private:
    void collect(const QJsonObject &resources)
    {
        for (const QJsonValue &resource : resources) {
            const QJsonObject methods = resource.toObject().value(QStringLiteral("methods")).toObject();
            for (const QJsonValue &method : methods)
                m_methods.append(method.toObject());
            collect(resource.toObject().value(QStringLiteral("resources")).toObject());
        }
    }

    bool matches(const QJsonObject &method, const QString &path) const
    {
        const QString pattern = method.value(QStringLiteral("flatPath")).toString(method.value(QStringLiteral("path")).toString());
        static const QRegularExpression parameter(QStringLiteral("\\\\\\{[^}]+\\\\\\}"));
        QString expression = QRegularExpression::escape(m_document.value(QStringLiteral("servicePath")).toString() + pattern);
        expression.replace(parameter, QStringLiteral("[^/]+"));
        return QRegularExpression(QRegularExpression::anchoredPattern(expression)).match(path).hasMatch()
            || QRegularExpression::escape(path) == expression;
    }

    void checkQuery(const QJsonObject &method, const QUrl &url, QStringList &faults) const
    {
        const QJsonObject own = method.value(QStringLiteral("parameters")).toObject();
        const QJsonObject common = m_document.value(QStringLiteral("parameters")).toObject();
        const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
        for (const auto &[name, value] : items) {
            const QJsonObject rule = own.value(name).toObject();
            if (common.contains(name))
                continue;
            if (rule.value(QStringLiteral("location")).toString() != QLatin1String("query"))
                faults.append(QStringLiteral("unknown query parameter ") + name);
            bool isNumber = true;
            if (rule.value(QStringLiteral("type")).toString() == QLatin1String("integer"))
                value.toLongLong(&isNumber);
            if (!isNumber || (rule.value(QStringLiteral("type")).toString() == QLatin1String("boolean") && value != QLatin1String("true") && value != QLatin1String("false")))
                faults.append(QStringLiteral("bad value of ") + name + QLatin1Char('=') + value);
        }
    }

    void checkBody(const QJsonObject &method, const QByteArray &body, QStringList &faults) const
    {
        const QString schema = method.value(QStringLiteral("request")).toObject().value(QStringLiteral("$ref")).toString();
        if (schema.isEmpty() != body.isEmpty())
            faults.append(schema.isEmpty() ? QStringLiteral("this method takes no body") : QStringLiteral("the body is missing"));
        else if (!schema.isEmpty())
            checkValue(QJsonDocument::fromJson(body).object(), {{QStringLiteral("$ref"), schema}}, schema, faults);
    }

    void checkValue(const QJsonValue &value, QJsonObject rule, const QString &where, QStringList &faults) const
    {
        if (rule.contains(QStringLiteral("$ref")))
            rule = m_document.value(QStringLiteral("schemas")).toObject().value(rule.value(QStringLiteral("$ref")).toString()).toObject();
        const QString type = rule.value(QStringLiteral("type")).toString();
        const QString format = rule.value(QStringLiteral("format")).toString();
        if (type == QLatin1String("object") && value.isObject())
            return checkObject(value.toObject(), rule, where, faults);
        if (type == QLatin1String("array") && value.isArray()) {
            const QJsonArray items = value.toArray();
            for (const QJsonValue &item : items)
                checkValue(item, rule.value(QStringLiteral("items")).toObject(), where + QStringLiteral("[]"), faults);
            return;
        }
        const bool isWhole = value.isDouble() && value.toDouble() == double(value.toInteger());
        const bool fits = (type == QLatin1String("string") && value.isString()) || (type == QLatin1String("boolean") && value.isBool())
            || (type == QLatin1String("integer") && isWhole) || (type == QLatin1String("number") && value.isDouble()) || type == QLatin1String("any");
        if (!fits)
            faults.append(where + QStringLiteral(" is no ") + (type.isEmpty() ? QStringLiteral("known field") : type));
        static const QRegularExpression digits(QStringLiteral("\\A-?\\d+\\z"));
        if (fits && format.endsWith(QLatin1String("int64")) && !digits.match(value.toString()).hasMatch())
            faults.append(where + QStringLiteral(" is no int64 text"));
        const QJsonArray words = rule.value(QStringLiteral("enum")).toArray();
        if (fits && !words.isEmpty() && !words.contains(value))
            faults.append(where + QStringLiteral(" has the unknown value ") + value.toString());
    }

    void checkObject(const QJsonObject &object, const QJsonObject &rule, const QString &where, QStringList &faults) const
    {
        const QJsonObject properties = rule.value(QStringLiteral("properties")).toObject();
        const QJsonValue others = rule.value(QStringLiteral("additionalProperties"));
        for (auto it = object.begin(); it != object.end(); ++it) {
            const QString inside = where + QLatin1Char('.') + it.key();
            if (properties.contains(it.key()))
                checkValue(it.value(), properties.value(it.key()).toObject(), inside, faults);
            else if (others.isObject())
                checkValue(it.value(), others.toObject(), inside, faults);
            else
                faults.append(inside + QStringLiteral(" is not in the schema"));
        }
    }

    QJsonObject m_document;
    QList<QJsonObject> m_methods;
};

} // namespace nimbook::testing
