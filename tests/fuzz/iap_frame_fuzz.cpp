// SPDX-License-Identifier: Apache-2.0
// Any message of the relay: a frame, an unknown one or a malformed one; data within its bounds, and the same after a journey.
#include "ssh/iap_frame.h"

#include <cstdlib>

using namespace nimbook::ssh;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto frame = iap::parse(QByteArrayView(data, qsizetype(size)));
    if (const auto *sent = std::get_if<iap::Data>(&frame)) {
        if (sent->bytes.isEmpty() || sent->bytes.size() > iap::maxData || size_t(sent->bytes.size()) > size)
            std::abort();
        const auto again = iap::parse(iap::dataFrame(sent->bytes));
        const auto *read = std::get_if<iap::Data>(&again);
        if (!read || read->bytes != sent->bytes)
            std::abort();
    } else if (const auto *ack = std::get_if<iap::Ack>(&frame)) {
        const auto again = iap::parse(iap::ackFrame(ack->received));
        const auto *read = std::get_if<iap::Ack>(&again);
        if (!read || read->received != ack->received)
            std::abort();
    } else if (const auto *odd = std::get_if<iap::Malformed>(&frame)) {
        if (odd->why.isEmpty())
            std::abort();
    }
    return 0;
}
