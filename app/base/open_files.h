// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nimbook {

/// Lets this program have thousands of files and connections open at once, where the system's own bound allows it: the usual
/// 1024 are kept low for programs that use select(), and ours do not. Once, at the start of main().
void allowManyOpenFiles();

} // namespace nimbook
