// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"
#include "sandbox/api/services.h"

#include <optional>

namespace nimbook::sandbox {

/// A checked instances.insert body, turned into the resources it asks for.
struct InstanceDraft {
    QJsonObject instance;
    QList<QJsonObject> disks; ///< to be made with it
};

/// Refuses what Google refuses, in its words as far as they are known: name, machine type, GPU and pairing, TERMINATE,
/// disks, image, network, labels, metadata, Spot rules. Source: Compute Engine REST reference, instances.insert; GPU
/// pages for the pairing rules.
tl::expected<InstanceDraft, ApiError> checkInstance(const Call &call, const Services &services);

/// Machine type and GPUs fit each other. \a accelerators is the resource's guestAccelerators.
std::optional<ApiError> checkPairing(const QJsonObject &machineType, const QJsonArray &accelerators, const Services &services);

} // namespace nimbook::sandbox
