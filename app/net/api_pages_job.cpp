// SPDX-License-Identifier: Apache-2.0
#include "net/api_pages_job.h"

#include "net/query.h"

namespace nimbook::net {

ApiPagesJob::ApiPagesJob(Call call, ApiRequest request, QObject *parent)
    : ValueJob(parent), m_call(std::move(call)), m_request(std::move(request))
{
}

void ApiPagesJob::run()
{
    fetchPage({});
}

void ApiPagesJob::abort()
{
    m_page.cancel();
}

void ApiPagesJob::fetchPage(const QString &token)
{
    ApiRequest request = m_request;
    if (!token.isEmpty())
        addQuery(request.query, QStringLiteral("pageToken"), token);
    m_page.wait(m_call(request, this), [this, token](ValueJob<QJsonObject> &job) {
        auto page = job.result();
        if (!page)
            return fail(std::move(page.error()));
        const QString next = page->value(QStringLiteral("nextPageToken")).toString();
        m_pages.append(std::move(*page));
        setProgress({m_pages.size(), -1, Progress::Unit::Items, {}});
        if (next.isEmpty())
            return succeedWith(std::move(m_pages));
        if (next == token) {
            return fail({ErrorKind::Protocol, tr("Could not %1: the server repeats the same page for ever.").arg(m_request.purpose),
                         tr("Try again later."), QStringLiteral("nextPageToken equals pageToken"), {}});
        }
        fetchPage(next); // a page may be empty and still name a next one
    });
}

} // namespace nimbook::net
