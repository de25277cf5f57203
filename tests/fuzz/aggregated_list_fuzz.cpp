// SPDX-License-Identifier: Apache-2.0
// Any object as a page of aggregatedList: machines with their metadata, and the zones that did not answer.
#include "cloud/gce/listing.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cstdlib>

using namespace nimbook;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    QJsonObject page = QJsonDocument::fromJson(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size))).object();
    for (int round = 0; round < 2; ++round) {
        const auto listing = cloud::instanceListingFrom({page, page}, QStringLiteral("vision-lab"));
        for (qsizetype i = 1; i < listing.instances.size(); ++i) {
            if (listing.instances.at(i).ref.name < listing.instances.at(i - 1).ref.name)
                std::abort(); // a list that is not sorted jumps on the screen
        }
        if (QStringList zones = listing.unreachable; zones.removeDuplicates() > 0)
            std::abort();
        cloud::aggregatedItems({page}, QStringLiteral("acceleratorTypes"));
        // A recording of one machine or of a plain list is put where a machine belongs.
        page = {{QStringLiteral("items"), QJsonObject{{QStringLiteral("zones/z"), QJsonObject{{QStringLiteral("instances"), QJsonArray{page}}}}}}};
    }
    return 0;
}
