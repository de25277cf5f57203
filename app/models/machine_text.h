// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "workspace/catalogue.h"

#include <chrono>

namespace nimbook::models {

/// The state as people say it: "Running", "Starting…"
QString stateText(cloud::MachineState state);

/// Which of the three parts of the list a machine belongs to.
enum class MachineGroup { Running, Changing, Stopped };
MachineGroup machineGroup(cloud::MachineState state);
QString groupText(MachineGroup group);

/// What Compute Engine would accept in this state.
bool canStart(cloud::MachineState state);
bool canStop(cloud::MachineState state);
bool canReset(cloud::MachineState state);
bool canDelete(const cloud::Instance &machine);

/// "nvidia-tesla-t4" → "T4", "nvidia-a100-80gb" → "A100 80 GB"
QString gpuName(const QString &acceleratorType);
/// "2 × T4"; from the machine type where that implies the GPU (G2: L4, A2: A100, A3: H100); empty: none.
QString gpuText(const cloud::Instance &machine);
int gpuCount(const cloud::Instance &machine);

/// One unit and its next smaller: "3 h 12 min", "12 days".
QString ageText(std::chrono::seconds age);

/// "$0.85/h", of an estimate in micros.
QString priceText(qint64 microsPerHour);

} // namespace nimbook::models
