// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/remote_walk.h"
#include "transfer/upload_run.h"

namespace nimbook::transfer {

/// From one folder of the machine to another: walked as a download is, written as an upload is.
class CopyRun final : public UploadRun {
    Q_OBJECT
public:
    using UploadRun::UploadRun;
    ~CopyRun() override { CopyRun::stopWalk(); }

private:
    void walk(Then then) override;
    void stopWalk() override;
    std::shared_ptr<FileTransfer> makeFile(FileTools tools, FileTask task) override;

    std::shared_ptr<RemoteWalk> m_remoteWalk;
};

} // namespace nimbook::transfer
