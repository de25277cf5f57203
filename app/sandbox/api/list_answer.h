// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"

#include <QMap>

namespace nimbook::sandbox {

/// What a list call says about itself.
struct ListShape {
    QString kind;    ///< "compute#instanceList"
    QString itemKey; ///< "instances": the key inside a scope of an aggregated answer
    QString path;    ///< of the collection, for selfLink
};

/// Filter, order and pages of a plain list: maxResults 0…500 (default 500), orderBy `name` or `creationTimestamp desc`.
/// Only what is on the page is stripped of its private part: \a all may come straight from the store.
/// Source: Compute Engine REST reference, instances.list.
ApiResult answerList(const Call &call, const ListShape &shape, const QList<QJsonObject> &all);

/// The same over every scope: a map of ALL \a scopes, those without results with a NO_RESULTS_ON_PAGE warning; with a
/// filter only the scopes that have results, unless includeAllScopes. \a unreachable zones fail the call, or with
/// returnPartialSuccess are named in `unreachables` and warned of. Source: instances.aggregatedList.
ApiResult answerAggregatedList(const Call &call, const ListShape &shape, const QStringList &scopes,
                               const QMap<QString, QList<QJsonObject>> &all, const QStringList &unreachable);

} // namespace nimbook::sandbox
