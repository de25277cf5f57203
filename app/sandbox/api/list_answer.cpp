// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/list_answer.h"

#include "sandbox/api/filter_expression.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/resource_store.h"

#include <algorithm>

namespace nimbook::sandbox {

namespace {

struct SortedItem {
    QString key; ///< position in the whole list, also what a page token holds
    QString scope;
    QJsonObject resource;
};

struct ListQuery {
    int maxResults = 500;
    QString after;
    std::optional<FilterExpression> filter;
    bool newestFirst = false;
};

tl::expected<ListQuery, ApiError> readListQuery(const Call &call)
{
    ListQuery query;
    const QString count = call.request.parameter(QStringLiteral("maxResults"));
    if (!count.isEmpty()) {
        bool ok = false;
        const int number = count.toInt(&ok);
        if (!ok || number < 0 || number > 500)
            return invalidField(QStringLiteral("maxResults"), count, QStringLiteral("Must be between 0 and 500."));
        query.maxResults = number == 0 ? 500 : number;
    }
    const QString token = call.request.parameter(QStringLiteral("pageToken"));
    if (!token.isEmpty()) {
        const auto decoded = QByteArray::fromBase64Encoding(token.toLatin1(), QByteArray::Base64UrlEncoding
                                                                | QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded || !(*decoded).startsWith("after:"))
            return invalidField(QStringLiteral("pageToken"), token, QStringLiteral("Invalid page token."));
        query.after = QString::fromUtf8((*decoded).mid(6));
    }
    const QString filter = call.request.parameter(QStringLiteral("filter"));
    if (!filter.isEmpty()) {
        query.filter = FilterExpression::parse(filter);
        if (!query.filter)
            return invalidField(QStringLiteral("filter"), filter, QStringLiteral("Invalid list filter expression."));
    }
    const QString order = call.request.parameter(QStringLiteral("orderBy"));
    if (!order.isEmpty() && order != QLatin1String("name") && order != QLatin1String("creationTimestamp desc"))
        return invalidField(QStringLiteral("orderBy"), order, QStringLiteral("Sorting is supported by name or creationTimestamp desc."));
    query.newestFirst = order.startsWith(QLatin1String("creationTimestamp"));
    return query;
}

QString sortKey(const QJsonObject &resource, const ListQuery &query)
{
    const QString self = resource.value(QLatin1String("selfLink")).toString();
    if (!query.newestFirst)
        return self;
    const QDateTime made = QDateTime::fromString(resource.value(QLatin1String("creationTimestamp")).toString(), Qt::ISODateWithMs);
    // Counting down from a far future makes the newest the smallest key.
    return QStringLiteral("%1 %2").arg(9'999'999'999'999LL - made.toMSecsSinceEpoch(), 14, 10, QLatin1Char('0')).arg(self);
}

/// Leaves one page in \a items and returns the token of the next, or nothing.
QString cutPage(QList<SortedItem> &items, const ListQuery &query)
{
    std::sort(items.begin(), items.end(), [](const SortedItem &a, const SortedItem &b) { return a.key < b.key; });
    const auto first = std::upper_bound(items.begin(), items.end(), query.after,
                                        [](const QString &after, const SortedItem &item) { return after < item.key; });
    if (!query.after.isEmpty())
        items.erase(items.begin(), first);
    if (items.size() <= query.maxResults)
        return {};
    items.resize(query.maxResults);
    return QString::fromLatin1(("after:" + items.last().key.toUtf8()).toBase64(QByteArray::Base64UrlEncoding));
}

QJsonObject listHead(const ListShape &shape, const QString &nextPageToken)
{
    QJsonObject answer{{QStringLiteral("kind"), shape.kind},
                       {QStringLiteral("id"), shape.path},
                       {QStringLiteral("selfLink"), link(shape.path)}};
    if (!nextPageToken.isEmpty())
        answer[QStringLiteral("nextPageToken")] = nextPageToken;
    return answer;
}

QJsonObject scopeWarning(const QString &code, const QString &message, const QString &scope)
{
    return {{QStringLiteral("warning"),
             QJsonObject{{QStringLiteral("code"), code},
                         {QStringLiteral("message"), message},
                         {QStringLiteral("data"), QJsonArray{QJsonObject{{QStringLiteral("key"), QStringLiteral("scope")},
                                                                         {QStringLiteral("value"), scope}}}}}}};
}

} // namespace

ApiResult answerList(const Call &call, const ListShape &shape, const QList<QJsonObject> &all)
{
    const auto query = readListQuery(call);
    if (!query)
        return tl::unexpected(query.error());
    QList<SortedItem> items;
    for (const QJsonObject &resource : all) {
        if (!query->filter || query->filter->matches(resource))
            items.append({sortKey(resource, *query), {}, resource});
    }
    QJsonObject answer = listHead(shape, cutPage(items, *query));
    QJsonArray page;
    for (const SortedItem &item : items)
        page.append(ResourceStore::published(item.resource));
    if (!page.isEmpty())
        answer[QStringLiteral("items")] = page;
    return answer;
}

ApiResult answerAggregatedList(const Call &call, const ListShape &shape, const QStringList &scopes,
                               const QMap<QString, QList<QJsonObject>> &all, const QStringList &unreachable)
{
    const auto query = readListQuery(call);
    if (!query)
        return tl::unexpected(query.error());
    const bool partial = call.request.parameter(QStringLiteral("returnPartialSuccess")) == QLatin1String("true");
    if (!unreachable.isEmpty() && !partial)
        return tl::unexpected(unavailable());

    QList<SortedItem> items;
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (unreachable.contains(it.key()))
            continue;
        for (const QJsonObject &resource : it.value()) {
            if (!query->filter || query->filter->matches(resource))
                items.append({sortKey(resource, *query), it.key(), resource});
        }
    }
    QJsonObject answer = listHead(shape, cutPage(items, *query));
    QMap<QString, QJsonArray> pages;
    for (const SortedItem &item : items)
        pages[item.scope].append(ResourceStore::published(item.resource));

    QJsonObject map;
    const bool everyScope = !query->filter || call.request.parameter(QStringLiteral("includeAllScopes")) == QLatin1String("true");
    for (const QString &scope : scopes) {
        if (pages.contains(scope))
            map[scope] = QJsonObject{{shape.itemKey, pages.value(scope)}};
        else if (unreachable.contains(scope))
            map[scope] = scopeWarning(QStringLiteral("UNREACHABLE"), QStringLiteral("The scope '%1' is unreachable.").arg(scope), scope);
        else if (everyScope)
            map[scope] = scopeWarning(QStringLiteral("NO_RESULTS_ON_PAGE"),
                                      QStringLiteral("There are no results for scope '%1' on this page.").arg(scope), scope);
    }
    if (!map.isEmpty())
        answer[QStringLiteral("items")] = map;
    if (!unreachable.isEmpty()) {
        QJsonArray names;
        for (const QString &scope : unreachable)
            names.append(link(QStringLiteral("projects/%1/%2").arg(call.project(), scope)));
        answer[QStringLiteral("unreachables")] = names;
    }
    return answer;
}

} // namespace nimbook::sandbox
