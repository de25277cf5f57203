// SPDX-License-Identifier: Apache-2.0
// Any object as guest attributes: whoever has root on the machine may write them.
#include "cloud/gce/listing.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace nimbook;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QJsonObject json = QJsonDocument::fromJson(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size))).object();
    const auto attributes = cloud::guestAttributesFrom(json);
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        if (!it.key().contains(QLatin1Char('/')))
            std::abort();
    }
    return 0;
}
