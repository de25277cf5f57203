// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_look.h"

namespace nimbook::ui {

MachineLook machineLook(cloud::MachineState state)
{
    using cloud::MachineState;
    switch (state) {
    case MachineState::Running: return {Mark::Disc, Tone::Good};
    case MachineState::Stopped: return {Mark::Ring, Tone::Idle};
    case MachineState::Suspended: return {Mark::Pause, Tone::Idle};
    case MachineState::Repairing: return {Mark::Triangle, Tone::Warning};
    case MachineState::Deleting: return {Mark::Cross, Tone::Bad};
    case MachineState::Starting:
    case MachineState::Stopping:
    case MachineState::Busy: break;
    }
    return {Mark::HalfDisc, Tone::Busy};
}

} // namespace nimbook::ui
