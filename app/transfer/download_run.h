// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"
#include "transfer/remote_walk.h"

namespace nimbook::transfer {

class DownloadRun final : public BatchRun {
    Q_OBJECT
public:
    using BatchRun::BatchRun;
    ~DownloadRun() override { stopWalk(); }

private:
    void walk(Then then) override;
    void stopWalk() override;
    void listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then) override;
    void askSpace(std::function<void(std::optional<qint64>)> then) override;
    void makeFolder(int folder, Then then) override;
    void sealFolder(int folder, std::function<void()> then) override;
    std::shared_ptr<FileTransfer> makeFile(FileTools tools, FileTask task) override;

    std::shared_ptr<RemoteWalk> m_walk;
};

} // namespace nimbook::transfer
