// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/private_file.h"

#include <QFile>
#include <QSaveFile>

namespace nimbook::sandbox {

bool writePrivateJson(const QString &path, const QJsonObject &content, QString *why, QJsonDocument::JsonFormat format)
{
    QSaveFile file(path);
    const bool good = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(QJsonDocument(content).toJson(format)) >= 0 && file.commit();
    if (!good && why)
        *why = QStringLiteral("cannot write %1: %2").arg(path, file.errorString());
    return good;
}

QJsonObject readJsonFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

} // namespace nimbook::sandbox
