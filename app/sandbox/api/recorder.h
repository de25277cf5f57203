// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_message.h"

#include <QFile>

namespace nimbook::sandbox {

/// Writes every exchange as one JSON line, for the tests that hold them against Google's schema. Headers are left out,
/// tokens and keys are blotted out.
class Recorder {
public:
    /// False when the file cannot be written. Lines are appended: several sandboxes may share a file.
    bool open(const QString &path);

    void record(const HttpRequest &request, const HttpReply &reply);

private:
    QFile m_file;
};

} // namespace nimbook::sandbox
