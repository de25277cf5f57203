// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include <functional>
#include <optional>

namespace nimbook::testing {

/// HTTP without a network: answers are given in order, or by a function; what was sent is kept.
class FakeTransport final : public net::HttpTransport {
public:
    using Answer = std::optional<Result<net::HttpResponse>>; ///< empty: never answers
    using Handler = std::function<Answer(const net::HttpRequest &)>;

    static Result<net::HttpResponse> response(int status, const QByteArray &body, const QList<QPair<QByteArray, QByteArray>> &headers = {})
    {
        return net::HttpResponse{status, headers, body};
    }
    static Result<net::HttpResponse> json(const QJsonObject &body, int status = 200)
    {
        return response(status, QJsonDocument(body).toJson(QJsonDocument::Compact), {{"Content-Type", "application/json; charset=UTF-8"}});
    }
    /// Google's classic envelope.
    static Result<net::HttpResponse> googleError(int status, const QString &reason, const QString &message)
    {
        const QJsonObject first{{QStringLiteral("reason"), reason}, {QStringLiteral("message"), message}, {QStringLiteral("domain"), QStringLiteral("global")}};
        return json({{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), status}, {QStringLiteral("message"), message},
                                                           {QStringLiteral("errors"), QJsonArray{first}}}}}, status);
    }
    static Result<net::HttpResponse> wireError(ErrorKind kind = ErrorKind::Network)
    {
        return failure(kind, QStringLiteral("connection reset"));
    }

    FakeTransport &then(Result<net::HttpResponse> answer)
    {
        m_answers.append(Answer(std::move(answer)));
        return *this;
    }
    FakeTransport &thenSilence()
    {
        m_answers.append(Answer());
        return *this;
    }
    void handleWith(Handler handler) { m_handler = std::move(handler); }

    net::HttpJob *send(const net::HttpRequest &request, QObject *parent) override
    {
        return new FakeJob(*this, request, parent);
    }

    QList<net::HttpRequest> requests; ///< in the order in which they were begun
    int cancelled = 0;

    static QByteArray header(const net::HttpRequest &request, const QByteArray &name)
    {
        return net::HttpResponse{0, request.headers, {}}.header(name);
    }
    static QString query(const net::HttpRequest &request, const QString &name)
    {
        return QUrlQuery(request.url).queryItemValue(name, QUrl::FullyDecoded);
    }
    static QJsonObject body(const net::HttpRequest &request) { return QJsonDocument::fromJson(request.body).object(); }

private:
    class FakeJob final : public net::HttpJob {
    public:
        FakeJob(FakeTransport &transport, net::HttpRequest request, QObject *parent)
            : net::HttpJob(parent), m_transport(transport), m_request(std::move(request)) {}

    protected:
        void run() override
        {
            m_transport.requests.append(m_request);
            if (auto answer = m_transport.answerFor(m_request))
                finishWith(std::move(*answer));
        }
        void abort() override { ++m_transport.cancelled; }

    private:
        FakeTransport &m_transport;
        net::HttpRequest m_request;
    };

    Answer answerFor(const net::HttpRequest &request)
    {
        if (m_handler)
            return m_handler(request);
        if (m_answers.isEmpty())
            return failure(ErrorKind::Internal, QStringLiteral("no answer prepared for ") + request.url.toString());
        return m_answers.takeFirst();
    }

    QList<Answer> m_answers;
    Handler m_handler;
};

} // namespace nimbook::testing
