// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTest>
#include <QVariant>
#include <QWebEngineView>

#include <memory>
#include <optional>

namespace nimbook::testing {

/// What \a script gives on the page; an invalid variant when it does not answer.
inline QVariant evaluate(QWebEngineView *view, const QString &script)
{
    auto answer = std::make_shared<std::optional<QVariant>>();
    view->page()->runJavaScript(script, [answer](const QVariant &value) { *answer = value; });
    (void)QTest::qWaitFor([&] { return answer->has_value(); }, 10'000);
    return answer->value_or(QVariant());
}

inline bool waitForScript(QWebEngineView *view, const QString &condition, int milliseconds = 30'000)
{
    return QTest::qWaitFor([&] { return evaluate(view, condition).toBool(); }, milliseconds);
}

} // namespace nimbook::testing
