// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_marks.h"

#include <algorithm>

namespace nimbook::workspace {

namespace {

QString label() { return QStringLiteral("nimbook"); }
QString fallbackLogin() { return QStringLiteral("nimbook"); }

bool isPlain(QChar c)
{
    return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'));
}

QString cleaned(const QString &text, qsizetype longest)
{
    QString result;
    const QString lower = text.toLower();
    for (const QChar c : lower)
        result += isPlain(c) || c == QLatin1Char('-') || c == QLatin1Char('_') ? c : QChar(QLatin1Char('_'));
    return result.left(longest);
}

} // namespace

bool isOurs(const cloud::Instance &machine)
{
    return machine.labels.contains(label());
}

void markAsOurs(cloud::CreateSpec &spec, const QString &owner, const QString &containerImage, const QString &startupScript)
{
    if (!spec.labels.contains(label()))
        spec.labels.insert(label(), QStringLiteral("managed"));
    if (const QString value = labelValue(owner); !value.isEmpty() && !spec.labels.contains(QStringLiteral("owner")))
        spec.labels.insert(QStringLiteral("owner"), value);
    spec.metadata.insert(QStringLiteral("startup-script"), startupScript);
    spec.metadata.insert(QStringLiteral("enable-guest-attributes"), QStringLiteral("TRUE"));
    // Deep Learning VM images of older families ask for this before they install their driver; newer ones have it.
    if (spec.imageProject == QLatin1String("deeplearning-platform-release") && spec.hasGpu())
        spec.metadata.insert(QStringLiteral("install-nvidia-driver"), QStringLiteral("True"));
    if (!containerImage.isEmpty())
        spec.metadata.insert(imageMetadataKey(), containerImage);
}

QString labelValue(const QString &text)
{
    return cleaned(text, 63);
}

QString loginNameFrom(const QString &localUser)
{
    // Linux: at most 32 characters, beginning with a letter (useradd's own rule); Google adds no other.
    QString name = cleaned(localUser, 31);
    if (name.isEmpty() || name == QLatin1String("root") || std::none_of(name.cbegin(), name.cend(), isPlain))
        return fallbackLogin();
    if (name.at(0) < QLatin1Char('a') || name.at(0) > QLatin1Char('z'))
        name.prepend(QLatin1Char('g')); // as gcloud does
    return name;
}

} // namespace nimbook::workspace
