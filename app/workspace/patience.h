// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace nimbook::workspace {

/// How long each wait of a flow may take before it is called a failure. Google's own figures are minutes; tests use less.
struct Patience {
    std::chrono::milliseconds power = std::chrono::minutes(10);        ///< a GPU machine may take minutes to stop before it can start
    std::chrono::milliseconds ssh = std::chrono::minutes(5);           ///< from RUNNING to a login
    std::chrono::milliseconds newKey = std::chrono::seconds(60);       ///< until a published key lets us in; gcloud waits as long
    std::chrono::milliseconds hostKeys = std::chrono::seconds(60);     ///< until a fresh machine has published its host keys
    std::chrono::milliseconds setup = std::chrono::minutes(20);        ///< the startup script, with Docker to install
    std::chrono::milliseconds jupyter = std::chrono::seconds(90);      ///< through the tunnel, once the container runs
    std::chrono::milliseconds appear = std::chrono::seconds(60);       ///< until a created machine is in the list
    std::chrono::milliseconds stockOutPause = std::chrono::seconds(60); ///< before all zones are asked once more
    std::chrono::milliseconds lostLink = std::chrono::seconds(3);      ///< a lost tunnel asks the API this often whether the machine moved
    std::chrono::milliseconds poll = std::chrono::milliseconds(1'000); ///< between two looks at a machine's status
};

} // namespace nimbook::workspace
