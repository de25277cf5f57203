// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "ui/common/prompts.h"

namespace nimbook::ui {

/// Names the machine, its zone and project, and the disks that go with it.
Question deleteQuestion(const cloud::Instance &machine);

} // namespace nimbook::ui
