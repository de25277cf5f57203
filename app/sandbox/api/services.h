// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nimbook::sandbox {

class Catalogue;
class FaultBook;
class InstanceLife;
class MachineRoom;
class Operations;
class QuotaLedger;
class ResourceStore;

/// What the methods of the API work on; owned by Sandbox.
struct Services {
    ResourceStore &store;
    Operations &operations;
    const Catalogue &catalogue;
    const QuotaLedger &quotas;
    MachineRoom &room;
    FaultBook &faults;
    InstanceLife &life;
};

} // namespace nimbook::sandbox
