// SPDX-License-Identifier: Apache-2.0
// Any object as an operation: a finished one that names a problem is a failure with words.
#include "cloud/model/operation.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace nimbook;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    QJsonObject json = QJsonDocument::fromJson(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size))).object();
    if (json.value(QStringLiteral("body")).isObject())
        json = json.value(QStringLiteral("body")).toObject(); // a recording
    const auto operation = cloud::Operation::fromJson(json);
    const Error error = cloud::errorFromOperation(operation, QStringLiteral("fuzz"));
    if (error.message.isEmpty() || error.kind == ErrorKind::Cancelled)
        std::abort();
    return 0;
}
