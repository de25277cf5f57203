// SPDX-License-Identifier: Apache-2.0
// Any bytes as what an SFTP server sends, cut at any place: every packet is understood or refused, and nothing points outside it.
#include "transfer/sftp_codec.h"

#include <algorithm>
#include <cstdlib>

using namespace nimbook::transfer;

static void mustLieWithin(QByteArrayView part, QByteArrayView whole)
{
    if (!part.isEmpty() && (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()))
        std::abort();
}

static void look(QByteArrayView packet)
{
    sftp::parseVersion(packet);
    sftp::parseSpace(packet);
    const auto tagged = sftp::parseReply(packet);
    if (!tagged)
        return;
    if (const auto *data = std::get_if<sftp::Data>(&tagged->reply))
        mustLieWithin(data->bytes, packet);
    if (const auto *extended = std::get_if<sftp::ExtendedData>(&tagged->reply)) {
        mustLieWithin(extended->bytes, packet);
        sftp::parseSpace(extended->bytes);
    }
    if (const auto *names = std::get_if<sftp::Names>(&tagged->reply)) {
        qsizetype bytes = 0;
        for (const sftp::NameEntry &entry : names->entries)
            bytes += entry.name.size() + 4;
        if (bytes > packet.size()) // more names than fit: a count that was believed
            std::abort();
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView input(reinterpret_cast<const char *>(data), qsizetype(size));
    look(input); // as one packet: the fuzzer need not guess a length first
    if (size == 0)
        return 0;
    sftp::Framer framer;
    const qsizetype step = 1 + data[0];
    for (qsizetype at = 1; at < input.size() && !framer.isBroken(); at += step) {
        framer.append(input.sliced(at, std::min(step, input.size() - at)));
        while (const auto packet = framer.next()) {
            if (packet->size() > qsizetype(sftp::Framer::longestPacket))
                std::abort();
            look(*packet);
        }
    }
    return 0;
}
