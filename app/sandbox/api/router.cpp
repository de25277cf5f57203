// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/router.h"

namespace nimbook::sandbox {

namespace {

bool fits(const QStringList &pattern, const QStringList &segments, QHash<QString, QString> *captured)
{
    if (pattern.size() != segments.size())
        return false;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QString &piece = pattern.at(i);
        if (!piece.startsWith(QLatin1Char('{'))) {
            if (piece != segments.at(i))
                return false;
            continue;
        }
        if (segments.at(i).isEmpty())
            return false;
        captured->insert(piece.mid(1, piece.size() - 2), segments.at(i));
    }
    return true;
}

} // namespace

void Router::add(const char *verb, const char *path, const char *id, Method method)
{
    addLate(verb, path, id, [method = std::move(method)](const Call &call, const Answer &answer) { answer(method(call)); });
}

void Router::addLate(const char *verb, const char *path, const char *id, LateMethod method)
{
    const QString whole = m_prefix + QLatin1Char('/') + QLatin1String(path);
    m_routes.append({verb, whole.split(QLatin1Char('/')), QLatin1String(id), std::move(method)});
}

std::optional<Router::Match> Router::find(const QByteArray &verb, const QStringList &segments) const
{
    for (const Route &route : m_routes) {
        QHash<QString, QString> captured;
        if (route.verb == verb && fits(route.pattern, segments, &captured))
            return Match{&route, captured};
    }
    return {};
}

} // namespace nimbook::sandbox
