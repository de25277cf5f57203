// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "ui/common/look.h"

namespace nimbook::ui {

/// How a machine's state looks: a shape of its own for each group, then the colour.
struct MachineLook {
    Mark mark;
    Tone tone;
};
MachineLook machineLook(cloud::MachineState state);

} // namespace nimbook::ui
