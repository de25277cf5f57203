// SPDX-License-Identifier: Apache-2.0
#include "base/logging.h"

Q_LOGGING_CATEGORY(lcNet, "nimbook.net", QtWarningMsg)
Q_LOGGING_CATEGORY(lcAuth, "nimbook.auth", QtWarningMsg)
Q_LOGGING_CATEGORY(lcCloud, "nimbook.cloud", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSsh, "nimbook.ssh", QtWarningMsg)
Q_LOGGING_CATEGORY(lcTransfer, "nimbook.transfer", QtWarningMsg)
Q_LOGGING_CATEGORY(lcJupyter, "nimbook.jupyter", QtWarningMsg)
Q_LOGGING_CATEGORY(lcWorkspace, "nimbook.workspace", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSandbox, "nimbook.sandbox", QtWarningMsg)
Q_LOGGING_CATEGORY(lcUi, "nimbook.ui", QtWarningMsg)
