// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QString>

#include <functional>
#include <optional>

namespace nimbook::sandbox {

/// The `filter` of list calls: `status = RUNNING`, `labels.app:*`, `(a = 1) (b = 2)`, `NOT`, `-`, `AND`, `OR`,
/// comparisons, and the older whole-value regular expressions `name eq train.*` / `ne`.
///
/// Source: Compute Engine REST reference, instances.list, parameter filter.
class FilterExpression {
public:
    using Predicate = std::function<bool(const QJsonObject &)>;

    /// Nothing when \a text cannot be understood, e.g. when the two forms are mixed.
    static std::optional<FilterExpression> parse(const QString &text);

    bool matches(const QJsonObject &resource) const { return m_predicate(resource); }

private:
    explicit FilterExpression(Predicate predicate) : m_predicate(std::move(predicate)) {}

    Predicate m_predicate;
};

} // namespace nimbook::sandbox
